const number = new Intl.NumberFormat("en");
const when = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat("en", { month: "short", day: "numeric" });

export const count = (value: number, one: string, many = `${one}s`) => `${number.format(value)} ${value === 1 ? one : many}`;
export const amount = (value: number) => number.format(value);
export const moment = (iso: string) => when.format(new Date(iso));
export const date = (iso: string) => day.format(new Date(iso));

export function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  if (value < 1024 * 1024) return `${(value / 1024).toFixed(1)} KiB`;
  return `${(value / 1024 / 1024).toFixed(1)} MiB`;
}

export function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/// A site without `https://`, and without a lonely slash.
export const site = (url: string) => url.replace(/^https?:\/\//, "").replace(/^([^/]+)\/$/, "$1");

/// A page's URL below its site.
export function path(url: string): string {
  try {
    const { pathname, search } = new URL(url);
    return pathname + search;
  } catch {
    return url;
  }
}
