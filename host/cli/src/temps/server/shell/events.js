import { batched, byId, clock, h, problem } from "./elements.js";

/// As many as the local Temps keeps.
const MAX = 200;

/// The data of the types that Temps is known to send, about what the built-in fixtures have.
const EXAMPLES = {
  "deployment.created": { deployment_id: 2, project_id: 1, environment_id: 1, environment_name: "production", branch: "main" },
  "deployment.succeeded": { deployment_id: 2, project_id: 1, environment_id: 1, environment_name: "production", branch: "main", url: "https://storefront.example.com" },
  "deployment.ready": { deployment_id: 2, project_id: 1, environment_id: 1, environment_name: "production", url: "https://storefront.example.com" },
  "deployment.failed": { deployment_id: 3, project_id: 1, environment_id: 2, environment_name: "preview", error_message: "the build failed" },
  "deployment.cancelled": { deployment_id: 2, project_id: 1, environment_id: 1, environment_name: "production" },
  "project.created": { project_id: 1, project_name: "Storefront" },
  "project.deleted": { project_id: 1, project_name: "Storefront" },
  "domain.created": { domain_id: 1, project_id: 1, domain_name: "storefront.example.com" },
  "domain.provisioned": { domain_id: 1, project_id: 1, domain_name: "storefront.example.com" },
};

/// The pauses between questions for an event's outcome. A handler may take 30 s, and is tried again later.
const ASK_AFTER_MS = [150, 300, 600, 1200, 2500, 5000, 10_000, 20_000, 40_000];

