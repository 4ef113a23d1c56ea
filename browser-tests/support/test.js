// What specs import in place of Playwright's `test`: nothing may go wrong in a page without being announced.

import path from "node:path";
import { test as base } from "@playwright/test";
import { startDev } from "./dev.js";
import { startSite } from "./site.js";

export { expect } from "@playwright/test";

const OUTPUT = process.env.BROWSER_TESTS_OUTPUT ?? path.resolve(import.meta.dirname, "../../target/browser-tests");

export const test = base.extend({
  /// Announces what a page may do in this test: `allowed.push(/GET .* 403/)`. Each expression is tried on the lines that fail a test, which begin with
  /// `console: `, `page error: `, `response: METHOD URL STATUS` or `request failed: METHOD URL REASON`.
  allowed: [async ({}, use) => use([]), { auto: true }],

  /// Fails a test at its end when a page wrote an error to its console, threw one, or had a request fail or answered with 4xx or 5xx.
  page: async ({ page, allowed }, use) => {
    const wrong = [];
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      // The browser's own line about a response says less than the line below.
      if (message.text().startsWith("Failed to load resource: the server responded with a status of")) return;
      wrong.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => wrong.push(`page error: ${error.stack ?? error.message}`));
    page.on("response", (response) => {
      if (response.status() >= 400) wrong.push(`response: ${response.request().method()} ${response.url()} ${response.status()}`);
    });
    page.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "";
      // A page that is left, or loaded again, gives up what is under way.
      if (reason !== "net::ERR_ABORTED") wrong.push(`request failed: ${request.method()} ${request.url()} ${reason}`);
    });
    await use(page);
    const unannounced = wrong.filter((line) => !allowed.some((pattern) => pattern.test(line)));
    if (unannounced.length > 0) throw new Error(`the page went wrong:\n${unannounced.join("\n")}`);
  },

  /// Starts local Temps, see `startDev`, and stops them after the test.
  dev: async ({}, use) => {
    const started = [];
    await use(async (...given) => {
      const run = await startDev(...given);
      started.push(run);
      return run;
    });
    for (const run of started) await run.stop();
  },

  /// Starts web sites on loopback, see `startSite`, and closes them after the test.
  site: async ({}, use) => {
    const started = [];
    await use(async (pages) => {
      const site = await startSite(pages);
      started.push(site);
      return site;
    });
    for (const site of started) await site.close();
  },

  /// Takes a picture into the output folder, for people to look at.
  picture: async ({ page }, use) => {
    await use((name) => page.screenshot({ path: path.join(OUTPUT, `${name}.png`), animations: "disabled" }));
  },
});
