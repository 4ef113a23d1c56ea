// The example plugin `indexnow`, as its user sees it: sites, settings, suggestions, submissions and their history.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { startDev } from "../support/dev.js";
import { startSite } from "../support/site.js";
import { expect, test } from "../support/test.js";

/// What the engine answers, one after the other, and with 200 after that.
const answers = [];

let folder;
let site;
let run;

/// A sitemap with these pages and the dates of their last change.
function sitemap(pages) {
  const urls = Object.entries(pages).map(([page, date]) => `<url><loc>${site.url}${page}</loc><lastmod>${date}</lastmod></url>`);
  return { headers: { "content-type": "application/xml" }, body: `<urlset>${urls.join("")}</urlset>` };
}

let pages = { "/": "2026-01-01", "/pricing": "2026-01-01", "/blog/hello": "2026-01-01" };

test.beforeAll(async ({}, info) => {
  info.setTimeout(20 * 60 * 1000);
  site = await startSite({
    "/sitemap.xml": () => sitemap(pages),
    "/indexnow": () => answers.shift() ?? { status: 200 },
  });
  folder = await mkdtemp(path.join(tmpdir(), "indexnow-"));
  const policy = path.join(folder, "policy.toml");
  await writeFile(policy, `[network]\nallow = ["${site.url}"]\nallow_private = ["127.0.0.0/8"]\n`, { mode: 0o644 });
  run = await startDev(["examples/indexnow"], { policy, args: ["--no-watch"] });
});

test.afterAll(async () => {
  expect(await run?.stop()).toBe(0);
  await site?.close();
  if (folder) await rm(folder, { recursive: true });
});

const host = () => site.url.replace("http://", "");

/// What the engine was told: the paths of each request.
function submitted() {
  const posts = site.requests.filter((request) => request.path === "/indexnow");
  return posts.map((request) => JSON.parse(request.body).urlList.map((url) => url.replace(site.url, "")));
}

/// Opens a page of the interface by its link, in the frame that Temps shows it in.
async function open(page, name = "Submissions") {
  await page.goto(`${run.url}/#/indexnow/indexnow`);
  const frame = page.frameLocator("iframe");
  await frame.getByRole("banner").getByRole("link", { name: new RegExp(`^${name}`) }).click();
  await expect(frame.getByRole("main")).toHaveAccessibleName(name);
  return frame;
}

test.describe.configure({ mode: "serial" });

test("a new plugin leads to its first site", async ({ page, allowed, picture }) => {
  allowed.push(/POST .*\/sites 400/);
  const ui = await open(page);
  await expect(ui.getByRole("heading", { name: "Nothing was submitted yet" })).toBeVisible();
  await picture("indexnow-empty");
  await ui.getByRole("main").getByRole("link", { name: "Add a site" }).click();

  await ui.getByLabel("Address").fill("ftp://nowhere");
  await ui.getByRole("button", { name: "Add site" }).click();
  await expect(ui.getByRole("alert").filter({ hasText: "only http and https are allowed" })).toBeVisible();
  await ui.getByLabel("Address").fill(site.url);
  await ui.getByRole("form", { name: "Add a site" }).getByLabel("Project").selectOption({ index: 1 });
  await ui.getByRole("button", { name: "Add site" }).click();
  await expect(ui.getByRole("status").filter({ hasText: `${host()} was added` })).toBeVisible();
  const card = ui.getByRole("article", { name: host() });
  await expect(card).toContainText("3 pages from its sitemap");
  await card.getByRole("button", { name: "Check key" }).click();
  await expect(card.getByRole("status")).toContainText("it answered 404");
});

test("settings are changed, and wrong ones are told", async ({ page, allowed, picture }) => {
  allowed.push(/PATCH .*\/settings 400/);
  const ui = await open(page, "Settings");
  await ui.getByLabel("Submit to").selectOption({ label: "Another endpoint" });
  await ui.getByLabel("Endpoint", { exact: true }).fill(`${site.url}/indexnow`);
  await ui.getByLabel("URLs in a request").fill("0");
  await ui.getByRole("button", { name: "Save settings" }).click();
  await expect(ui.getByRole("alert").filter({ hasText: "The batch size is not valid" })).toBeVisible();
  await ui.getByLabel("URLs in a request").fill("500");
  await ui.getByRole("button", { name: "Save settings" }).click();
  await expect(ui.getByRole("status").filter({ hasText: "The settings were saved." })).toBeVisible();

  const key = await ui.getByLabel("Key", { exact: true }).inputValue();
  await ui.getByLabel("Suggest a page again after").fill("14");
  await ui.getByRole("button", { name: "Make a new key" }).click();
  await expect(ui.getByLabel("Key", { exact: true })).not.toHaveValue(key);
  await expect(ui.getByLabel("Suggest a page again after"), "what was typed stays").toHaveValue("14");
  await page.reload();
  const again = await open(page, "Settings");
  await expect(again.getByLabel("URLs in a request")).toHaveValue("500");
  await expect(again.getByLabel("Endpoint", { exact: true })).toHaveValue(`${site.url}/indexnow`);
  await picture("indexnow-settings");
});

