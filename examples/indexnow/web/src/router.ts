import { useSyncExternalStore } from "react";

/** Where the interface is: in the hash, as it runs in a frame of Temps's. */
export type Route =
  | { page: "submissions" }
  | { page: "submission"; id: number }
  | { page: "suggestions" }
  | { page: "submit" }
  | { page: "sites" }
  | { page: "settings" }
  | { page: "unknown" };

export const href = {
  submissions: "#/",
  submission: (id: number) => `#/submissions/${id}`,
  suggestions: "#/suggestions",
  submit: "#/submit",
  sites: "#/sites",
  settings: "#/settings",
};

function parse(hash: string): Route {
  const path = hash.replace(/^#\/?/, "").replace(/\/$/, "");
  const submission = /^submissions\/(\d+)$/.exec(path);
  if (submission) return { page: "submission", id: Number(submission[1]) };
  switch (path) {
    case "":
    case "submissions":
      return { page: "submissions" };
    case "suggestions":
    case "submit":
    case "sites":
    case "settings":
      return { page: path };
    default:
      return { page: "unknown" };
  }
}

let seen = { hash: window.location.hash, route: parse(window.location.hash) };

function subscribe(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}

/** The same object for the same hash, as `useSyncExternalStore` asks. */
function current(): Route {
  const { hash } = window.location;
  if (hash !== seen.hash) seen = { hash, route: parse(hash) };
  return seen.route;
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, current);
}

export function go(to: string): void {
  window.location.hash = to;
}
