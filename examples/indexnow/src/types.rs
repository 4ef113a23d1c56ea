//! What goes over the wire, in JavaScript's names.

use chrono::{DateTime, Utc};
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::indexnow::Engine;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Settings {
    /// What a site proves with that a submission is its own.
    pub(crate) key: String,
    pub(crate) engine: Engine,
    /// Where submissions go if `engine` is `custom`.
    pub(crate) custom_endpoint: Option<String>,
    /// Whether the pages that a deployment changed are submitted by themselves.
    pub(crate) auto_submit: bool,
    /// URLs of a request, 1 to 10,000.
    pub(crate) batch_size: u32,
    /// After how many days without a submission a page is suggested again, 1 to 365.
    pub(crate) stale_after_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            key: String::new(),
            engine: Engine::IndexNow,
            custom_endpoint: None,
            auto_submit: true,
            batch_size: 1_000,
            stale_after_days: 30,
        }
    }
}

/// The settings with what can be chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingsView {
    #[serde(flatten)]
    pub(crate) settings: Settings,
    /// Where submissions go.
    pub(crate) endpoint: String,
    pub(crate) engines: Vec<EngineChoice>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct EngineChoice {
    pub(crate) id: Engine,
    pub(crate) label: String,
    pub(crate) endpoint: Option<String>,
}

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateSettings {
    /// 8 to 128 letters, digits and dashes.
    pub(crate) key: Option<String>,
    pub(crate) engine: Option<Engine>,
    pub(crate) custom_endpoint: Option<String>,
    pub(crate) auto_submit: Option<bool>,
    pub(crate) batch_size: Option<u32>,
    pub(crate) stale_after_days: Option<u32>,
}

/// A site whose pages are submitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Site {
    pub(crate) id: i64,
    #[schema(example = "https://shop.example.com")]
    pub(crate) origin: String,
    /// The project whose deployments change it.
    pub(crate) project_id: Option<i32>,
    /// Where it serves the key, if not at `/{key}.txt`.
    pub(crate) key_location: Option<String>,
    pub(crate) pages: i64,
    pub(crate) last_scan: Option<Scan>,
    pub(crate) created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SiteInput {
    /// `https://shop.example.com`, or the name alone.
    pub(crate) origin: String,
    pub(crate) project_id: Option<i32>,
    pub(crate) key_location: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumIter, DeriveActiveEnum)]
#[serde(rename_all = "lowercase")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "lowercase")]
pub(crate) enum WorkStatus {
    /// To be done, perhaps again, at `nextTryAt`.
    Waiting,
    Done,
    Failed,
}

/// A look for a site's pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Scan {
    pub(crate) id: i64,
    pub(crate) status: WorkStatus,
    /// The deployment that it followed.
    pub(crate) deployment_id: Option<i32>,
    /// Pages that were found.
    pub(crate) found: i32,
    /// Pages that were submitted then.
    pub(crate) submitted: i32,
    /// Where pages were found, or what went wrong.
    pub(crate) message: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumIter, DeriveActiveEnum)]
#[serde(rename_all = "lowercase")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "lowercase")]
pub(crate) enum Source {
    Manual,
    Deployment,
    Suggestions,
}

/// One request to the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Submission {
    pub(crate) id: i64,
    pub(crate) host: String,
    pub(crate) source: Source,
    pub(crate) deployment_id: Option<i32>,
    /// Of how many parts this is which: long lists are several requests.
    pub(crate) part: i32,
    pub(crate) parts: i32,
    pub(crate) url_count: i32,
    pub(crate) status: WorkStatus,
    /// Tries since it was last asked for.
    pub(crate) attempts: i32,
    /// What the engine answered the last time.
    pub(crate) response_code: Option<i32>,
    pub(crate) message: Option<String>,
    pub(crate) next_try_at: Option<DateTime<Utc>>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}

/// A submission with all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubmissionDetail {
    #[serde(flatten)]
    pub(crate) submission: Submission,
    pub(crate) urls: Vec<String>,
    /// The oldest first.
    pub(crate) tries: Vec<Attempt>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attempt {
    pub(crate) endpoint: String,
    /// None: there was no answer.
    pub(crate) response_code: Option<i32>,
    pub(crate) message: String,
    pub(crate) at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubmissionPage {
    /// The newest first.
    pub(crate) submissions: Vec<Submission>,
    /// From 0.
    pub(crate) page: u64,
    pub(crate) pages: u64,
    pub(crate) total: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichSubmissions {
    /// Only those with this status.
    #[param(inline)]
    pub(crate) status: Option<WorkStatus>,
    /// From 0.
    #[serde(default)]
    pub(crate) page: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewSubmission {
    pub(crate) site_id: i64,
    /// Absolute, of the site's host, or paths of it.
    pub(crate) urls: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Submitted {
    /// The submissions that were made.
    pub(crate) submissions: Vec<i64>,
    pub(crate) urls: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Reason {
    /// It was never submitted.
    New,
    /// Its content or its date is another than when it was submitted.
    Changed,
    /// It was not submitted for long.
    Stale,
}

/// A page that should be submitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Suggestion {
    pub(crate) url: String,
    pub(crate) site_id: i64,
    pub(crate) reason: Reason,
    /// As the sitemap says it.
    pub(crate) lastmod: Option<String>,
    pub(crate) submitted_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Suggestions {
    /// At most 500, new ones first, then changed ones.
    pub(crate) suggestions: Vec<Suggestion>,
    pub(crate) new: u64,
    pub(crate) changed: u64,
    pub(crate) stale: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichSuggestions {
    /// Only those of this site.
    pub(crate) site_id: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SubmitSuggestions {
    pub(crate) site_id: i64,
    /// Which of the suggestions; without it, all of the site.
    pub(crate) urls: Option<Vec<String>>,
}

/// Whether a site serves its key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyCheck {
    pub(crate) location: String,
    pub(crate) served: bool,
    pub(crate) message: String,
}

/// A project to choose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ProjectChoice {
    pub(crate) id: i32,
    pub(crate) name: String,
}

/// Why a request failed, as RFC 9457 writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Problem {
    pub(crate) title: String,
    pub(crate) status: u16,
    pub(crate) detail: String,
}
