import { useEffect, useState } from "react";
import { type Calls, clearCalls, readCalls } from "./api";

const PERIOD_MS = 1000;

/** The latest calls, read again and again while `live`. What was read last stays when reading fails. */
export function useCalls(live: boolean) {
  const [calls, setCalls] = useState<Calls>();
  const [failed, setFailed] = useState(false);
  const [round, setRound] = useState(0);

  useEffect(() => {
    if (!live) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;

    async function poll() {
      try {
        // A page that nobody sees need not ask, except once: it has to show something when it comes into view.
        if (!document.hidden || timer === undefined) {
          const latest = await readCalls(stop.signal);
          if (stop.signal.aborted) return;
          setCalls(latest);
          setFailed(false);
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        console.warn(error);
        setFailed(true);
      }
      timer = setTimeout(() => void poll(), PERIOD_MS);
    }

    void poll();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [live, round]);

  async function clear() {
    try {
      await clearCalls();
      setCalls((known) => known && { ...known, calls: [], counts: {} });
      setFailed(false);
      // Begins anew: an answer that is on its way may be older than the clearing.
      setRound((number) => number + 1);
    } catch (error) {
      console.warn(error);
      setFailed(true);
    }
  }

  return { calls, failed, clear };
}
