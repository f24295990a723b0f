/** What the extension's `api/calls` answers. The address is relative, so it holds wherever the page is served. */

export interface Call {
  id: number;
  time: string;
  service: string;
  operation: string;
  status: number;
}

export interface Calls {
  /** Where AWS clients reach this LocalStack. */
  endpoint: string;
  /** How many calls each service got, also those that are no longer in the list. */
  counts: Record<string, number>;
  /** The latest calls, the newest first. */
  calls: Call[];
}

const TIMEOUT_MS = 5000;

export async function readCalls(signal: AbortSignal): Promise<Calls> {
  const response = await request("GET", signal);
  return (await response.json()) as Calls;
}

export async function clearCalls(): Promise<void> {
  await request("DELETE");
}

async function request(method: string, signal?: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch("api/calls", { method, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
  if (!response.ok) throw new Error(`${method} ${response.url}: ${response.status}`);
  return response;
}
