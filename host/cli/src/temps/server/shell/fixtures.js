import { byId, h, problem } from "./elements.js";

const PATH = "/_dev/fixtures";

/// The panel of fixtures: what plugins are told of the platform, and an editor for it.
export function setUpFixtures() {
  const panel = byId("panel-fixtures");
  let inForce = "";
  const overview = h("div", { class: "scroll overview", tabindex: "0", "aria-label": "Fixtures in force" });
  const text = h("textarea", { spellcheck: false, "aria-label": "Fixtures as JSON", oninput: () => changed() });
  const note = h("p", { class: "note", role: "status" });
  const apply = h("button", { type: "button", class: "button primary", onclick: () => ask({ method: "PUT", headers: { "content-type": "application/json" }, body: text.value }, "In force until the run ends.") }, "Apply");
  const reset = h("button", { type: "button", class: "button", onclick: () => ask({ method: "DELETE" }, "As the run began.") }, "Reset");
  panel.append(h("div", { class: "panel fixtures" }, h("div", { class: "split" }, overview,
    h("div", { class: "edit" }, text, h("div", { class: "actions" }, apply, reset, note)))));

  function say(words, kind = "") {
    note.textContent = words;
    note.className = `note ${kind}`;
  }

  function changed() {
    apply.disabled = text.value === inForce;
    text.removeAttribute("aria-invalid");
    say(apply.disabled ? "" : "Not applied yet.");
  }

  async function ask(options, done) {
    try {
      const response = await fetch(PATH, options);
      if (!response.ok) {
        text.setAttribute("aria-invalid", "true");
        return say(await problem(response), "bad");
      }
      take(await response.text(), true);
      say(done, "ok");
    } catch (error) {
      say(error.message, "bad");
    }
  }

  /// Shows what is in force. Text that somebody is at work on stays.
  function take(answer, replace) {
    const untouched = text.value === inForce;
    inForce = answer;
    if (replace || untouched) text.value = answer;
    text.removeAttribute("aria-invalid");
    apply.disabled = text.value === inForce;
    show(JSON.parse(answer));
  }

  function show({ projects, environments, deployments, api }) {
    const table = (title, columns, items) => [
      h("h3", {}, `${title} (${items.length})`),
      items.length > 0 && h("table", { "aria-label": title },
        h("thead", {}, h("tr", {}, columns.map(([name]) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, items.map((item) => h("tr", {}, columns.map(([, value]) => h("td", {}, String(value(item) ?? ""))))))),
    ];
    overview.replaceChildren(...[
      table("Projects", [["Id", (p) => p.id], ["Name", (p) => p.name], ["Slug", (p) => p.slug], ["Branch", (p) => p.main_branch]], projects),
      table("Environments", [["Id", (e) => e.id], ["Project", (e) => e.project_id], ["Name", (e) => e.name], ["Branch", (e) => e.branch]], environments),
      table("Deployments", [["Id", (d) => d.id], ["Project", (d) => d.project_id], ["State", (d) => d.state], ["Commit", (d) => d.commit_message ?? d.commit_sha]], deployments),
      table("API answers", [["Method", (a) => a.method], ["Path", (a) => a.path], ["Needs", (a) => a.permission], ["Status", (a) => a.status]], api),
    ].flat().filter(Boolean));
  }

  return {
    async load() {
      try {
        const response = await fetch(PATH);
        if (response.ok) take(await response.text(), false);
        else say(await problem(response), "bad");
      } catch {
        // The stream says that the local Temps is gone.
      }
    },
  };
}