test("suggestions are submitted with a click, and are none any more", async ({ page, picture }) => {
  const ui = await open(page, "Suggestions");
  const list = ui.getByRole("region", { name: host() });
  await expect(list.getByRole("listitem")).toHaveCount(3);
  await expect(ui.getByRole("navigation", { name: "IndexNow" })).toContainText("3 pages to submit");
  await picture("indexnow-suggestions");
  await list.getByRole("checkbox", { name: "/pricing" }).check();
  await list.getByRole("button", { name: "Submit 1 page" }).click();
  await expect(ui.getByRole("status").filter({ hasText: `On the way: 1 page of ${host()}.` })).toBeVisible();
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await list.getByRole("button", { name: "Submit all" }).click();
  await expect(ui.getByRole("heading", { name: "Everything is submitted" })).toBeVisible();
  await expect.poll(submitted).toEqual([["/pricing"], ["/", "/blog/hello"]]);
});

test("URLs are submitted by hand, and the history says what became of them", async ({ page, allowed, picture }) => {
  allowed.push(/POST .*\/submissions 400/);
  answers.push({ status: 503, headers: { "retry-after": "1" } }, { status: 403 });
  const ui = await open(page, "Submit URLs");
  await ui.getByRole("button", { name: "Submit", exact: true }).click();
  await expect(ui.getByRole("alert").filter({ hasText: "Enter at least one URL or path." })).toBeVisible();
  await ui.getByLabel("URLs", { exact: true }).fill("https://elsewhere.example/");
  await ui.getByRole("button", { name: "Submit", exact: true }).click();
  await expect(ui.getByRole("alert").filter({ hasText: "engines take URLs of one host at a time" })).toBeVisible();
  await ui.getByLabel("URLs", { exact: true }).fill(`/news\n${site.url}/about`);
  await ui.getByRole("button", { name: "Submit 2 URLs" }).click();

  // Its page: refused once, then for good, then sent again.
  await expect(ui.getByRole("heading", { level: 1, name: "127.0.0.1" })).toBeVisible();
  await expect(ui.getByText("The engine did not find the key at its location")).toHaveCount(2);
  await expect(ui.getByRole("region", { name: "Tries" }).getByRole("listitem")).toHaveCount(2);
  await picture("indexnow-submission-failed");
  await ui.getByRole("button", { name: "Send again" }).click();
  await expect(ui.getByRole("main").getByText("Accepted")).toBeVisible();
  await expect(ui.getByRole("region", { name: "2 URLs" }).getByRole("link")).toHaveText([`${site.url}/about`, `${site.url}/news`]);

  await ui.getByRole("link", { name: "Submissions" }).first().click();
  await expect(ui.getByRole("main").getByRole("listitem")).toHaveCount(3);
  await ui.getByRole("button", { name: "Failed" }).click();
  await expect(ui.getByRole("heading", { name: "Nothing here" })).toBeVisible();
  await ui.getByRole("button", { name: "Accepted" }).click();
  await expect(ui.getByRole("main").getByRole("listitem")).toHaveCount(3);
  await picture("indexnow-submissions");
});

test("a changed page is found when the site is looked through again", async ({ page }) => {
  pages = { ...pages, "/pricing": "2026-02-02", "/new": "2026-02-02" };
  const ui = await open(page, "Suggestions");
  await ui.getByRole("button", { name: "Look for changes" }).click();
  const list = ui.getByRole("region", { name: host() });
  await expect(list.getByRole("listitem").filter({ hasText: "/pricing" })).toContainText("Changed");
  await expect(list.getByRole("listitem").filter({ hasText: "/new" })).toContainText("New");
});

test("it is used by keyboard alone", async ({ page }) => {
  await page.goto(`${run.url}/api/x/indexnow/ui/`);
  await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Waiting" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Waiting" })).toHaveAttribute("aria-pressed", "true");
  for (let presses = 0; presses < 2; presses += 1) await page.keyboard.press("Shift+Tab");
  await expect(page.getByRole("banner").getByRole("link", { name: "Submit URLs" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Submit URLs" })).toBeVisible();
});

test("every page fits small and large screens, light and dark", async ({ page, picture }) => {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [360, 1440]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      for (const name of ["submissions", "submissions/3", "suggestions", "sites", "settings", "submit"]) {
        await page.goto("about:blank");
        await page.goto(`${run.url}/api/x/indexnow/ui/#/${name}`);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.getByRole("status").filter({ hasText: /^Loading/ })).toHaveCount(0);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(sideways, `${name} at ${width}`).toBe(0);
        await picture(`indexnow-${name.replace("/", "-")}-${colorScheme}-${width}`);
      }
    }
  }
});
