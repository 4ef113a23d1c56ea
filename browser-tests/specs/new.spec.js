// What `temps-wasm new` makes, as its author sees it first.

import { execFile } from "node:child_process";
import { appendFile, copyFile, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { BINARIES, REPOSITORY, startDev } from "../support/dev.js";
import { expect, test } from "../support/test.js";

/// Where plugins are made.
let folder;
/// A local Temps with those of the tests that are run.
let run;

function temps(...args) {
  return promisify(execFile)(path.join(BINARIES, "temps-wasm"), args, { cwd: folder });
}

/// Makes a plugin with the versions that this repository has: what it depends on is compiled once.
async function make(name, ...args) {
  await temps("new", name, "--vcs", "none", "--sdk", path.join(REPOSITORY, "guest-sdk"), ...args);
  await copyFile(path.join(REPOSITORY, "Cargo.lock"), path.join(folder, name, "Cargo.lock"));
  return path.join(folder, name);
}

test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "new-"));
});

test.afterAll(async () => {
  await rm(folder, { recursive: true });
});

/// Makes plugins for the tests of a group, builds them, and runs them.
function running(...plugins) {
  test.beforeAll(async ({}, info) => {
    info.setTimeout(20 * 60 * 1000);
    const made = [];
    for (const plugin of plugins) made.push(await make(...plugin));
    run = await startDev(made);
  });

  test.afterAll(async () => {
    expect(await run?.stop()).toBe(0);
    run = undefined;
  });
}

/// The themes and widths that a page is looked at in.
const LOOKS = [["light", 1440], ["dark", 1440], ["light", 360], ["dark", 360]];

/// Opens a plugin's page by itself, and takes pictures of it.
async function pictures(page, picture, name) {
  const url = `${run.url}/api/x/${name}/ui/`;
  for (const [colorScheme, width] of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    await page.goto(url);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    const needed = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(needed, name).toBeLessThanOrEqual(width);
    await picture(`new-${name}-${colorScheme}-${width}`);
  }
}

/// Has the plugins that record deployments know one.
async function deploy() {
  const data = { deployment_id: 2, branch: "main", url: "https://shop.example.com" };
  const event = ["deployment.succeeded", "--project-id", "1", "--data", JSON.stringify(data)];
  await temps("emit", ...event, "--url", run.url);
}

test.describe("without a build", () => {
  running(["greeter", "--ui", "plain", "--db"], ["watcher", "--template", "full"]);

  test("the page greets, has Temps's theme, and changes with its files", async ({ page, picture }) => {
    await page.goto(`${run.url}/#/greeter/greeter`);
    const frame = page.frameLocator("iframe");
    await frame.getByLabel("Name").fill("ann");
    await frame.getByRole("button", { name: "Greet" }).click();
    await expect(frame.getByRole("status")).toHaveText("Hello, ann! (greeting 1)");

    const body = frame.locator("body");
    const background = (color) => expect(body).toHaveCSS("background-color", color);
    await background("rgb(245, 246, 249)");
    await page.evaluate(() => document.documentElement.classList.add("dark"));
    await background("rgb(14, 17, 23)");
    await page.evaluate(() => document.documentElement.classList.replace("dark", "light"));
    await background("rgb(245, 246, 249)");
    await picture("new-greeter-in-temps");

    await pictures(page, picture, "greeter");
    await page.goto(`${run.url}/#/greeter/greeter`);
    await appendFile(path.join(folder, "greeter/ui/style.css"), "h1 { color: rgb(1, 2, 3); }\n");
    const heading = frame.getByRole("heading", { level: 1 });
    await expect(heading).toHaveCSS("color", "rgb(1, 2, 3)", { timeout: 60_000 });
  });

  test("the page of the full template lists deployments", async ({ page, picture }) => {
    await deploy();
    await page.goto(`${run.url}/#/watcher/watcher`);
    const frame = page.frameLocator("iframe");
    await expect(frame.getByText("1 in all, each kept for 30 days.")).toBeVisible();
    const row = frame.getByRole("row").filter({ hasText: "#2" });
    await expect(row).toContainText("succeeded");
    const link = row.getByRole("link", { name: "#2" });
    await expect(link).toHaveAttribute("href", "https://shop.example.com");
    await frame.getByRole("button", { name: "Reload" }).click();
    await expect(row).toContainText("main");
    await pictures(page, picture, "watcher");
  });
});

test.describe("with React", () => {
  running(["tracker", "--template", "full", "--ui", "react"]);

  test("the React page lists deployments, and shows each", async ({ page, picture }) => {
    await deploy();
    await page.goto(`${run.url}/#/tracker/tracker`);
    const frame = page.frameLocator("iframe");
    const row = frame.getByRole("row").filter({ hasText: "#2" });
    await expect(row).toContainText("succeeded");
    await expect(row).toContainText("main");
    await pictures(page, picture, "tracker");

    await page.getByRole("link", { name: "#2" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Deployment #2");
    await expect(page.getByRole("link", { name: "https://shop.example.com" })).toBeVisible();
    await picture("new-tracker-deployment");
    await page.getByRole("link", { name: "All deployments" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Deployments");
  });

  test("every React page is type-checked", async () => {
    const modules = path.join(folder, "tracker/web/node_modules");
    for (const [name, ...args] of [["bare"], ["counting", "--db"]]) {
      const web = path.join(await make(name, "--ui", "react", ...args), "web");
      await symlink(modules, path.join(web, "node_modules"));
      await promisify(execFile)(path.join(modules, ".bin/tsc"), ["--noEmit"], { cwd: web });
    }
  });
});
