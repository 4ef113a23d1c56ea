import { useEffect, useRef, useState } from "react";

/** How often the page asks for news while somebody sees it, in milliseconds. */
const EVERY = 10_000;

export interface Data<T> {
  /** What came last. It stays while the next answer is on its way, and when that fails. */
  value?: T;
  error?: string;
}

/** Loads at once, and again and again. A component that loads something else has another `key`. */
export function useData<T>(load: () => Promise<T>): Data<T> {
  const [data, setData] = useState<Data<T>>({});
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    let gone = false;
    async function reload() {
      try {
        const value = await latest.current();
        if (!gone) setData({ value });
      } catch (reason) {
        const error = reason instanceof Error ? reason.message : String(reason);
        if (!gone) setData((before) => ({ ...before, error }));
      }
    }
    void reload();
    const timer = window.setInterval(() => {
      if (!document.hidden) void reload();
    }, EVERY);
    return () => {
      gone = true;
      window.clearInterval(timer);
    };
  }, []);

  return data;
}
