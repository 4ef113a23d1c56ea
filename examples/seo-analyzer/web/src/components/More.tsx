import { type ReactNode, useEffect, useState } from "react";
import { message } from "../useData";
import { Empty, Failure, Loading } from "./States";

const PIECE = 100;

/// A list that is loaded in pieces of [`PIECE`], by the ids of its items.
export function More<T extends { id: number }>({
  key_,
  load,
  empty,
  children,
}: {
  key_: string;
  load: (after: number) => Promise<T[]>;
  empty: string;
  children: (items: T[]) => ReactNode;
}) {
  const [state, setState] = useState<{ key: string; items: T[]; over: boolean } | undefined>();
  const [error, setError] = useState<string>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let live = true;
    setError(undefined);
    load(0).then(
      (items) => live && setState({ key: key_, items, over: items.length < PIECE }),
      (error: unknown) => live && setError(message(error)),
    );
    return () => {
      live = false;
    };
    // `load` is another one each time: what it depends on is in the key.
  }, [key_, turn]);
  const next = async () => {
    if (!state) return;
    try {
      const items = await load(state.items[state.items.length - 1]?.id ?? 0);
      setState((now) => (now?.key === state.key ? { ...now, items: [...now.items, ...items], over: items.length < PIECE } : now));
    } catch (error) {
      setError(message(error));
    }
  };
  if (error) return <Failure text={error} retry={() => setTurn(turn + 1)} />;
  if (state?.key !== key_) return <Loading lines={6} />;
  if (state.items.length === 0) return <Empty title={empty} />;
  return (
    <>
      {children(state.items)}
      {!state.over && (
        <button type="button" className="button more" onClick={next}>
          Show more
        </button>
      )}
    </>
  );
}
