use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::error::{start_detail, start_text};
use super::plugin::{Given, Target};
use super::report::Report;
use super::watch::{Changes, Sources};
use super::{DevError, Run};
use crate::build::Stderr;
use crate::temps::{BuildState, Fixtures, Plugin};

/// What is kept of what a build says, for the page: its first 64 KiB, with the first errors. The terminal has all of it.
const MAX_BUILD_TEXT: usize = 64 * 1024;

/// How the lines of cargo begin that say that it does something. All others come also when there is nothing to do, warnings of the last
/// build among them.
const WORK: [&str; 8] = ["Adding", "Compiling", "Dirty", "Downloading", "Locking", "Removing", "Updating", "error"];

/// Looks after one plugin: its own end ends the run, and a change of its sources builds it and starts it again.
pub(super) struct Attendant<'a> {
    pub(super) run: Run<'a>,
    pub(super) given: &'a Given,
    /// What is watched; `None`: nothing.
    pub(super) sources: Option<Sources>,
}

impl Attendant<'_> {
    pub(super) async fn attend(mut self, mut plugin: Plugin) -> Result<Infallible, DevError> {
        // After a start that failed there is none, and the next change is awaited.
        let mut runs = true;
        loop {
            let Self { run, given, sources } = &mut self;
            let ended = ended(&plugin, runs);
            tokio::select! {
                error = ended => return Err(error),
                () = replaced(*run, given, plugin.name(), sources, runs) => {}
            }
            runs = match run.temps.reload(plugin.name()).await {
                Ok(new) => {
                    run.report.say(&format!("{} {} runs again", new.name(), new.manifest().version));
                    run.report.build(plugin.name(), BuildState::Running, "");
                    plugin = new;
                    true
                }
                Err(error) => {
                    let policy = run.wanted.policy_of(given);
                    run.report.warn(&start_text(&error, Some(&policy)));
                    run.report.build(plugin.name(), BuildState::NotStarted, &start_detail(&error, Some(&policy)));
                    plugin.set_not_replaced(start_text(&error, Some(&policy)));
                    false
                }
            };
        }
    }
}

/// The error that the plugin's own end is.
async fn ended(plugin: &Plugin, runs: bool) -> DevError {
    if !runs {
        std::future::pending::<()>().await;
    }
    let exit = plugin.wait_exit().await;
    DevError::ended(plugin, exit)
}

async fn changed(sources: &mut Option<Sources>) -> Changes {
    match sources {
        Some(sources) => sources.changed().await,
        None => std::future::pending().await,
    }
}

/// Waits until another plugin lies in the folder, or another policy beside it, which takes a change, and a build that succeeds. When one fails, the plugin
/// goes on as it was.
async fn replaced(run: Run<'_>, given: &Given, name: &str, sources: &mut Option<Sources>, runs: bool) {
    let mut changes = changed(sources).await;
    let mut restarts = !runs;
    // What the page was told, while the plugin goes on as it was.
    let mut told = false;
    loop {
        // A policy that changed counts until the plugin is started again, whatever changes meanwhile.
        restarts |= changes.hold(&run.wanted.policy_of(given));
        let (built, shown) = build(run, given, name, sources, &changes, restarts).await;
        told |= shown;
        changes = match built {
            Built::Replaced => return,
            Built::Fresh => {
                if std::mem::take(&mut told) {
                    run.report.build(name, BuildState::Running, "");
                }
                changed(sources).await
            }
            Built::Failed => changed(sources).await,
            Built::Overtaken(changes) => {
                run.report.say(&format!("{} changed meanwhile: {} once more", changes.shown, given.action()));
                changes
            }
        };
    }
}

/// What came of a build.
enum Built {
    Replaced,
    /// Nothing that the plugin is built from has changed.
    Fresh,
    Failed,
    /// The sources changed meanwhile: what was begun is given up.
    Overtaken(Changes),
}

