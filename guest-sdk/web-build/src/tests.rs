//! Builds of a web folder with tools that do what the test says.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::build::Environment;
use crate::{WebBuild, WebBuildError};

/// What a tool does that works.
const WORKS: &str = r#"case "$1" in
    install | ci) mkdir -p node_modules ;;
    run) mkdir -p dist/assets && cp index.html dist/index.html && cat src/*.ts > dist/assets/app.js ;;
esac"#;

const CONFIG: &str = r#"export default defineConfig({ base: "/api/x/shop/ui/" });"#;

const PAGE: &str = r#"<!doctype html><script type="module" src="/api/x/shop/ui/assets/app.js"></script>"#;

/// A plugin with sources of an interface.
struct Plugin {
    folder: TempDir,
    environment: Environment,
}

impl Plugin {
    /// Built in release, with these tools on the `PATH`.
    fn new(tools: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let found = tools.iter().map(|tool| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools").join(tool));
        let path = std::env::join_paths(found).unwrap();
        let manifest_dir = folder.path().to_owned();
        let environment = Environment { manifest_dir, profile: "release".into(), force: false, skip: false, path };
        let plugin = Self { folder, environment };
        plugin.write("package.json", "{}");
        plugin.write("vite.config.ts", CONFIG);
        plugin.write("index.html", PAGE);
        plugin.write("src/main.ts", "one();");
        plugin.tool_does(WORKS);
        plugin
    }

    fn debug(mut self) -> Self {
        self.environment.profile = "debug".into();
        self
    }

    fn web(&self, path: &str) -> PathBuf {
        self.folder.path().join("web").join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.web(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn tool_does(&self, script: &str) {
        self.write("behaviour.log", script);
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.web(path)).unwrap()
    }

    /// What cargo is told.
    fn build(&self) -> Result<String, WebBuildError> {
        let mut cargo = Vec::new();
        WebBuild::new("shop").run_in(&self.environment, &mut cargo)?;
        Ok(String::from_utf8(cargo).unwrap())
    }

    /// The calls of tools since the last time.
    fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.web("calls.log")).unwrap_or_default();
        drop(fs::remove_file(self.web("calls.log")));
        calls.lines().map(str::to_owned).collect()
    }
}

#[test]
fn a_debug_build_makes_a_placeholder_and_says_so() {
    let plugin = Plugin::new(&["bun"]).debug();
    let told = plugin.build().unwrap();
    assert!(
        told.contains("cargo::warning=the web interface of shop is a placeholder: a debug build, without FORCE_WEB_BUILD=1"),
        "{told}"
    );
    let page = plugin.read("dist/index.html");
    assert!(page.contains("FORCE_WEB_BUILD=1 cargo build") && page.contains("cd web"), "{page}");
    assert!(plugin.calls().is_empty());
    // It stays one, and is not written again.
    let modified = || plugin.web("dist/index.html").metadata().unwrap().modified().unwrap();
    let before = modified();
    assert!(plugin.build().unwrap().contains("is a placeholder"));
    assert_eq!(modified(), before);
}

#[test]
fn a_debug_build_leaves_what_was_built() {
    let mut plugin = Plugin::new(&["bun"]);
    plugin.build().unwrap();
    plugin.environment.profile = "debug".into();
    plugin.write("src/main.ts", "two();");
    let told = plugin.build().unwrap();
    assert!(!told.contains("warning"), "{told}");
    assert_eq!(plugin.read("dist/index.html"), PAGE);
    assert_eq!(plugin.read("dist/assets/app.js"), "one();");
}

#[test]
fn a_debug_build_can_be_forced() {
    let mut plugin = Plugin::new(&["bun"]).debug();
    plugin.build().unwrap();
    plugin.environment.force = true;
    let told = plugin.build().unwrap();
    assert_eq!(plugin.read("dist/index.html"), PAGE);
    assert!(!told.contains("warning"), "{told}");
}

#[test]
fn skipping_outranks_everything() {
    let mut plugin = Plugin::new(&[]);
    plugin.environment.force = true;
    plugin.environment.skip = true;
    assert!(plugin.build().unwrap().contains("is a placeholder: SKIP_WEB_BUILD is set"));
    assert!(plugin.read("dist/index.html").contains("not built"));
}

#[test]
fn bun_comes_first_unless_only_npm_has_a_lock_file() {
    for (tools, lock, calls) in [
        (&["bun"][..], None, ["bun install", "bun run build"]),
        (&["npm", "bun"], None, ["bun install", "bun run build"]),
        (&["npm"], None, ["npm install --no-audit --no-fund", "npm run build"]),
        (&["npm", "bun"], Some("bun.lock"), ["bun install --frozen-lockfile", "bun run build"]),
        (&["npm", "bun"], Some("package-lock.json"), ["npm ci --no-audit --no-fund", "npm run build"]),
        (&["bun"], Some("package-lock.json"), ["bun install", "bun run build"]),
        (&["npm"], Some("bun.lock"), ["npm install --no-audit --no-fund", "npm run build"]),
    ] {
        let plugin = Plugin::new(tools);
        if let Some(lock) = lock {
            plugin.write(lock, "");
        }
        plugin.build().unwrap();
        assert_eq!(plugin.calls(), calls, "{tools:?} {lock:?}");
        assert_eq!(plugin.read("dist/assets/app.js"), "one();");
    }
}

#[test]
fn nothing_is_built_when_nothing_changed() {
    let plugin = Plugin::new(&["npm"]);
    plugin.build().unwrap();
    plugin.calls();
    for same in ["dist.log", "tsconfig.tsbuildinfo", ".cache/x", "node_modules/x"] {
        plugin.write(same, "of a tool");
    }
    plugin.build().unwrap();
    assert!(plugin.calls().is_empty());
    let built = ["npm run build"];
    for changed in ["src/main.ts", "src/deep/er/other.ts", "public/robots.txt", "index.html", "tsconfig.json", ".env"] {
        plugin.write(changed, &format!("{PAGE}// {changed}"));
        plugin.build().unwrap();
        assert_eq!(plugin.calls(), built, "{changed}");
        plugin.build().unwrap();
        assert!(plugin.calls().is_empty(), "{changed}");
    }
    plugin.write("dist/index.html", "by hand");
    plugin.build().unwrap();
    assert_eq!(plugin.calls(), built);
    fs::remove_dir_all(plugin.web("dist")).unwrap();
    plugin.build().unwrap();
    assert_eq!(plugin.calls(), built);
}

#[test]
fn it_installs_when_dependencies_changed_or_are_gone() {
    let plugin = Plugin::new(&["npm"]);
    plugin.build().unwrap();
    plugin.calls();
    plugin.write("package.json", r#"{ "dependencies": {} }"#);
    plugin.build().unwrap();
    assert_eq!(plugin.calls(), ["npm install --no-audit --no-fund", "npm run build"]);
    plugin.write("package-lock.json", "{}");
    plugin.build().unwrap();
    assert_eq!(plugin.calls(), ["npm ci --no-audit --no-fund", "npm run build"]);
    fs::remove_dir_all(plugin.web("node_modules")).unwrap();
    plugin.write("src/main.ts", "two();");
    plugin.build().unwrap();
    assert_eq!(plugin.calls(), ["npm ci --no-audit --no-fund", "npm run build"]);
}

#[test]
fn what_was_installed_by_hand_is_taken_unless_it_is_older() {
    for (installed_later, calls) in
        [(true, &["npm run build"][..]), (false, &["npm install --no-audit --no-fund", "npm run build"])]
    {
        let plugin = Plugin::new(&["npm"]);
        fs::create_dir(plugin.web("node_modules")).unwrap();
        let installed = SystemTime::now();
        let declared = if installed_later { installed - Duration::from_secs(9) } else { installed + Duration::from_secs(9) };
        File::options().write(true).open(plugin.web("package.json")).unwrap().set_modified(declared).unwrap();
        plugin.build().unwrap();
        assert_eq!(plugin.calls(), calls);
    }
}

#[test]
fn cargo_is_told_what_to_watch() {
    let plugin = Plugin::new(&["npm"]);
    plugin.write("public/robots.txt", "");
    plugin.write("tsconfig.json", "{}");
    let told = plugin.build().unwrap();
    let watched: Vec<_> =
        told.lines().filter_map(|line| line.strip_prefix("cargo::rerun-if-changed=")).map(PathBuf::from).collect();
    let expected = ["index.html", "package.json", "public", "src", "tsconfig.json", "vite.config.ts", "dist/index.html"];
    assert_eq!(watched, expected.map(|path| plugin.web(path)));
    for variable in ["FORCE_WEB_BUILD", "SKIP_WEB_BUILD"] {
        assert!(told.contains(&format!("cargo::rerun-if-env-changed={variable}\n")));
    }
}

#[test]
fn a_page_of_this_run_is_dated_before_it() {
    for plugin in [Plugin::new(&["npm"]), Plugin::new(&[]).debug()] {
        let begun = SystemTime::now();
        plugin.build().unwrap();
        let modified = plugin.web("dist/index.html").metadata().unwrap().modified().unwrap();
        assert!(modified < begun, "cargo would run it again");
    }
}

#[test]
fn a_machine_without_tools_is_told_what_to_install() {
    let plugin = Plugin::new(&[]);
    let error = plugin.build().unwrap_err();
    assert!(matches!(error, WebBuildError::NoTool(_)));
    let said = format!("{error:?}");
    for part in ["neither bun nor npm", "https://bun.sh", "https://nodejs.org", "SKIP_WEB_BUILD=1"] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn a_failing_tool_has_its_last_words() {
    for (when, command) in [("install", "bun install"), ("run", "bun run build")] {
        let plugin = Plugin::new(&["bun"]);
        plugin.tool_does(&format!(
            "if [ $1 = {when} ]; then echo 'src/main.ts(7,3): error TS2322'; echo 'no such thing' >&2; exit 3; fi\n{WORKS}"
        ));
        let said = format!("{:?}", plugin.build().unwrap_err());
        for part in [command, "exit status: 3", "error TS2322\nno such thing"] {
            assert!(said.contains(part), "{said}");
        }
        // It is not taken for done.
        plugin.tool_does(WORKS);
        plugin.calls();
        plugin.build().unwrap();
        assert!(plugin.calls().contains(&"bun run build".to_owned()));
    }
}

#[test]
fn a_failed_build_does_not_pass_for_the_last_one() {
    let plugin = Plugin::new(&["bun"]);
    plugin.build().unwrap();
    plugin.write("src/main.ts", "two();");
    plugin.tool_does("exit 1");
    plugin.build().unwrap_err();
    plugin.write("src/main.ts", "one();");
    plugin.tool_does(WORKS);
    plugin.calls();
    plugin.build().unwrap();
    assert_eq!(plugin.calls(), ["bun run build"]);
}

#[test]
fn a_build_without_a_page_fails() {
    let plugin = Plugin::new(&["npm"]).debug();
    // The placeholder is not the page.
    plugin.build().unwrap();
    let mut plugin = plugin;
    plugin.environment.force = true;
    plugin.tool_does("mkdir -p node_modules build");
    let error = plugin.build().unwrap_err();
    assert!(matches!(error, WebBuildError::NoIndex { .. }), "{error}");
    assert!(error.to_string().contains("`npm run build` made no "), "{error}");
}

#[test]
fn another_base_in_the_configuration_fails_every_build() {
    for (config, found) in [
        (r#"({ base: "/api/x/store/ui/" })"#, "has the base `/api/x/store/ui/`"),
        (r#"({ base: "./" })"#, "has the base `./`"),
        ("({ build: {} }) // base: '/api/x/shop/ui/'", "has no base"),
    ] {
        for plugin in [Plugin::new(&["bun"]), Plugin::new(&["bun"]).debug()] {
            plugin.write("vite.config.ts", config);
            let error = plugin.build().unwrap_err();
            assert!(matches!(error, WebBuildError::Base { .. }));
            let said = error.to_string();
            assert!(said.contains(&format!("vite.config.ts {found}")), "{said}");
            assert!(said.contains(r#"write `base: "/api/x/shop/ui/",`"#), "{said}");
            assert!(plugin.calls().is_empty());
        }
    }
    let plugin = Plugin::new(&["bun"]);
    plugin.write("vite.config.ts", "({ base: BASE })");
    plugin.build().unwrap();
    plugin.write("vite.config.ts", "({})");
    plugin.write("package.json", r#"{ "scripts": { "build": "vite build --base=/api/x/shop/ui/" } }"#);
    plugin.build().unwrap();
}

#[test]
fn what_was_built_for_another_base_fails_the_build() {
    let plugin = Plugin::new(&["bun"]);
    plugin.write("vite.config.ts", "({ base: BASE })");
    for (url, fits) in
        [("/assets/app.js", false), ("/api/x/shop/uix.js", false), ("assets/app.js", true), ("https://x.test/a.js", true)]
    {
        plugin.write("index.html", &format!(r#"<script src="{url}"></script><a href="/projects">x</a>"#));
        match plugin.build() {
            Ok(_) => assert!(fits, "{url}"),
            Err(error) => {
                assert!(!fits && matches!(error, WebBuildError::BuiltBase { .. }), "{error}");
                assert!(error.to_string().contains(&format!("loads `{url}`")), "{error}");
                plugin.build().expect_err("it is not taken for done");
            }
        }
    }
}

#[test]
fn a_folder_without_sources_is_told() {
    let plugin = Plugin::new(&["bun"]);
    let error = WebBuild::new("shop").folder("ui").run_in(&plugin.environment, &mut Vec::new()).unwrap_err();
    assert!(error.to_string().contains("ui has no package.json"), "{error}");
}

#[test]
fn two_builds_at_once_wait_for_each_other() {
    let plugin = Plugin::new(&["npm"]);
    // Fails if another one is at work.
    plugin.tool_does(&format!("mkdir at-work.log || exit 9\n{WORKS}\nrmdir at-work.log"));
    std::thread::scope(|scope| {
        let builds: Vec<_> = (0..4).map(|_| scope.spawn(|| plugin.build().unwrap())).collect();
        builds.into_iter().for_each(|build| drop(build.join().unwrap()));
    });
    assert_eq!(plugin.calls(), ["npm install --no-audit --no-fund", "npm run build"]);
}

#[test]
fn its_own_files_stay_out_of_git() {
    let plugin = Plugin::new(&["npm"]);
    plugin.build().unwrap();
    assert_eq!(plugin.read(".temps-web-build/.gitignore"), "*\n");
}

#[test]
fn a_program_that_cannot_be_executed_is_none() {
    let plugin = Plugin::new(&[]);
    plugin.write("bin/bun", "");
    let environment = Environment { path: OsString::from(plugin.web("bin")), ..plugin.environment.clone() };
    let error = WebBuild::new("shop").run_in(&environment, &mut Vec::new()).unwrap_err();
    assert!(matches!(error, WebBuildError::NoTool(_)), "{error}");
}
