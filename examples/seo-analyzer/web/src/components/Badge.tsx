import type { Severity, State } from "../types";

const SEVERITIES: Record<Severity, string> = { error: "Error", warning: "Warning", notice: "Notice" };
const STATES: Record<State, string> = { queued: "Queued", running: "Running", done: "Done", cancelled: "Cancelled", failed: "Failed" };

export function SeverityBadge({ severity }: { severity: Severity }) {
  return <span className={`badge ${severity}`}>{SEVERITIES[severity]}</span>;
}

export function StateBadge({ state }: { state: State }) {
  return <span className={`badge ${state}`}>{STATES[state]}</span>;
}

export function StatusCode({ status }: { status: number | null }) {
  if (status === null) return <span className="status none">None</span>;
  const kind = status >= 400 ? "bad" : status >= 300 ? "warn" : "ok";
  return <span className={`status ${kind}`}>{status}</span>;
}
