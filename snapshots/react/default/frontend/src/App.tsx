import { useState } from "react";
import { CallTable } from "./CallTable";
import { Empty } from "./Empty";
import { Filter } from "./Filter";
import { useCalls } from "./useCalls";

const STATES = { waiting: "Connecting…", live: "Live", paused: "Paused", failed: "No answer" };

export function App() {
  const [live, setLive] = useState(true);
  const [service, setService] = useState("");
  const { calls, failed, clear } = useCalls(live);

  // A service that was cleared away is no choice any more.
  const chosen = calls && service in calls.counts ? service : "";
  const total = Object.values(calls?.counts ?? {}).reduce((sum, count) => sum + count, 0);
  const shown = calls?.calls.filter((call) => !chosen || call.service === chosen);
  const state = failed ? "failed" : !calls ? "waiting" : live ? "live" : "paused";

  return (
    <>
      <header>
        <h1>{document.title}</h1>
        <p className={`state ${state}`} role="status">
          {STATES[state]}
          {calls && `, ${total} AWS ${total === 1 ? "call" : "calls"}`}
        </p>
      </header>

      <main>
        {failed && (
          <p className="problem" role="alert">
            LocalStack does not answer as it should. {live ? "Trying again every second." : "Resume to try again."}
          </p>
        )}

        <div className="controls">
          <Filter counts={calls?.counts ?? {}} total={total} chosen={chosen} onChoose={setService} />
          <div className="actions">
            <button type="button" onClick={() => setLive(!live)}>
              {live ? "Pause" : "Resume"}
            </button>
            <button type="button" onClick={() => void clear()}>
              Clear
            </button>
          </div>
        </div>

        {calls && shown && (shown.length > 0 ? <CallTable calls={shown} /> : <Empty calls={calls} service={chosen} />)}
      </main>
    </>
  );
}
