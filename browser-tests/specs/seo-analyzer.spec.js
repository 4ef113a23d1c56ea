// The SEO analyzer's interface, on a site with a few faults.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startSite } from "../support/site.js";
import { expect, test } from "../support/test.js";

const ORPHANED = 24;

let folder;
let site;
let run;
let ui;

/// Requests of pages that wait until the test lets them go on.
let gate = Promise.resolve();

function chapter(number, more = "") {
  const title = number === 3 ? "" : `<title>Chapter ${number} of the almanac</title>`;
  const below = [2 * number + 1, 2 * number + 2].filter((one) => one < ORPHANED).map((one) => `<a href="/chapter/${one}">Chapter ${one}</a>`);
  return `<!doctype html><html lang="en"><head>${title}
    <meta name="description" content="What chapter ${number} of the almanac says about the weather, and about the harbours of the coast.">
    </head><body><h1>Chapter ${number}</h1>${below.join(" ")}${more}</body></html>`;
}

test.beforeAll(async ({}, info) => {
  info.setTimeout(30 * 60 * 1000);
  const pages = { "/": () => chapter(0, '<a href="/gone">Gone</a><img src="/cover.png">') };
  for (let number = 1; number < ORPHANED; number += 1) {
    pages[`/chapter/${number}`] = async () => {
      await gate;
      return chapter(number);
    };
  }
  site = await startSite(pages);
  folder = await mkdtemp(path.join(tmpdir(), "browser-tests-"));
  const policy = path.join(folder, "policy.toml");
  await writeFile(policy, `[network]\nallow = ["${site.url}"]\nallow_private = ["127.0.0.1"]\n`, { mode: 0o644 });
  const { startDev } = await import("../support/dev.js");
  run = await startDev([process.env.SEO_ANALYZER ?? "examples/seo-analyzer"], { policy, args: ["--no-watch"] });
  ui = `${run.url}/api/x/seo-analyzer/ui/`;
});

test.afterAll(async () => {
  await run?.stop();
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

async function inEveryForm(page, picture, name) {
  for (const [scheme, width] of [["light", 1440], ["dark", 1440], ["light", 360], ["dark", 360]]) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, `${name} at ${width} px scrolls sideways`).toBeLessThanOrEqual(0);
    await picture(`seo-${name}-${scheme}-${width}`);
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
  await page.setViewportSize({ width: 1440, height: 900 });
}

test("settings are changed, and what is out of bounds is refused", async ({ page, picture, allowed }) => {
  allowed.push(/^response: PUT \S+\/sites\/\d+ 400$/);
  await page.goto(ui);
  await expect(page.getByText("No audits yet")).toBeVisible();
  await inEveryForm(page, picture, "empty");
  await page.getByRole("link", { name: "Settings" }).click();
  const form = page.getByRole("form", { name: "Audits" });
  await form.getByLabel("Pause between requests").fill("0");
  await form.getByLabel("Requests at once").fill("2");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByRole("status")).toHaveText("Saved.");
  await form.getByLabel("Requests at once").fill("99");
  await form.getByRole("button", { name: "Save" }).click();
  expect(await form.getByLabel("Requests at once").evaluate((input) => input.validity.rangeOverflow)).toBe(true);

  const project = page.getByRole("list").getByRole("form").first();
  await project.getByRole("textbox").fill("ftp://example.com");
  await project.getByRole("button", { name: "Save" }).click();
  await expect(project.getByRole("alert")).toContainText("not http");
  await project.getByRole("textbox").fill(site.url);
  await project.getByRole("button", { name: "Save" }).click();
  await expect(project.getByRole("button", { name: "Remove" })).toBeVisible();
  await page.reload();
  await expect(form.getByLabel("Requests at once")).toHaveValue("2");
  await inEveryForm(page, picture, "settings");
});

test("an audit is run by keyboard, watched, and looked into", async ({ page, picture }) => {
  let open;
  gate = new Promise((resolve) => { open = resolve; });
  await page.goto(ui);
  await page.getByLabel("Site to audit").focus();
  await page.keyboard.type(site.url);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(site.url.replace("http://", ""));
  const bar = page.getByRole("progressbar");
  await expect(bar).toHaveAttribute("aria-valuenow", /^[1-9]/);
  await expect(page.getByRole("status").filter({ hasText: "Crawling" })).toBeVisible();
  await inEveryForm(page, picture, "progress");
  open();
  await expect(bar).toBeHidden();
  await expect(page.getByRole("img", { name: /^Score \d+ of 100$/ })).toBeVisible();
  await inEveryForm(page, picture, "report");

  await page.getByRole("link", { name: /Broken link/ }).click();
  await expect(page.getByText("/gone (404)")).toBeVisible();
  await inEveryForm(page, picture, "findings");
  await page.getByLabel("Check").selectOption({ label: "No title (1)" });
  await page.getByRole("link", { name: "/chapter/3", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("/chapter/3");
  await expect(page.getByText("No title").first()).toBeVisible();
  await expect(page.getByRole("region", { name: "Linked from" }).getByRole("link")).toHaveText(["/chapter/1"]);
  await inEveryForm(page, picture, "page");

  await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "Pages" }).click();
  await page.getByLabel("Page", { exact: true }).fill("gone");
  await expect(page.getByRole("row")).toHaveCount(2);
  await inEveryForm(page, picture, "pages");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export CSV" }).click()]);
  expect(download.suggestedFilename()).toBe("seo-report-1.csv");
});

test("the next audit shows what changed, and can be cancelled", async ({ page, picture }) => {
  await page.goto(ui);
  await page.getByLabel("Site to audit").fill(site.url);
  await page.getByRole("button", { name: "Run audit" }).click();
  await page.getByRole("link", { name: "Changes" }).click();
  await expect(page.getByText("points since")).toBeVisible();
  await inEveryForm(page, picture, "changes");
  await page.getByRole("link", { name: "Reports" }).first().click();
  await expect(page.getByRole("link", { name: /: score \d+$/ })).toHaveCount(2);
  await inEveryForm(page, picture, "reports");

  let open;
  gate = new Promise((resolve) => { open = resolve; });
  await page.getByLabel("Site to audit").fill(site.url);
  await page.getByRole("button", { name: "Run audit" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("Cancelled", { exact: true })).toBeVisible();
  open();
});

test("a site that the operator does not allow says what to add", async ({ page, picture }) => {
  await page.goto(ui);
  await page.getByLabel("Site to audit").fill("http://not-allowed.example");
  await page.getByRole("button", { name: "Run audit" }).click();
  await expect(page.getByRole("alert")).toContainText('allow = ["http://not-allowed.example"]');
  await inEveryForm(page, picture, "denied");
});

test("it is at home in the console's frame", async ({ page, picture }) => {
  await page.goto(`${run.url}/#/seo-analyzer/seo-analyzer`);
  const frame = page.frameLocator("iframe");
  await expect(frame.getByRole("heading", { name: "Reports" })).toBeVisible();
  await picture("seo-frame");
});
