use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use temps_plugin_protocol::{ApiCall, ApiResponse, ChannelError, PluginManifest};

use super::{Activity, Delivery, Exit, User};

/// Something that happened to a plugin, told to the observer that [`Options::observer`](super::Options::observer) sets.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Notice<'a> {
    /// A line on the plugin's stderr, without its newline.
    Stderr(&'a str),
    /// A line on the plugin's stdout after the handshake, where nothing may come.
    StrayStdout(&'a str),
    /// The first line of the handshake was read.
    Announced(&'a PluginManifest),
    /// The channel is open.
    ChannelOpened,
    /// The channel is closed, or could not be opened again, and why.
    ChannelClosed(&'a str),
    /// A question on the channel was answered that is no API call, or that was refused before it was looked at.
    Answered {
        /// The method asked for; empty when the frame held none.
        method: &'a str,
        /// What was answered.
        outcome: &'a Result<Value, ChannelError>,
    },
    /// An API call was answered.
    ApiAnswered {
        /// The call.
        call: &'a ApiCall,
        /// Whom it was made as; `None` when the plugin may not make it, or its actor token stands for nobody.
        caller: Option<&'a User>,
        /// What was answered.
        outcome: &'a Result<ApiResponse, ChannelError>,
    },
    /// A frame came on the channel that is no question, so that nothing can be answered.
    BadFrame(&'a str),
    /// An event was handed over, or was not.
    Event {
        /// The event's type.
        event_type: &'a str,
        /// How it went.
        delivery: &'a Delivery,
    },
    /// The process ended.
    Exited {
        /// How.
        exit: Exit,
        /// Whether it had been told to stop.
        expected: bool,
    },
}

/// Who is told of what happens, about which plugin.
pub(super) type Observer = Arc<dyn Fn(&str, &Notice<'_>) + Send + Sync>;

/// The observer together with the file name of the plugin that the notices are about. The activity learns of a changed state.
#[derive(Clone)]
pub(super) struct Told {
    plugin: Arc<str>,
    observer: Observer,
    activity: Arc<Activity>,
}

impl Told {
    pub(super) fn new(plugin: &str, observer: Observer, activity: Arc<Activity>) -> Self {
        Self { plugin: plugin.into(), observer, activity }
    }

    pub(super) fn tell(&self, notice: Notice<'_>) {
        (self.observer)(&self.plugin, &notice);
        if matches!(notice, Notice::ChannelOpened | Notice::ChannelClosed(_) | Notice::Exited { .. }) {
            self.activity.plugins_changed();
        }
    }

    #[cfg(test)]
    pub(super) fn nobody() -> Self {
        Self::new("test", Arc::new(|_, _| {}), Arc::default())
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Told").field("plugin", &self.plugin).finish_non_exhaustive()
    }
}