/// The panel of events: a form to emit one, and what became of those emitted.
export function setUpEvents(plugins) {
  const panel = byId("panel-events");
  const count = document.querySelector("#tab-events .count");
  let events = new Map();
  let touched = false;

  const types = h("datalist", { id: "event-types" });
  const type = h("input", { id: "event-type", name: "type", list: "event-types", required: true, autocomplete: "off", spellcheck: false, placeholder: "deployment.succeeded", oninput: fillIn });
  const project = h("input", { id: "event-project", name: "project", type: "number", step: "1", placeholder: "none" });
  const data = h("textarea", { id: "event-data", name: "data", spellcheck: false, rows: 6, oninput: () => { touched = data.value.trim() !== ""; check(); } });
  const note = h("p", { class: "note", role: "status" });
  const submit = h("button", { class: "button primary" }, "Emit");
  const form = h("form", { class: "emit", "aria-label": "Emit an event", onsubmit: emit },
    h("div", { class: "row" }, h("label", { class: "field" }, h("span", {}, "Type"), type), types, h("label", { class: "field" }, h("span", {}, "Project id"), project)),
    h("label", { class: "field" }, h("span", {}, "Data, as JSON"), data),
    h("div", { class: "actions" }, submit, note));
  const list = h("ul", { class: "emitted", "aria-label": "Emitted events" });
  const empty = h("p", { class: "empty" }, "No events yet. Emit one with the form, or with temps-wasm emit.");
  panel.append(h("div", { class: "panel" }, h("div", { class: "split" }, form, h("div", { class: "scroll" }, list, empty))));

  /// Fills in an example, unless somebody wrote data.
  function fillIn() {
    const example = EXAMPLES[type.value];
    if (!example || touched) return;
    data.value = JSON.stringify(example, null, 2);
    project.value = example.project_id ?? "";
    check();
  }

  function check() {
    const text = data.value.trim();
    let error = "";
    try {
      if (text) JSON.parse(text);
    } catch (reason) {
      error = `The data is not JSON: ${reason.message}`;
    }
    data.setAttribute("aria-invalid", Boolean(error));
    say(error, "bad");
    return !error;
  }

  function say(text, kind = "") {
    note.textContent = text;
    note.className = `note ${kind}`;
  }

  async function emit(event) {
    event.preventDefault();
    if (!check()) return data.focus();
    const body = { event_type: type.value.trim() };
    if (project.value !== "") body.project_id = Number(project.value);
    if (data.value.trim()) body.data = JSON.parse(data.value);
    submit.disabled = true;
    try {
      const response = await fetch("/_dev/events", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
      if (!response.ok) return say(await problem(response), "bad");
      const deliveries = response.headers.get("x-temps-dev-deliveries");
      say(deliveries ? "Emitted." : "Emitted; no plugin subscribes to it.", deliveries ? "ok" : "");
    } catch (error) {
      say(`Not emitted: ${error.message}`, "bad");
    } finally {
      submit.disabled = false;
    }
  }

  function again(event) {
    type.value = event.event_type;
    project.value = event.project_id ?? "";
    data.value = event.data === null ? "" : JSON.stringify(event.data, null, 2);
    touched = true;
    check();
    type.focus();
  }

  function item(event) {
    const outcomes = event.deliveries.length
      ? event.deliveries.map((delivery) => outcome(delivery, event.outcomes?.find((one) => one.plugin === delivery.plugin)))
      : h("p", { class: "outcome dim" }, "No plugin subscribes to it.");
    return h("li", {},
      h("div", { class: "head" },
        h("strong", {}, event.event_type),
        event.project_id !== null && h("span", { class: "dim" }, `project ${event.project_id}`),
        h("span", { class: "dim" }, clock(event.at)),
        h("button", { type: "button", class: "button", "aria-label": `Use ${event.event_type} again`, onclick: () => again(event) }, "Use again")),
      outcomes,
      event.data !== null && h("pre", {}, typeof event.data === "string" ? event.data : JSON.stringify(event.data)));
  }

  /// Asks what became of it, until that is settled.
  async function watch(event) {
    for (const pause of ASK_AFTER_MS) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (events.get(event.number) !== event) return;
      try {
        const response = await fetch(`/_dev/events/${encodeURIComponent(event.id)}`);
        if (response.ok) event.outcomes = await response.json();
      } catch {
        return;
      }
      render();
      const states = event.deliveries.map((delivery) => event.outcomes?.find((one) => one.plugin === delivery.plugin)?.state);
      if (states.every((state) => state && state !== "pending")) return;
    }
  }

  const render = batched(() => {
    list.replaceChildren(...[...events.values()].reverse().map(item));
    empty.hidden = events.size > 0;
    count.textContent = events.size || "";
  });
  render();

  return {
    reset() { events = new Map(); render(); },
    add(event) {
      if (events.has(event.number)) return;
      events.set(event.number, event);
      if (events.size > MAX) events.delete(events.keys().next().value);
      if (event.deliveries.some((delivery) => delivery.delivered)) watch(event);
      render();
    },
    /// Offers the types that plugins subscribe to.
    pluginsChanged() {
      const patterns = plugins().flatMap((plugin) => plugin.manifest.events);
      const known = Object.keys(EXAMPLES);
      const expanded = patterns.flatMap((pattern) => pattern.endsWith(".*") ? known.filter((name) => name.startsWith(pattern.slice(0, -1))) : [pattern]);
      types.replaceChildren(...[...new Set(expanded)].map((value) => h("option", { value })));
      if (!type.value && expanded.length) {
        type.value = expanded[0];
        fillIn();
      }
    },
  };
}

function outcome(delivery, found) {
  const [text, kind] = (() => {
    if (!delivery.delivered) return [delivery.how, "bad"];
    if (!found || found.state === null) return [`handed over ${delivery.how}`, "dim"];
    const tries = found.attempts > 1 ? `, try ${found.attempts}` : "";
    const because = found.last_error ? `: ${found.last_error}` : "";
    if (found.state === "done") return [`handled${tries}`, "ok"];
    if (found.state === "pending") return [found.last_error ? `failed, waits for its next try${tries}${because}` : "waits to be handled", "warn"];
    return [`${found.state} after ${found.attempts} tries${because}`, "bad"];
  })();
  return h("p", { class: "outcome" }, h("span", {}, delivery.plugin), h("span", { class: kind }, text));
}
