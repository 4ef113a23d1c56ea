import { useSyncExternalStore } from "react";

export type Route =
  | { kind: "reports" }
  | { kind: "report"; id: number; tab: Tab; check: string; severity: string; search: string }
  | { kind: "page"; report: number; id: number }
  | { kind: "url"; report: number; url: string }
  | { kind: "settings" }
  | { kind: "unknown" };

export type Tab = "overview" | "findings" | "pages" | "changes";

const TABS: readonly Tab[] = ["overview", "findings", "pages", "changes"];

let cachedHash: string | undefined;
let cachedRoute: Route = { kind: "reports" };

function parse(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const parameters = new URLSearchParams(search);
  const parts = path.split("/").filter(Boolean);
  const id = Number(parts[1]);
  if (parts.length === 0) return { kind: "reports" };
  if (parts[0] === "settings" && parts.length === 1) return { kind: "settings" };
  if (parts[0] !== "reports" || !Number.isSafeInteger(id)) return { kind: "unknown" };
  const value = (name: string) => parameters.get(name) ?? "";
  if (parts.length === 2) {
    const tab = TABS.find((one) => one === value("tab")) ?? "overview";
    return { kind: "report", id, tab, check: value("check"), severity: value("severity"), search: value("search") };
  }
  if (parts.length === 3 && parts[2] === "page" && value("url") !== "") return { kind: "url", report: id, url: value("url") };
  const page = Number(parts[3]);
  if (parts.length === 4 && parts[2] === "pages" && Number.isSafeInteger(page)) return { kind: "page", report: id, id: page };
  return { kind: "unknown" };
}

function snapshot(): Route {
  const { hash } = window.location;
  if (hash !== cachedHash) {
    cachedHash = hash;
    cachedRoute = parse(hash);
  }
  return cachedRoute;
}

function subscribe(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, snapshot);
}

export function go(href: string): void {
  window.location.hash = href;
}

export const to = {
  reports: () => "#/",
  settings: () => "#/settings",
  report: (id: number, parameters: Partial<Record<"tab" | "check" | "severity" | "search", string>> = {}) => {
    const given = Object.entries(parameters).filter(([, value]) => value !== "");
    return `#/reports/${id}${given.length === 0 ? "" : `?${new URLSearchParams(given)}`}`;
  },
  page: (report: number, page: number) => `#/reports/${report}/pages/${page}`,
  url: (report: number, url: string) => `#/reports/${report}/page?${new URLSearchParams({ url })}`,
};
