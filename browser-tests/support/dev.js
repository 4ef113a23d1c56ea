// A local Temps with plugins, started as an author does it.

import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

export const REPOSITORY = path.resolve(import.meta.dirname, "../..");
export const BINARIES = process.env.TEMPS_WASM_BINARIES ?? path.join(process.env.CARGO_TARGET_DIR ?? path.join(REPOSITORY, "target"), "debug");

/// How long a run may take to announce its plugins. A crate is built first.
const START_LIMIT_MS = 15 * 60 * 1000;

/// Builds a crate (below the repository) and gives the component's path.
export async function build(crate) {
  const { stdout } = await promisify(execFile)(path.join(BINARIES, "temps-wasm"), ["build", crate], { cwd: REPOSITORY, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/// Runs `temps-wasm dev` with these paths (below the repository, or absolute) on a free port, with data folders of its own. Gives, once all plugins run:
///
/// - `url`: the local Temps, without a slash at the end;
/// - `plugins`: their names, in the order of the paths;
/// - `log()`: what it wrote to stderr so far;
/// - `stop()`: stops it, and gives its exit code.
export async function startDev(paths, { policy, fixtures, args = [] } = {}) {
  const data = await mkdtemp(path.join(tmpdir(), "browser-tests-"));
  const more = [policy && ["--policy", policy], fixtures && ["--fixtures", fixtures]].filter(Boolean).flat();
  const command = ["dev", ...paths.map((one) => path.resolve(REPOSITORY, one)), "--port", "0", "--data-dir", data, ...more, ...args];
  const child = spawn(path.join(BINARIES, "temps-wasm"), command, { cwd: REPOSITORY, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text) => { log += text; });
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  });

  const announced = [];
  const ready = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = line.match(/^(\S+) \S+ at (http:\/\/[^/]+)\/api\/x\//);
      if (!found) return;
      announced.push({ name: found[1], url: found[2] });
      if (announced.length === paths.length) resolve();
    });
  });
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("no announcement in time")), START_LIMIT_MS); });
  try {
    await Promise.race([ready, late, ended.then((code) => { throw new Error(`temps-wasm dev ended with ${code}`); })]);
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`${error.message}\n${log}`);
  } finally {
    clearTimeout(timer);
  }

  return {
    url: announced[0].url,
    plugins: announced.map((one) => one.name),
    log: () => log,
    async stop() {
      if (child.exitCode === null) child.kill("SIGTERM");
      const code = await ended;
      await rm(data, { recursive: true, force: true });
      return code;
    },
  };
}
