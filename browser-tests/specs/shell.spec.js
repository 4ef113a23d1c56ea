// The page of the local Temps, with plugins that have no interface of their own.

import { expect, test } from "../support/test.js";

let run;

test.beforeAll(async ({}, info) => {
  info.setTimeout(20 * 60 * 1000);
  const { startDev } = await import("../support/dev.js");
  run = await startDev(["examples/hello", "examples/notes"], { args: ["--no-watch"] });
});

test.afterAll(async () => {
  expect(await run?.stop()).toBe(0);
});

/// Opens the page and waits until it is live.
async function open(page, hash = "") {
  await page.goto(`${run.url}/${hash}`);
  await expect(page.locator("#connection")).toHaveText("Live");
}

/// Asks the plugin that is shown.
async function ask(page, path) {
  const form = page.getByRole("form", { name: "Ask the plugin" });
  await form.getByLabel("Path").fill(path);
  await form.getByRole("button", { name: "Send" }).click();
  return form.getByRole("status");
}

test("the navigation leads to each plugin, and says what one without an interface lacks", async ({ page, picture }) => {
  await open(page);
  const navigation = page.getByRole("navigation", { name: "Navigation" });
  await expect(navigation.getByRole("heading")).toHaveText(["Platform"]);
  await expect(navigation.getByRole("link")).toHaveText(["Hello", "Notes"]);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Hello");
  await expect(page.locator("#subtitle")).toContainText("runs");
  await expect(page.getByText("Hello has no user interface")).toBeVisible();

  await navigation.getByRole("link", { name: "Notes" }).click();
  await expect(page).toHaveURL(`${run.url}/#/notes/notes`);
  await expect(page.getByText("Notes has no user interface")).toBeVisible();
  await expect(navigation.getByRole("link", { name: "Notes" })).toHaveAttribute("aria-current", "page");
  await page.reload();
  await expect(page.getByText("Notes has no user interface")).toBeVisible();
  await picture("shell-notes");
});

test("requests show as they come, with their headers, and again after a reload", async ({ page, request, picture }) => {
  await open(page, "#/hello/hello");
  await expect(await ask(page, "/hello/7")).toContainText("hello world");
  const row = page.getByRole("row").filter({ hasText: "/hello/7" });
  await expect(row).toContainText("GET");
  await expect(row).toContainText("200");
  await expect(row).toContainText("admin");

  await row.getByRole("button").click();
  const details = page.getByRole("region", { name: "Request" });
  await expect(details).toContainText("x-temps-user-email");
  await expect(details).toContainText("dev@temps.localhost");
  await expect(details).toContainText("content-type");
  // The secret that signs requests is not for a screen.
  await expect(details.locator("dt", { hasText: "x-temps-auth-signature" }).locator("+ dd")).toHaveText("(hidden)");
  await picture("shell-request");
  await page.keyboard.press("Escape");
  await expect(details).toBeHidden();
  await expect(row.getByRole("button")).toBeFocused();

  // One of another client's.
  await request.post(`${run.url}/api/x/hello/echo`, { data: "0123456789" });
  await expect(page.getByRole("row").filter({ hasText: "/echo" })).toContainText("10 B");
  await page.getByLabel("Filter requests").fill("post echo");
  await expect(page.getByRole("row").filter({ hasText: "/hello/7" })).toHaveCount(0);
  await expect(page.getByRole("row").filter({ hasText: "/echo" })).toHaveCount(1);
  await page.reload();
  await expect(page.getByRole("row").filter({ hasText: "/hello/7" }).first()).toBeVisible();
});

test("an event that the form emits is handled by the plugin", async ({ page, request, picture }) => {
  await open(page, "#/hello/hello");
  await page.getByRole("tab", { name: "Events" }).click();
  const form = page.getByRole("form", { name: "Emit an event" });
  // What the plugin subscribes to, with an example of its data.
  await expect(form.getByLabel("Type")).toHaveValue("deployment.succeeded");
  await expect(form.getByLabel("Project id")).toHaveValue("1");
  await form.getByLabel("Data").fill("{");
  await form.getByRole("button", { name: "Emit" }).click();
  await expect(form.getByRole("status")).toContainText("not JSON");
  await form.getByLabel("Data").fill('{"deployment_id": 2, "project_id": 1, "environment_id": 1, "environment_name": "production"}');
  await form.getByRole("button", { name: "Emit" }).click();
  await expect(form.getByRole("status")).toHaveText("Emitted.");
  const item = page.getByRole("list", { name: "Emitted events" }).getByRole("listitem").first();
  await expect(item).toContainText("deployment.succeeded");
  await expect(item.locator(".outcome")).toHaveText(/hello\s*handled/);
  const seen = await (await request.get(`${run.url}/api/x/hello/events`)).json();
  expect(JSON.stringify(seen)).toContain("deployment.succeeded");
  await picture("shell-events");

  await form.getByLabel("Type").fill("nobody.wants");
  await form.getByLabel("Data").fill("");
  await form.getByRole("button", { name: "Emit" }).click();
  await expect(form.getByRole("status")).toHaveText("Emitted; no plugin subscribes to it.");
  await expect(item).toContainText("No plugin subscribes to it.");
});

