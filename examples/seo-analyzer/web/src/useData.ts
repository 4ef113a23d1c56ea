import { useCallback, useEffect, useRef, useState } from "react";

export interface Loaded<T> {
  data: T | undefined;
  error: string | undefined;
  reload: () => void;
}

/// What `load` gives, anew when `key` changes, and every `refreshMs(data)` milliseconds where that is a number. What was there stays while it is
/// loaded again.
export function useData<T>(key: string, load: () => Promise<T>, refreshMs?: (data: T) => number | undefined): Loaded<T> {
  const [state, setState] = useState<{ key: string; data?: T; error?: string }>({ key });
  const [turn, setTurn] = useState(0);
  const latest = useRef({ load, refreshMs });
  latest.current = { load, refreshMs };

  useEffect(() => {
    let live = true;
    let timer: number | undefined;
    const run = async () => {
      try {
        const data = await latest.current.load();
        if (!live) return;
        setState({ key, data });
        const wait = latest.current.refreshMs?.(data);
        if (wait !== undefined) timer = window.setTimeout(run, wait);
      } catch (error) {
        if (live) setState((before) => ({ ...(before.key === key ? before : { key }), error: message(error) }));
      }
    };
    void run();
    return () => {
      live = false;
      window.clearTimeout(timer);
    };
  }, [key, turn]);

  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const own = state.key === key;
  return { data: own ? state.data : undefined, error: own ? state.error : undefined, reload };
}

/// An error in words.
export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
