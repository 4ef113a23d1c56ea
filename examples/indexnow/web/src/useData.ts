import { useCallback, useEffect, useRef, useState } from "react";

export interface Data<T> {
  /** What was loaded last; it stays while it is loaded again, and when that fails. */
  value: T | undefined;
  error: string | undefined;
  reload: () => Promise<void>;
}

/**
 * Loads when `key` changes, and again after as many milliseconds as `again` says of what there is. Nothing is loaded while the page is hidden.
 */
export function useData<T>(key: string, load: () => Promise<T>, again?: (value: T) => number | undefined): Data<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: string }>({ key });
  const latest = useRef({ key, load, again });
  latest.current = { key, load, again };

  const reload = useCallback(async () => {
    const asked = latest.current;
    try {
      const value = await asked.load();
      if (latest.current.key === asked.key) setState({ key: asked.key, value });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (latest.current.key === asked.key) {
        setState((before) => ({ ...(before.key === asked.key ? before : {}), key: asked.key, error: message }));
      }
    }
  }, []);

  useEffect(() => {
    void reload();
  }, [key, reload]);

  useEffect(() => {
    const pause = state.value === undefined || state.key !== key ? undefined : latest.current.again?.(state.value);
    if (pause === undefined) return undefined;
    const timer = window.setInterval(() => {
      if (!document.hidden) void reload();
    }, pause);
    return () => window.clearInterval(timer);
  }, [state, key, reload]);

  const fresh = state.key === key;
  return { value: fresh ? state.value : undefined, error: fresh ? state.error : undefined, reload };
}
