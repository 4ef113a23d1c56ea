//! What goes over the wire, in JavaScript's names.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Notebook {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) note_count: i64,
    pub(crate) created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Note {
    pub(crate) id: i64,
    pub(crate) notebook_id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) pinned: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// One page of a notebook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page {
    pub(crate) notes: Vec<Note>,
    /// From 0.
    pub(crate) page: u64,
    pub(crate) pages: u64,
    pub(crate) total: u64,
}

/// A note that a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hit {
    pub(crate) id: i64,
    pub(crate) notebook: String,
    pub(crate) title: String,
    /// The place in the text, with `[` and `]` around what was found.
    pub(crate) excerpt: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NameOfNotebook {
    pub(crate) name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MergeInto {
    pub(crate) into: i64,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewNote {
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) body: String,
    #[serde(default)]
    pub(crate) pinned: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Imported {
    pub(crate) created: u64,
}

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateNote {
    pub(crate) title: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) pinned: Option<bool>,
    pub(crate) notebook_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Settings {
    /// Notes of a page.
    pub(crate) page_size: u64,
    /// Whether spaces around a title are taken off.
    pub(crate) trim_titles: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { page_size: 20, trim_titles: true }
    }
}

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateSettings {
    pub(crate) page_size: Option<u64>,
    pub(crate) trim_titles: Option<bool>,
}
