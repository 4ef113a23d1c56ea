import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";

/** Long enough to read a sentence or two; errors stay until they are closed. */
const SHOWN = 6_000;

interface Notice {
  id: number;
  kind: "ok" | "bad";
  text: string;
}

interface Tell {
  ok: (text: string) => void;
  /** With what was thrown. */
  failed: (error: unknown) => void;
}

const Context = createContext<Tell>({ ok: () => undefined, failed: () => undefined });

/** Tells the user what came of an action, on the screen and to screen readers. */
export function useTell(): Tell {
  return useContext(Context);
}

export function Notices({ children }: { children: ReactNode }) {
  const [notices, setNotices] = useState<Notice[]>([]);
  const next = useRef(1);
  const close = useCallback((id: number) => setNotices((all) => all.filter((notice) => notice.id !== id)), []);
  const add = useCallback(
    (kind: Notice["kind"], text: string) => {
      const id = next.current++;
      // One of a kind: what came of the last action is what matters.
      setNotices((all) => [...all.filter((notice) => notice.kind !== kind), { id, kind, text }]);
      if (kind === "ok") window.setTimeout(() => close(id), SHOWN);
    },
    [close],
  );
  const tell = useMemo(
    () => ({
      ok: (text: string) => add("ok", text),
      failed: (error: unknown) => add("bad", error instanceof Error ? error.message : String(error)),
    }),
    [add],
  );
  const list = (kind: Notice["kind"]) =>
    notices
      .filter((notice) => notice.kind === kind)
      .map((notice) => (
        <div key={notice.id} className={`notice ${kind}`}>
          <p>{notice.text}</p>
          <button type="button" className="icon" onClick={() => close(notice.id)} aria-label="Close">
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="m4 4 8 8m0-8-8 8" /></svg>
          </button>
        </div>
      ));
  return (
    <Context value={tell}>
      {children}
      <div className="notices">
        <div role="status" aria-live="polite">{list("ok")}</div>
        <div role="alert" aria-live="assertive">{list("bad")}</div>
      </div>
    </Context>
  );
}
