import { ago, moment } from "../format";

/** A time as people say it, with the exact one behind it. */
export function Time({ at }: { at: string }) {
  return <time dateTime={at} title={moment(at)}>{ago(at)}</time>;
}
