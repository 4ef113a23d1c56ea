import { defineConfig } from "@playwright/test";

// What the specs leave behind goes to the target folder, which is outside of version control.
const output = process.env.BROWSER_TESTS_OUTPUT ?? "../target/browser-tests";

export default defineConfig({
  testDir: "specs",
  outputDir: `${output}/results`,
  // Each spec starts plugins, which compile: one at a time on a small machine.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["line"]],
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    },
    trace: "retain-on-failure",
  },
});
