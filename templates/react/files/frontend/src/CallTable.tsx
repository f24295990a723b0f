import type { Call } from "./api";

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" });

export function CallTable({ calls }: { calls: Call[] }) {
  return (
    <table>
      <caption>The latest AWS calls, the newest first</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Service</th>
          <th scope="col">Operation</th>
          <th scope="col">Status</th>
        </tr>
      </thead>
      <tbody>
        {calls.map((call) => (
          <tr key={call.id}>
            <td>
              <time dateTime={call.time}>{CLOCK.format(new Date(call.time))}</time>
            </td>
            <td>{call.service}</td>
            <td>{call.operation}</td>
            <td className={call.status < 400 ? "good" : "bad"}>{call.status}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
