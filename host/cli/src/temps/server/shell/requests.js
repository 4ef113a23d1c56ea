import { batched, byId, clock, duration, h, size } from "./elements.js";
import { icon } from "./icons.js";

/// As many as the local Temps keeps.
const MAX = 500;

/// The panel of requests to plugins, the newest first.
export function setUpRequests(severalPlugins) {
  const panel = byId("panel-requests");
  const count = document.querySelector("#tab-requests .count");
  /// By id, in the order in which they came.
  let requests = new Map();
  let open = null;

  const filter = h("input", { type: "search", placeholder: "Filter: path, method, status, user", "aria-label": "Filter requests", oninput: () => render() });
  const clear = h("button", { type: "button", class: "button", onclick: () => { requests = new Map(); open = null; render(); } }, "Clear");
  const rows = h("tbody");
  const plugin = h("th", { scope: "col" }, "Plugin");
  const table = h("table", { "aria-label": "Requests" },
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, "Method"), h("th", { scope: "col" }, "Path"), plugin, h("th", { scope: "col" }, "Status"),
      h("th", { scope: "col", class: "number" }, "Time"), h("th", { scope: "col", class: "number wide" }, "Size"),
      h("th", { scope: "col", class: "wide" }, "As"), h("th", { scope: "col", class: "wide" }, "At"))),
    rows);
  const empty = h("p", { class: "empty" });
  const details = h("section", { class: "details", "aria-label": "Request", hidden: true });
  const split = h("div", { class: "split" }, h("div", { class: "scroll" }, table, empty), details);
  panel.append(h("div", { class: "panel requests" }, h("div", { class: "tools" }, filter, h("span", { class: "spring" }), clear), split));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open !== null) close();
  });

  function row(request) {
    return h("tr", { "aria-selected": request.id === open ? "true" : undefined },
      h("td", { class: "mono" }, request.method),
      h("td", { class: "path" }, h("button", { type: "button", title: request.target, "data-id": request.id, onclick: () => { open = request.id; draw(); details.querySelector("button").focus(); } }, request.target)),
      severalPlugins() && h("td", {}, request.plugin),
      h("td", {}, status(request)),
      h("td", { class: "number" }, duration(request.total_ms) || h("span", { class: "dim" }, request.first_byte_ms === null ? "…" : `${duration(request.first_byte_ms)} …`)),
      h("td", { class: "number wide" }, size(request.bytes)),
      h("td", { class: "wide" }, request.identity ?? "unknown"),
      h("td", { class: "wide dim" }, clock(request.at)));
  }

  function close() {
    const id = open;
    open = null;
    draw();
    rows.querySelector(`[data-id="${id}"]`)?.focus();
  }

  function showDetails() {
    const request = requests.get(open);
    details.hidden = !request;
    split.classList.toggle("open", Boolean(request));
    if (!request) return;
    const pairs = (list) => h("dl", { class: "pairs" }, list.map(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))]));
    const facts = [
      ["Status", request.status === null ? "none yet" : request.status],
      ["State", STATES[request.state]],
      ["Plugin", request.plugin],
      ["As", request.identity ?? "unknown in protocol 1"],
      ["First byte", duration(request.first_byte_ms) || "not yet"],
      ["End", duration(request.total_ms) || "not yet"],
      ["Body", size(request.bytes)],
      ["At", clock(request.at)],
    ];
    if (request.refused) facts.splice(2, 0, ["Answered by", "the local Temps"], ["Because", request.refused]);
    const hadFocus = details.contains(document.activeElement);
    details.replaceChildren(
      h("header", {}, h("h3", {}, `${request.method} ${request.target}`), h("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: close }, icon("x"))),
      pairs(facts),
      h("h4", {}, request.refused ? "Request headers" : "Request headers, as the plugin gets them"),
      request.request_headers.length ? pairs(request.request_headers) : h("p", { class: "note" }, "None."),
      h("h4", {}, "Response headers"),
      request.response_headers.length ? pairs(request.response_headers) : h("p", { class: "note" }, "None."));
    if (hadFocus) details.querySelector("button").focus();
  }

  function matches(request) {
    const text = `${request.method} ${request.target} ${request.status ?? ""} ${request.identity ?? ""} ${request.plugin}`.toLowerCase();
    return filter.value.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  }

  function draw() {
    const shown = [...requests.values()].filter(matches).reverse();
    const focused = document.activeElement?.closest?.("#panel-requests tbody button")?.dataset.id;
    plugin.hidden = !severalPlugins();
    rows.replaceChildren(...shown.map(row));
    if (focused) rows.querySelector(`[data-id="${focused}"]`)?.focus();
    table.hidden = shown.length === 0;
    empty.hidden = shown.length > 0;
    empty.textContent = requests.size === 0 ? "No requests yet. What goes to a plugin shows here, from its page or from any other client." : "No request matches the filter.";
    count.textContent = requests.size || "";
    showDetails();
  }
  const render = batched(draw);
  render();

  return {
    reset() { requests = new Map(); render(); },
    add(request) {
      requests.set(request.id, request);
      if (requests.size > MAX) requests.delete(requests.keys().next().value);
      render();
    },
    redraw: render,
  };
}

const STATES = {
  waiting: "waiting for the answer",
  streaming: "the body is on its way",
  done: "done",
  broken_off: "the plugin's answer broke off",
  given_up: "the client left before the end",
};

function status(request) {
  if (request.status === null) return h("span", { class: "status moved" }, request.state === "given_up" ? "left" : "…");
  const kind = request.status >= 500 || request.state === "broken_off" ? "bad" : request.status >= 400 ? "warn" : request.status >= 300 ? "moved" : "ok";
  return h("span", { class: `status ${kind}` }, String(request.status));
}
