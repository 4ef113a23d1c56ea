import type { Reason, WorkStatus } from "../types";

const WORDS: Record<WorkStatus, [string, string]> = {
  waiting: ["warn", "Waiting"],
  done: ["ok", "Accepted"],
  failed: ["bad", "Failed"],
};

export function Status({ status, retrying = false }: { status: WorkStatus; retrying?: boolean }) {
  const [tone, word] = WORDS[status];
  return <span className={`badge ${tone}`}>{retrying ? "Retrying" : word}</span>;
}

const REASONS: Record<Reason, [string, string]> = {
  new: ["accent", "New"],
  changed: ["warn", "Changed"],
  stale: ["plain", "Stale"],
};

export function ReasonBadge({ reason }: { reason: Reason }) {
  const [tone, word] = REASONS[reason];
  return <span className={`badge ${tone}`}>{word}</span>;
}
