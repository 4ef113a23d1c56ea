// What the page does when a plugin changes, and when the local Temps ends.

import { copyFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "../support/dev.js";
import { expect, test } from "../support/test.js";

let folder;
let hello;
let notes;

test.beforeAll(async ({}, info) => {
  info.setTimeout(20 * 60 * 1000);
  hello = await build("examples/hello");
  notes = await build("examples/notes");
  folder = await mkdtemp(path.join(tmpdir(), "browser-tests-"));
});

test.afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("a component that changes is shown anew, and one that does not start says why", async ({ page, dev, picture, allowed }) => {
  const component = path.join(folder, "mine.wasm");
  await copyFile(hello, component);
  const run = await dev([component]);
  await page.goto(run.url);
  const navigation = page.getByRole("navigation", { name: "Navigation" });
  await expect(navigation.getByRole("link")).toHaveText(["Hello"]);

  // As a build does it: all of the file at once.
  await copyFile(notes, `${component}.new`);
  await rename(`${component}.new`, component);
  await expect(navigation.getByRole("link")).toHaveText(["Notes"]);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Notes");

  await writeFile(component, "no component");
  await expect(page.getByText("notes was not built: it runs as it was")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Notes");
  await copyFile(notes, `${component}.new`);
  await rename(`${component}.new`, component);
  await expect(page.getByText("was not built")).toBeHidden();

  const policy = path.join(folder, "mine.toml");
  await writeFile(policy, "[network]\nalow = []\n");
  await expect(page.getByText("notes was built, but did not start")).toBeVisible();
  await expect(page.getByText("Notes has ended")).toBeVisible();
  await picture("reload-not-started");

  await rm(policy);
  await copyFile(hello, `${component}.new`);
  await rename(`${component}.new`, component);
  await expect(navigation.getByRole("link")).toHaveText(["Hello"]);
  await expect(page.getByText("did not start")).toBeHidden();
  await expect(page.locator("#subtitle")).toContainText("runs");

  allowed.push(/net::ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONNECTION_RESET)/);
  expect(await run.stop()).toBe(0);
  await expect(page.locator("#connection")).toHaveText("The local Temps is gone. Waiting for it…");
  await picture("reload-gone");
});
