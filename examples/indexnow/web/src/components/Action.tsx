import { type ReactNode, useState } from "react";

import { useTell } from "./Notices";

interface Props {
  children: ReactNode;
  /** What it does; what it throws is told to the user. */
  run: () => Promise<void>;
  kind?: "primary" | "danger" | "quiet";
  disabled?: boolean;
  label?: string;
}

/** A button that is busy while its action is under way. */
export function Action({ children, run, kind, disabled = false, label }: Props) {
  const [busy, setBusy] = useState(false);
  const tell = useTell();
  const click = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await run();
    } catch (error) {
      tell.failed(error);
    } finally {
      setBusy(false);
    }
  };
  // Not `disabled` while it is busy: that would take the focus away.
  return (
    <button
      type="button"
      className={`button ${kind ?? ""}`}
      disabled={disabled}
      aria-busy={busy}
      aria-label={label}
      onClick={() => void click()}
    >
      {children}
    </button>
  );
}
