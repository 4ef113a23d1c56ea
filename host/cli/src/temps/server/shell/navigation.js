import { byId, duration, h, size } from "./elements.js";
import { icon } from "./icons.js";

const SECTIONS = [["platform", "Platform"], ["project", "Project"], ["settings", "Settings"]];
const STATES = { running: "runs", disconnected: "runs, without a channel", exited: "has ended" };

/// The most of an answer that is shown: 64 KiB of text.
const MAX_SHOWN = 64 * 1024;

/// The sidebar, and what it leads to. The page's own hash says where it is: `#/{plugin}{path of the navigation entry}`.
export function setUpNavigation() {
  let plugins = [];
  /// What the content shows, so that it is not loaded again without need.
  let shown = "";

  addEventListener("hashchange", () => go());
  byId("menu").append(icon("menu"));
  byId("reload").append(icon("refresh"));
  byId("open").append(icon("external"));
  byId("menu").addEventListener("click", () => toggleMenu(!document.body.classList.contains("menu-open")));
  byId("reload").addEventListener("click", () => { shown = ""; go(); });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("menu-open")) {
      toggleMenu(false);
      byId("menu").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (document.body.classList.contains("menu-open") && !event.target.closest("#sidebar, #menu")) toggleMenu(false);
  });

  function toggleMenu(open) {
    document.body.classList.toggle("menu-open", open);
    byId("menu").setAttribute("aria-expanded", open);
    if (open) byId("navigation").querySelector("a")?.focus();
  }

  /// Each entry of each plugin, and one for a plugin without any.
  function entries() {
    return plugins.flatMap((plugin) => {
      const nav = plugin.manifest.nav;
      return nav.length ? nav.map((entry) => ({ plugin, ...entry })) : [{ plugin, label: name(plugin), icon: "plug", section: "none", path: "/", order: 0 }];
    }).sort((a, b) => a.order - b.order || a.label.localeCompare(b.label));
  }

  function draw() {
    const all = entries();
    const section = (key, title) => {
      const found = all.filter((entry) => entry.section === key);
      return found.length > 0 && [h("h2", {}, title), h("ul", {}, found.map((entry) => h("li", {}, link(entry))))];
    };
    const sections = [...SECTIONS, ["none", "Without an entry"]].map(([key, title]) => section(key, title)).filter(Boolean).flat();
    byId("navigation").replaceChildren(...(sections.length ? sections : [h("p", { class: "empty" }, "No plugins.")]));
  }

  function link(entry) {
    const state = STATES[entry.plugin.state];
    return h("a", { href: target(entry), title: `${name(entry.plugin)} ${state}`, "aria-current": current() === entry.plugin.name + entry.path ? "page" : undefined },
      icon(entry.icon), h("span", {}, entry.label),
      h("span", { class: "dot", "data-state": entry.plugin.state, role: "img", "aria-label": state }));
  }

  function current() {
    return decodeURI(location.hash.replace(/^#\/?/, ""));
  }

  function go() {
    toggleMenu(false);
    const all = entries();
    const wanted = current();
    const entry = all.find((entry) => wanted === entry.plugin.name + entry.path)
      ?? all.find((entry) => wanted.split("/")[0] === entry.plugin.name) ?? all[0];
    if (entry && wanted !== entry.plugin.name + entry.path) history.replaceState(null, "", target(entry));
    draw();
    show(entry);
  }

  function show(entry) {
    const plugin = entry?.plugin;
    byId("title").textContent = entry?.label ?? "Plugins";
    byId("subtitle").textContent = plugin ? `${name(plugin)} ${plugin.version} ${plugin.exit ? `ended with ${plugin.exit}` : STATES[plugin.state]}` : "";
    document.title = entry ? `${entry.label} · Temps, local` : "Temps, local";
    const url = plugin && `/api/x/${plugin.name}/ui/${inner(entry.path)}`;
    byId("open").hidden = !plugin?.has_ui;
    if (plugin?.has_ui) byId("open").href = url;
    const key = plugin ? `${plugin.has_ui} ${plugin.state === "exited"} ${url}` : "none";
    if (key === shown) return;
    shown = key;
    byId("content").replaceChildren(
      !plugin ? page("No plugin runs", "Plugins show here as soon as they are started.")
        : plugin.state === "exited" ? page(`${name(plugin)} has ended`, `It ended with ${plugin.exit}. The log says why; it is started again when its sources change.`)
          : plugin.has_ui ? h("iframe", { src: url, title: `${name(plugin)}: ${entry.label}` })
            : withoutUi(plugin));
  }

  return {
    async load() {
      try {
        const response = await fetch("/api/x/plugins");
        if (!response.ok) return plugins;
        plugins = await response.json();
      } catch {
        // The stream says that the local Temps is gone.
        return plugins;
      }
      go();
      return plugins;
    },
    /// Loads the plugin's page again, if it is the one that is shown.
    reloaded(plugin) {
      if (current().split("/")[0] === plugin) shown = "";
    },
    loadAgain() { shown = ""; go(); },
    plugins: () => plugins,
  };
}

function name(plugin) {
  return plugin.manifest.display_name ?? plugin.name;
}

function target(entry) {
  return `#/${encodeURI(entry.plugin.name + entry.path)}`;
}

/// What an entry's path says below its first segment is the place in the plugin's interface, whose own routes are behind a hash.
function inner(path) {
  const rest = path.replace(/^\/[^/]*/, "");
  return rest && rest !== "/" ? `#${rest}` : "";
}

function page(title, text, ...more) {
  return h("div", { class: "page" }, h("h2", {}, title), h("p", {}, text), more);
}

/// A plugin without an interface can be asked by hand.
function withoutUi(plugin) {
  const method = h("select", { "aria-label": "Method" }, ["GET", "POST", "PUT", "PATCH", "DELETE"].map((name) => h("option", {}, name)));
  const path = h("input", { "aria-label": "Path", value: "/", spellcheck: false, autocomplete: "off" });
  const body = h("textarea", { "aria-label": "Body, as JSON", placeholder: "Body, as JSON", rows: 3, spellcheck: false, hidden: true });
  method.addEventListener("change", () => { body.hidden = method.value === "GET"; });
  const answer = h("div", { class: "answer", role: "status" });
  const send = async (event) => {
    event.preventDefault();
    const slash = path.value.startsWith("/") ? "" : "/";
    const options = { method: method.value };
    if (!body.hidden && body.value.trim()) Object.assign(options, { body: body.value, headers: { "content-type": "application/json" } });
    const began = performance.now();
    try {
      const response = await fetch(`/api/x/${plugin.name}${slash}${path.value}`, options);
      const text = await response.text();
      const time = duration(performance.now() - began);
      answer.replaceChildren(h("p", {}, `${response.status} ${response.statusText}, ${size(new Blob([text]).size)} in ${time}`), text && h("pre", { tabindex: "0", "aria-label": "Answer" }, pretty(text)));
    } catch (error) {
      answer.replaceChildren(h("p", { class: "note bad" }, error.message));
    }
  };
  return page(`${name(plugin)} has no user interface`,
    "Temps shows a plugin's page here. This one serves none: it does not implement ExternalPlugin::ui. Its routes can be asked all the same.",
    h("form", { class: "card", "aria-label": "Ask the plugin", onsubmit: send },
      h("h3", {}, "Ask the plugin"),
      h("div", { class: "try" }, method, path, h("button", { class: "button primary" }, "Send")),
      body, answer),
    plugin.manifest.description && h("p", {}, plugin.manifest.description));
}

function pretty(text) {
  try {
    text = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // It stays as it is.
  }
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
