import type { ReactNode } from "react";

import type { Data } from "../useData";

/** What was loaded; before that a placeholder, and what went wrong with a way to try again. */
export function Loaded<T>({ data, what, children }: { data: Data<T>; what: string; children: (value: T) => ReactNode }) {
  if (data.value === undefined) {
    return data.error === undefined ? <Skeleton what={what} /> : <Failure data={data} what={what} />;
  }
  return (
    <>
      {data.error !== undefined && <Failure data={data} what={what} />}
      {children(data.value)}
    </>
  );
}

function Skeleton({ what }: { what: string }) {
  return (
    <div className="card skeleton" role="status">
      <span className="hidden">Loading {what}…</span>
      <i /><i /><i /><i />
    </div>
  );
}

function Failure<T>({ data, what }: { data: Data<T>; what: string }) {
  return (
    <div className="card failure" role="alert">
      <div>
        <h2>{data.value === undefined ? `Could not load ${what}` : `Could not refresh ${what}`}</h2>
        <p>{data.error}</p>
      </div>
      <button type="button" className="button" onClick={() => void data.reload()}>Try again</button>
    </div>
  );
}