test("the log is live, and filtered by level and text", async ({ page, request, picture }) => {
  await open(page);
  await page.getByRole("tab", { name: "Logs" }).click();
  const lines = page.getByRole("log", { name: "Log lines" });
  await expect(lines).toContainText("channel open");
  await request.post(`${run.url}/_dev/events`, { data: { event_type: "deployment.succeeded", data: { deployment_id: 5, project_id: 77, environment_id: 1 } } });
  await expect(lines).toContainText("a deployment succeeded");
  await expect(lines).toContainText("project=77");
  await picture("shell-logs");
  await page.getByLabel("Filter log lines").fill("project=77");
  await expect(lines.locator(".line")).toHaveCount(1);
  await page.getByLabel("Filter log lines").fill("");
  await page.getByLabel("Level").selectOption("ERROR");
  await expect(page.getByText("No line matches the filter.")).toBeVisible();
});

test("the identity is that of the page's requests", async ({ page, allowed }) => {
  allowed.push(/^response: GET \S+\/hello\/8 401$/);
  await open(page, "#/hello/hello");
  await page.getByLabel("Requests as").selectOption("reader");
  await expect(await ask(page, "/hello/8")).toContainText("200");
  await expect(page.getByRole("row").filter({ hasText: "/hello/8" }).first()).toContainText("reader");
  await page.getByLabel("Requests as").selectOption("anonymous");
  await expect(await ask(page, "/hello/8")).toContainText("401");
  await page.getByRole("row").filter({ hasText: "/hello/8" }).first().getByRole("button").click();
  await expect(page.getByRole("region", { name: "Request" })).toContainText("for signed-in users");
  await page.reload();
  await expect(page.getByLabel("Requests as")).toHaveValue("anonymous");
});

test("fixtures that are changed are what the plugin gets", async ({ page, request, allowed, picture }) => {
  allowed.push(/^response: PUT \S+\/_dev\/fixtures 422$/);
  await open(page);
  await page.getByRole("tab", { name: "Fixtures" }).click();
  await expect(page.getByRole("table", { name: "Projects" })).toContainText("Storefront");
  await picture("shell-fixtures");
  const text = page.getByLabel("Fixtures as JSON");
  const before = await text.inputValue();
  await text.fill("{");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.locator("#panel-fixtures").getByRole("status")).toContainText("not as expected");
  await text.fill(before.replace('"name": "Storefront"', '"name": "Another shop"'));
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("table", { name: "Projects" })).toContainText("Another shop");
  expect(await (await request.get(`${run.url}/api/x/hello/project/1`)).text()).toContain("Another shop");
  await page.getByRole("button", { name: "Reset" }).click();
  await expect(page.getByRole("table", { name: "Projects" })).toContainText("Storefront");
});

test("all of it works with the keyboard alone", async ({ page }) => {
  await open(page, "#/hello/hello");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the plugin" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${run.url}/#/notes/notes`);

  const splitter = page.getByRole("separator");
  await splitter.focus();
  const height = Number(await splitter.getAttribute("aria-valuenow"));
  await page.keyboard.press("ArrowUp");
  await expect(splitter).toHaveAttribute("aria-valuenow", String(height + 24));
  await page.getByRole("tab", { name: "Requests" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Logs" })).toBeFocused();
  await expect(page.getByRole("tabpanel", { name: "Logs" })).toBeVisible();
  await page.keyboard.press("End");
  await expect(page.getByRole("tabpanel", { name: "Fixtures" })).toBeVisible();
  await page.getByRole("button", { name: "Hide the panels" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("tabpanel", { name: "Fixtures" })).toBeHidden();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("tabpanel", { name: "Fixtures" })).toBeVisible();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 1440]) {
    test(`the page fits ${width} px, ${colorScheme}`, async ({ page, picture }) => {
      await page.setViewportSize({ width, height: width < 500 ? 740 : 900 });
      await page.emulateMedia({ colorScheme });
      await open(page, "#/hello/hello");
      await expect(await ask(page, "/hello/7")).toContainText("hello world");
      await picture(`shell-${width}-${colorScheme}`);
      for (const tab of ["Requests", "Logs", "Events", "Fixtures"]) {
        await page.getByRole("tab", { name: tab }).click();
        await expect(page.getByRole("tabpanel", { name: tab })).toBeVisible();
        // The page itself never scrolls sideways.
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        await picture(`shell-${width}-${colorScheme}-${tab.toLowerCase()}`);
      }
      if (width === 360) {
        await page.getByRole("button", { name: "Menu" }).click();
        await expect(page.getByRole("link", { name: "Hello" })).toBeFocused();
        await picture(`shell-${width}-${colorScheme}-menu`);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("button", { name: "Menu" })).toBeFocused();
      }
    });
  }
}
