import type { Calls } from "./api";

/** What stands where the table would have no rows. */
export function Empty({ calls, service }: { calls: Calls; service: string }) {
  if (service) return <p className="empty">None of the latest {calls.calls.length} calls went to {service}.</p>;
  return (
    <div className="empty">
      <p>No AWS calls yet. Make one, and it appears here:</p>
      <pre>
        <code>aws --endpoint-url {calls.endpoint} s3 ls</code>
      </pre>
    </div>
  );
}