/// Builds, and says whether the page was told.
async fn build(
    run: Run<'_>,
    given: &Given,
    name: &str,
    sources: &mut Option<Sources>,
    changes: &Changes,
    restarts: bool,
) -> (Built, bool) {
    let output = Output::new(run.report, format!("{} changed: {}", changes.shown, given.action()));
    let begun = Instant::now();
    if restarts || !given.is_crate() {
        output.begin();
    }
    let stderr = |line: &str| {
        if output.add(line) {
            run.report.build(name, BuildState::Building, "");
        }
    };
    let target = Target { plugins: run.plugins, data: run.data, wanted: run.wanted, report: run.report };
    let built = tokio::select! {
        built = given.install(target, restarts, Stderr::Lines(&stderr)) => built,
        changes = changed(sources) => return (Built::Overtaken(changes), output.is_shown()),
    };
    match built {
        Ok(false) => (Built::Fresh, output.is_shown()),
        Ok(true) => {
            output.begin();
            run.report.say(&format!("{name} built in {:.1} s", begun.elapsed().as_secs_f64()));
            (Built::Replaced, true)
        }
        Err(error) => {
            output.begin();
            run.report.warn(&format!("{name} goes on as it was: {error}"));
            let mut text = output.take();
            // Writing to a string does not fail.
            let _ = write!(text, "{error}");
            run.report.build(name, BuildState::Failed, &text);
            (Built::Failed, true)
        }
    }
}

/// What a build says. Nothing is shown of one that has nothing to do: what is shown may go to a file that is watched.
#[derive(Debug)]
struct Output<'a> {
    report: &'a Report,
    heading: String,
    text: Mutex<Text>,
}

#[derive(Debug, Default)]
struct Text {
    shown: bool,
    /// Lines that are shown once something is done.
    held: Vec<String>,
    kept: String,
}

impl<'a> Output<'a> {
    fn new(report: &'a Report, heading: String) -> Self {
        Self { report, heading, text: Mutex::default() }
    }

    fn text(&self) -> MutexGuard<'_, Text> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_shown(&self) -> bool {
        self.text().shown
    }

    /// Shows the heading and what was held back.
    fn begin(&self) {
        let mut text = self.text();
        if !text.shown {
            text.shown = true;
            self.report.say(&self.heading);
            text.held.drain(..).for_each(|line| self.report.passed_on(&line));
        }
    }

    /// Takes a line of cargo. Says whether it is the first one of a build that does something.
    fn add(&self, line: &str) -> bool {
        // Colours are for terminals.
        let plain = anstream::adapter::strip_str(line).to_string();
        let mut text = self.text();
        if text.kept.len() < MAX_BUILD_TEXT {
            // Writing to a string does not fail.
            let _ = writeln!(text.kept, "{plain}");
        }
        if !text.shown && !WORK.iter().any(|begin| plain.trim_start().starts_with(begin)) {
            text.held.push(line.to_owned());
            return false;
        }
        let first = !text.shown;
        drop(text);
        self.begin();
        self.report.passed_on(line);
        first
    }

    fn take(self) -> String {
        self.text.into_inner().unwrap_or_else(PoisonError::into_inner).kept
    }
}

/// Reads the fixtures again whenever their file changes. A file that cannot be used changes nothing.
pub(super) async fn attend_fixtures(run: Run<'_>, mut sources: Option<Sources>) -> Result<Infallible, DevError> {
    let Some(path) = run.wanted.fixtures.as_deref() else { return std::future::pending().await };
    loop {
        let changed = changed(&mut sources).await.shown;
        match Fixtures::read(path) {
            Ok(fixtures) => {
                run.temps.set_fixtures(fixtures);
                run.report.say(&format!("{changed} changed: plugins are answered from it"));
            }
            Err(error) => run.report.warn(&format!("{error}; plugins are answered as before")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        Report::new(crate::launcher::Style { colour: false }, false, std::sync::Arc::default())
    }

    #[test]
    fn the_beginning_of_what_a_build_says_is_kept_without_colours() {
        let report = report();
        let output = Output::new(&report, String::new());
        // None of these is shown, because cargo does nothing.
        output.add("\u{1b}[1m\u{1b}[33mwarning\u{1b}[0m: no");
        output.add(&"a".repeat(MAX_BUILD_TEXT - "warning: no\n".len() - 1));
        output.add("too much");
        let text = output.take();
        assert!(text.starts_with("warning: no\naaa") && text.ends_with("a\n"), "{}", text.len());
        assert_eq!(text.len(), MAX_BUILD_TEXT);
    }

    #[test]
    fn a_build_that_does_nothing_shows_nothing() {
        let report = report();
        let output = Output::new(&report, String::new());
        assert!(!output.add("    Blocking waiting for file lock") && !output.add("\u{1b}[1m    Finished\u{1b}[0m `dev` profile"));
        assert!(!output.add("warning: unused variable: `a`") && !output.add("  --> src/lib.rs:1:9"), "of the last build");
        assert!(!output.is_shown());
        assert!(output.add("   Compiling a v0.1.0"), "the first line of work");
        assert!(output.text().shown && output.text().held.is_empty());
        assert!(!output.add("    Finished `dev` profile"), "not the first");
    }
}
