// The icons of navigation entries, by their Lucide names, drawn for this page. A name that is not here gets a box.

const NAMESPACE = "http://www.w3.org/2000/svg";

const PATHS = {
  activity: "M3 12h4l3-8 4 16 3-8h4",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
  box: "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9",
  "bar-chart": "M5 20v-8M12 20V4M19 20v-5",
  check: "M5 12l5 5L20 7",
  "chevron-down": "M6 9l6 6 6-6",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3 2",
  database: "M4 6c0-4 16-4 16 0s-16 4-16 0v12c0 4 16 4 16 0V6M4 12c0 4 16 4 16 0",
  external: "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  file: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  folder: "M3 6h6l2 2h10v11H3z",
  gauge: "M4 18a9 9 0 1 1 16 0M12 15l4-5",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
  hand: "M8 13V6a1.5 1.5 0 0 1 3 0V4.5a1.5 1.5 0 0 1 3 0V6a1.5 1.5 0 0 1 3 0v9a6 6 0 0 1-6 6c-3 0-4-1-7-6.5a1.5 1.5 0 0 1 2.5-1.5zM11 6v5M14 6v5",
  key: "M15 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10M11.5 12.5L3 21v-4M7 17l2 2",
  layers: "M12 3l9 5-9 5-9-5zM3 12l9 5 9-5M3 16l9 5 9-5",
  link: "M10 14l4-4M9 8l2-2a4.2 4.2 0 0 1 6 6l-2 2M15 16l-2 2a4.2 4.2 0 0 1-6-6l2-2",
  list: "M9 6h11M9 12h11M9 18h11M4 6h1M4 12h1M4 18h1",
  lock: "M6 11h12v10H6zM8 11V8a4 4 0 0 1 8 0v3",
  mail: "M3 5h18v14H3zM3 6l9 7 9-7",
  menu: "M4 6h16M4 12h16M4 18h16",
  "notebook-pen": "M15 3H6v18h12v-7M3 7h4M3 12h4M3 17h4M20 4l2 2-8 8h-2v-2z",
  plug: "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4",
  refresh: "M20 5v5h-5M4 19v-5h5M19 10a7.5 7.5 0 0 0-13-3M5 14a7.5 7.5 0 0 0 13 3",
  rocket: "M9 14l-3-1 3-6c2-3 6-4 11-4 0 5-1 9-4 11l-6 3zM9 14l1 3M15 9h0.01M5 16c-1 1-2 5-2 5s4-1 5-2",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5",
  send: "M21 3L10 14M21 3l-7 18-4-7-7-4z",
  server: "M4 4h16v7H4zM4 13h16v7H4zM8 7.5h0.01M8 16.5h0.01",
  settings: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1",
  shield: "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z",
  tag: "M3 12V3h9l9 9-9 9zM7.5 7.5h0.01",
  terminal: "M5 7l5 5-5 5M12 18h7",
  users: "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M2 20c0-7 14-7 14 0M16 5a3.5 3.5 0 0 1 0 7M19 20c0-2-1-4-2-5",
  x: "M6 6l12 12M18 6L6 18",
  zap: "M13 3L5 13h6l-1 8 9-11h-7z",
};

/// Lucide has names that differ in detail only.
const LIKE = {
  "bar-chart-2": "bar-chart", "bar-chart-3": "bar-chart", "chart-bar": "bar-chart", "chart-column": "bar-chart", "chart-line": "activity",
  "file-search": "file", "file-text": "file", "git-branch": "link", hammer: "settings", "layout-dashboard": "gauge", "list-checks": "list", map: "globe",
  "message-square": "mail", notebook: "notebook-pen", package: "box", "radio-tower": "send", "refresh-cw": "refresh", "search-check": "search", "send-horizontal": "send",
  "settings-2": "settings", "shield-check": "shield", sliders: "settings", "trending-up": "activity", user: "users", wrench: "settings",
};

export function icon(name, pixels = 18) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  const attributes = { viewBox: "0 0 24 24", width: pixels, height: pixels, fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS(NAMESPACE, "path");
  path.setAttribute("d", PATHS[name] ?? PATHS[LIKE[name]] ?? PATHS.box);
  svg.append(path);
  return svg;
}
