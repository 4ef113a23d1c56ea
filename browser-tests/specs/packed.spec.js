// The example plugins as one file each, as an operator gets them: packed, and run with a policy.

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { BINARIES, REPOSITORY } from "../support/dev.js";
import { expect, test } from "../support/test.js";

let folder;

test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "packed-"));
});

test.afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function pack(name) {
  const file = path.join(folder, name);
  await promisify(execFile)(path.join(BINARIES, "temps-wasm"), ["pack", `examples/${name}`, "-o", file], { cwd: REPOSITORY, maxBuffer: 64 * 1024 * 1024 });
  return file;
}

async function allow(site) {
  const policy = path.join(folder, "policy.toml");
  await writeFile(policy, `[network]\nallow = ["${site.url}"]\nallow_private = ["127.0.0.1"]\n`, { mode: 0o644 });
  return policy;
}

// Packing compiles them, which takes a launcher that is no release build a minute each.
test("both run beside each other, audit a site, and submit it", { tag: "@slow" }, async ({ page, dev, site, picture }) => {
  test.setTimeout(30 * 60 * 1000);
  const home = await site({
    "/": '<!doctype html><html lang="en"><head><title>The front page of the almanac</title></head><body><h1>Almanac</h1><a href="/tides">Tides</a></body></html>',
    "/tides": '<!doctype html><html lang="en"><head><title>Tides along the coast, by the hour</title></head><body><h1>Tides</h1></body></html>',
    "/indexnow": { status: 200 },
  });
  const run = await dev([await pack("seo-analyzer"), await pack("indexnow")], { policy: await allow(home) });
  const codings = new Map();
  page.on("response", (response) => {
    if (/\/ui\/assets\/.*\.js$/.test(response.url())) codings.set(response.url(), response.headers()["content-encoding"]);
  });

  await page.goto(`${run.url}/#/seo-analyzer/seo-analyzer`);
  const analyzer = page.frameLocator("iframe:visible");
  await analyzer.getByLabel("Site to audit").fill(home.url);
  await analyzer.getByRole("button", { name: "Run audit" }).click();
  await expect(analyzer.getByRole("img", { name: /^Score \d+ of 100$/ })).toBeVisible();
  await picture("packed-seo-analyzer");

  await page.getByRole("navigation").getByRole("link", { name: "IndexNow" }).click();
  const indexnow = page.frameLocator("iframe:visible");
  await indexnow.getByRole("banner").getByRole("link", { name: "Settings" }).click();
  await indexnow.getByLabel("Submit to").selectOption({ label: "Another endpoint" });
  await indexnow.getByLabel("Endpoint", { exact: true }).fill(`${home.url}/indexnow`);
  await indexnow.getByRole("button", { name: "Save settings" }).click();
  await expect(indexnow.getByRole("status").filter({ hasText: "The settings were saved." })).toBeVisible();
  await indexnow.getByRole("banner").getByRole("link", { name: "Sites" }).click();
  await indexnow.getByLabel("Address").fill(home.url);
  await indexnow.getByRole("button", { name: "Add site" }).click();
  // It has no sitemap: its pages are found by their links.
  await expect(indexnow.getByRole("article", { name: home.url.replace("http://", "") })).toContainText("2 pages");
  await indexnow.getByRole("banner").getByRole("link", { name: /^Suggestions/ }).click();
  await indexnow.getByRole("button", { name: "Submit all" }).click();
  await expect(indexnow.getByRole("banner").getByRole("link", { name: "Suggestions", exact: true })).toBeVisible();
  await picture("packed-indexnow");

  await expect.poll(() => home.requests.filter((request) => request.path === "/indexnow").length).toBe(1);
  expect([...codings.values()]).toEqual(["br", "br"]);
  // The console would miss its server, which stops first.
  await page.goto("about:blank");
});
