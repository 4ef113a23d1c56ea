use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::error::{start_detail, start_text};
use super::plugin::Given;
use super::watch::Sources;
use super::{DevError, Run};
use crate::build::Stderr;
use crate::temps::{BuildState, Fixtures, Plugin};

/// What is kept of what a build says, for the page: its first 64 KiB, with the first errors. The terminal has all of it.
const MAX_BUILD_TEXT: usize = 64 * 1024;

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
            let again = async {
                let changed = changed(sources).await;
                run.report.say(&format!("{changed} changed: {}", given.action()));
                while !build(*run, given, plugin.name(), sources).await {}
            };
            tokio::select! {
                error = ended => return Err(error),
                () = again => {}
            }
            runs = match run.temps.reload(plugin.name()).await {
                Ok(new) => {
                    run.report.say(&format!("{} {} runs again", new.name(), new.manifest().version));
                    run.report.build(plugin.name(), BuildState::Running, "");
                    plugin = new;
                    true
                }
                Err(error) => {
                    run.report.warn(&start_text(&error));
                    run.report.build(plugin.name(), BuildState::NotStarted, &start_detail(&error));
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

async fn changed(sources: &mut Option<Sources>) -> String {
    match sources {
        Some(sources) => sources.changed().await,
        None => std::future::pending().await,
    }
}

/// Builds until it succeeds, or gives `false` when the sources changed meanwhile: what was begun is given up then. After a failed build the next
/// change is awaited, and the plugin goes on as it was.
async fn build(run: Run<'_>, given: &Given, name: &str, sources: &mut Option<Sources>) -> bool {
    let said = Said::default();
    let begun = Instant::now();
    run.report.build(name, BuildState::Building, "");
    let stderr = |line: &str| {
        run.report.passed_on(line);
        said.add(line);
    };
    let built = tokio::select! {
        built = given.install_to(run.plugins, run.wanted.profile.as_deref(), Stderr::Lines(&stderr)) => built,
        changed = changed(sources) => {
            run.report.say(&format!("{changed} changed meanwhile: {} once more", given.action()));
            return false;
        }
    };
    match built {
        Ok(()) => {
            run.report.say(&format!("{name} built in {:.1} s", begun.elapsed().as_secs_f64()));
            true
        }
        Err(error) => {
            run.report.warn(&format!("{name} goes on as it was: {error}"));
            let mut text = said.take();
            // Writing to a string does not fail.
            let _ = write!(text, "{error}");
            run.report.build(name, BuildState::Failed, &text);
            let changed = changed(sources).await;
            run.report.say(&format!("{changed} changed: {}", given.action()));
            false
        }
    }
}

/// What a build said.
#[derive(Debug, Default)]
struct Said(Mutex<String>);

impl Said {
    fn add(&self, line: &str) {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if text.len() < MAX_BUILD_TEXT {
            // Colours are for terminals. Writing to a string does not fail.
            let _ = writeln!(text, "{}", anstream::adapter::strip_str(line));
        }
    }

    fn take(self) -> String {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the fixtures again whenever their file changes. A file that cannot be used changes nothing.
pub(super) async fn attend_fixtures(run: Run<'_>) -> Result<Infallible, DevError> {
    let Some(path) = run.wanted.fixtures.as_deref().filter(|_| run.wanted.watch) else { return std::future::pending().await };
    let mut sources = Sources::of_file(path)?;
    loop {
        let changed = sources.changed().await;
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

    #[test]
    fn the_beginning_of_what_a_build_says_is_kept_without_colours() {
        let said = Said::default();
        said.add("\u{1b}[1m\u{1b}[91merror\u{1b}[0m: no");
        said.add(&"a".repeat(MAX_BUILD_TEXT - "error: no\n".len() - 1));
        said.add("too much");
        let text = said.take();
        assert!(text.starts_with("error: no\naaa") && text.ends_with("a\n"), "{}", text.len());
        assert_eq!(text.len(), MAX_BUILD_TEXT);
    }
}
