use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::Arc;

use chrono::Local;
use serde_json::json;

use temps_plugin_protocol::{ApiCall, ApiResponse, ChannelError, PluginManifest};

use crate::launcher::{Ending, Style, render};
use crate::temps::{Activity, BuildState, Delivery, Notice, User};

/// Where the local Temps' own lines come from, as the log shows it.
const TARGET: &str = "temps";

/// The log of a run, on stderr and in the local Temps' activity: the plugins' lines made readable, and in the same form what the local Temps does.
#[derive(Debug, Clone)]
pub(super) struct Report {
    style: Style,
    /// Whether lines say which plugin they are about.
    several: bool,
    activity: Arc<Activity>,
}

impl Report {
    pub(super) fn new(style: Style, several: bool, activity: Arc<Activity>) -> Self {
        Self { style, several, activity }
    }

    /// Says something about the run.
    pub(super) fn say(&self, message: &str) {
        self.own("INFO", "", message);
    }

    /// Warns of something about the run.
    pub(super) fn warn(&self, message: &str) {
        self.own("WARN", "", message);
    }

    /// Tells the page how a build goes. The log says it in its own words.
    pub(super) fn build(&self, plugin: &str, state: BuildState, detail: &str) {
        self.activity.build(plugin, state, detail);
    }

    /// Passes a line of another program on to stderr.
    pub(super) fn passed_on(&self, line: &str) {
        write_line(line);
    }

    /// Shows a notice. The plugin's end is told elsewhere, with the cause that its launcher gives.
    pub(super) fn notice(&self, plugin: &str, notice: &Notice<'_>) {
        let say = |message: &str| self.own("INFO", plugin, message);
        let warn = |message: &str| self.own("WARN", plugin, message);
        match *notice {
            Notice::Stderr(line) => self.line(plugin, line),
            Notice::StrayStdout(line) => warn(&format!("stdout belongs to the protocol, but this came on it: {line}")),
            Notice::Announced(manifest) => say(&announced(manifest)),
            Notice::ChannelOpened => say("channel open"),
            Notice::ChannelClosed(reason) => say(&format!("channel closed: {reason}")),
            Notice::Answered { method, outcome: Ok(_) } => say(&format!("{method} answered")),
            Notice::Answered { method, outcome: Err(error) } => warn(&format!("{method} answered with {error}")),
            Notice::ApiAnswered { call, caller, outcome } => match outcome {
                Ok(ApiResponse { status: ..400, .. }) => say(&api_answered(call, caller, outcome)),
                Ok(_) | Err(_) => warn(&api_answered(call, caller, outcome)),
            },
            Notice::BadFrame(error) => warn(error),
            Notice::Event { event_type, delivery: delivery @ Delivery::Failed(_) } => warn(&format!("{event_type} {delivery}")),
            Notice::Event { event_type, delivery } => say(&format!("{event_type} delivered {delivery}")),
            Notice::Exited { .. } => {}
        }
    }

    fn own(&self, level: &str, plugin: &str, message: &str) {
        let line = json!({"ts": Local::now().to_rfc3339(), "level": level, "target": TARGET, "message": message});
        self.line(plugin, &line.to_string());
    }

    fn line(&self, plugin: &str, line: &str) {
        self.activity.log(plugin, line);
        let line = match Ending::of(line) {
            None => render(line, self.style),
            // The cause is the text of the error that follows. The frames would hide it there.
            Some(ending) => match ending.backtrace() {
                Some(backtrace) => format!("    {backtrace}"),
                None => return,
            },
        };
        if self.several && !plugin.is_empty() { write_line(&format!("{plugin}: {line}")) } else { write_line(&line) }
    }
}

/// What a plugin is, and what it asks for.
fn announced(manifest: &PluginManifest) -> String {
    let mut text = format!("{} {} announced itself", manifest.name, manifest.version);
    let capabilities = manifest.capabilities.iter().map(|capability| json!(capability)).collect::<Vec<_>>();
    let permissions = manifest.host_permissions.iter().map(|permission| json!(permission));
    let granted: Vec<String> =
        capabilities.iter().cloned().chain(permissions).filter_map(|name| Some(name.as_str()?.to_owned())).collect();
    if !granted.is_empty() {
        // Writing to a string does not fail.
        let _ = write!(text, "; granted: {}", granted.join(", "));
    }
    text
}

fn api_answered(call: &ApiCall, caller: Option<&User>, outcome: &Result<ApiResponse, ChannelError>) -> String {
    let mut text = format!("API: {} {}", call.method, call.path);
    // Writing to a string does not fail.
    if let Some(query) = &call.query {
        let _ = write!(text, "?{query}");
    }
    if let Some(user) = caller {
        let _ = write!(text, " as {}", user.email);
    }
    let _ = match outcome {
        Ok(response) => write!(text, " answered {}", response.status),
        Err(error) => write!(text, " refused: {error}"),
    };
    text
}

/// One write for each line, so that lines of several tasks do not mix. A stderr that is gone loses them.
fn write_line(line: &str) {
    let _ = io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use temps_plugin_protocol::{ApiMethod, Capability, ErrorCode};

    use super::*;
    use crate::temps::Identity;

    #[test]
    fn an_announcement_says_what_is_granted() {
        let bare = PluginManifest::builder("bare", "1.0.0");
        assert_eq!(announced(&bare.clone().build()), "bare 1.0.0 announced itself");
        let asking = bare.capability(Capability::ApiRead).host_permission("events_read").build();
        assert_eq!(announced(&asking), "bare 1.0.0 announced itself; granted: api_read, events_read");
    }

    #[test]
    fn an_api_call_says_as_whom_and_what_came_of_it() {
        let query = Some("page=2".to_owned());
        let call = ApiCall { method: ApiMethod::Get, path: "/projects".into(), query, body: None, actor: "s3cret".into() };
        let reader = Identity::Reader.user();
        let answered = api_answered(&call, reader.as_ref(), &Ok(ApiResponse { status: 200, body: String::new() }));
        assert_eq!(answered, "API: GET /projects?page=2 as reader@temps.localhost answered 200");
        let error = ChannelError::new(ErrorCode::Unauthenticated, "the actor token is unknown");
        let refused = api_answered(&call, None, &Err(error));
        assert_eq!(refused, "API: GET /projects?page=2 refused: unauthenticated: the actor token is unknown");
    }
}
