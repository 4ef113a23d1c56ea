use std::fmt::Write as _;
use std::io::{self, Write as _};

use chrono::Local;
use serde_json::json;

use super::log_line::{Style, render};
use crate::temps::{Delivery, Notice};

/// Where the local Temps' own lines come from, as the log shows it.
const TARGET: &str = "temps";

/// The log of a run on stderr: the plugin's lines made readable, and in the same form what the local Temps does.
#[derive(Debug, Clone)]
pub(super) struct Report {
    style: Style,
}

impl Report {
    pub(super) fn new(style: Style) -> Self {
        Self { style }
    }

    pub(super) fn say(&self, message: &str) {
        self.own("INFO", message);
    }

    pub(super) fn warn(&self, message: &str) {
        self.own("WARN", message);
    }

    /// Shows a notice. The plugin's end is told elsewhere, with the end of its log.
    pub(super) fn notice(&self, notice: &Notice<'_>) {
        match *notice {
            Notice::Stderr(line) => write_line(&render(line, self.style)),
            Notice::StrayStdout(line) => self.warn(&format!("stdout belongs to the protocol, but this came on it: {line}")),
            Notice::Announced(manifest) => self.say(&format!("{} {} announced itself", manifest.name, manifest.version)),
            Notice::ChannelOpened => self.say("channel open"),
            Notice::ChannelClosed(reason) => self.say(&format!("channel closed: {reason}")),
            Notice::Answered { method, outcome: Ok(_) } => self.say(&format!("{method} answered")),
            Notice::Answered { method, outcome: Err(error) } => self.warn(&format!("{method} answered with {error}")),
            Notice::BadFrame(error) => self.warn(error),
            Notice::Event { event_type, delivery: delivery @ Delivery::Failed(_) } => {
                self.warn(&format!("{event_type} {delivery}"))
            }
            Notice::Event { event_type, delivery } => self.say(&format!("{event_type} delivered {delivery}")),
            Notice::Exited { .. } => {}
        }
    }

    /// The last lines of a plugin's log, for the end of an error message.
    pub(super) fn log_end(&self, lines: &[String]) -> String {
        let mut text = String::new();
        if !lines.is_empty() {
            text.push_str("\nThe end of its log:");
        }
        for line in lines {
            // Writing to a string does not fail.
            let _ = write!(text, "\n  {}", render(line, self.style));
        }
        text
    }

    fn own(&self, level: &str, message: &str) {
        let line = json!({"ts": Local::now().to_rfc3339(), "level": level, "target": TARGET, "message": message});
        write_line(&render(&line.to_string(), self.style));
    }
}

/// One write for each line, so that lines of several tasks do not mix. A stderr that is gone loses them.
fn write_line(line: &str) {
    let _ = io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_ends_with_the_log() {
        let report = Report::new(Style { colour: false });
        assert_eq!(report.log_end(&[]), "");
        assert_eq!(report.log_end(&["one".into(), "two".into()]), "\nThe end of its log:\n  one\n  two");
    }
}
