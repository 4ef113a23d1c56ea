use clap::{Args, Subcommand, ValueEnum};
use temps_plugin_inbox::event::State;

use crate::events::{DEFAULT_LIMIT, Which, Wish};

#[derive(Debug, Subcommand)]
pub(super) enum EventsCommand {
    /// List events, the oldest first
    List {
        /// The states to list
        #[arg(long, value_enum, value_delimiter = ',', default_values = ["pending", "dead"])]
        state: Vec<StateName>,
        /// How many, at most
        #[arg(long, value_name = "N", default_value_t = DEFAULT_LIMIT, value_parser = clap::value_parser!(u64).range(1..=i64::MAX as u64))]
        limit: u64,
        /// A line of JSON for each
        #[arg(long)]
        json: bool,
    },
    /// Show all of one event
    Show {
        /// The event's id
        id: String,
        /// As a line of JSON
        #[arg(long)]
        json: bool,
    },
    /// Have dead events delivered again, or do not wait for the next try
    Retry(EventsNamed),
    /// Give events up
    ///
    /// They are not delivered any more, and their data is deleted.
    Drop(EventsNamed),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct EventsNamed {
    /// The events' ids
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// All dead events
    #[arg(long)]
    all_dead: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum StateName {
    Pending,
    Done,
    Dead,
    Dropped,
}

impl From<StateName> for State {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Pending => Self::Pending,
            StateName::Done => Self::Done,
            StateName::Dead => Self::Dead,
            StateName::Dropped => Self::Dropped,
        }
    }
}

impl From<EventsNamed> for Which {
    fn from(named: EventsNamed) -> Self {
        if named.all_dead { Self::AllDead } else { Self::Ids(named.ids) }
    }
}

impl From<EventsCommand> for Wish {
    fn from(command: EventsCommand) -> Self {
        match command {
            EventsCommand::List { state, limit, json } => {
                Self::List { states: state.into_iter().map(Into::into).collect(), limit, json }
            }
            EventsCommand::Show { id, json } => Self::Show { id, json },
            EventsCommand::Retry(named) => Self::Retry(named.into()),
            EventsCommand::Drop(named) => Self::Drop(named.into()),
        }
    }
}
