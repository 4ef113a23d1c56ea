import { batched, byId, clock, h } from "./elements.js";

/// As many as the local Temps keeps.
const MAX = 2000;
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];

/// The panel of log lines, the newest last. It stays at the end while the end is in sight.
export function setUpLogs(severalPlugins) {
  const panel = byId("panel-logs");
  const count = document.querySelector("#tab-logs .count");
  let lines = [];
  /// The element of each line that was drawn, and those that wait.
  let waiting = [];
  let errors = 0;

  const level = h("select", { "aria-label": "Level", onchange: () => redraw() },
    h("option", { value: "TRACE" }, "All levels"), h("option", { value: "DEBUG" }, "Debug and above"), h("option", { value: "INFO" }, "Info and above"),
    h("option", { value: "WARN" }, "Warnings and errors"), h("option", { value: "ERROR" }, "Errors"));
  const filter = h("input", { type: "search", placeholder: "Filter: text, target, field", "aria-label": "Filter log lines", oninput: () => redraw() });
  const clear = h("button", { type: "button", class: "button", onclick: () => { lines = []; redraw(); } }, "Clear");
  const list = h("div", { class: "lines", role: "log", "aria-label": "Log lines", "aria-live": "off" });
  const empty = h("p", { class: "empty" });
  const scroll = h("div", { class: "scroll", tabindex: "0", "aria-label": "Log" }, list, empty);
  panel.append(h("div", { class: "panel" }, h("div", { class: "tools" }, level, filter, h("span", { class: "spring" }), clear), scroll));
  panel.addEventListener("shown", () => toEnd());

  function matches(line) {
    if (line.level !== null && LEVELS.indexOf(line.level) < LEVELS.indexOf(level.value)) return false;
    if (line.level === null && LEVELS.indexOf(level.value) > LEVELS.indexOf("INFO")) return false;
    const text = `${line.plugin} ${line.target} ${line.message} ${fields(line)}`.toLowerCase();
    return filter.value.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  }

  function element(line) {
    const more = fields(line);
    return h("div", { class: "line", "data-level": line.level ?? "" },
      h("span", { class: "dim" }, clock(line.at)),
      h("span", { class: "level" }, line.level ?? ""),
      h("span", { class: "text" },
        severalPlugins() && h("span", { class: "dim" }, `${line.plugin} `),
        line.target && h("span", { class: "dim" }, `${line.target}: `),
        h("span", { class: "message" }, line.message),
        more && h("span", { class: "dim" }, ` ${more}`),
        line.backtrace && h("span", { class: "dim" }, `\n${line.backtrace}`)));
  }

  function toEnd() {
    scroll.scrollTop = scroll.scrollHeight;
  }

  function draw() {
    const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 24;
    list.append(...waiting.filter(matches).map(element));
    waiting = [];
    while (list.childElementCount > MAX) list.firstElementChild.remove();
    empty.hidden = list.childElementCount > 0;
    empty.textContent = lines.length === 0 ? "No log lines yet." : "No line matches the filter.";
    errors = lines.filter((line) => line.level === "ERROR").length;
    count.textContent = errors || "";
    count.className = errors ? "count bad" : "count";
    count.title = errors === 1 ? "1 error" : `${errors} errors`;
    if (atEnd) toEnd();
  }
  const render = batched(draw);

  function redraw() {
    list.replaceChildren();
    waiting = [...lines];
    draw();
    toEnd();
  }
  render();

  return {
    reset() { lines = []; waiting = []; list.replaceChildren(); render(); },
    add(line) {
      // What is told twice, on the border between what was kept and what comes, is the same line.
      if (lines.length && line.id <= lines[lines.length - 1].id) return;
      lines.push(line);
      if (lines.length > MAX) lines.shift();
      waiting.push(line);
      render();
    },
    redraw,
  };
}

function fields(line) {
  return Object.entries(line.fields ?? {}).map(([name, value]) => `${name}=${value}`).join(" ");
}
