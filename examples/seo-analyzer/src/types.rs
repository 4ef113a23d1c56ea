//! What goes over the wire, in JavaScript's names.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// How far audits go, how fast, and whether deployments begin them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Settings {
    /// URLs that an audit looks at.
    #[schema(minimum = 1, maximum = 5000)]
    pub(crate) max_pages: u32,
    /// Clicks from the start.
    #[schema(minimum = 0, maximum = 50)]
    pub(crate) max_depth: u32,
    /// KiB of a page that are read.
    #[schema(minimum = 16, maximum = 8192)]
    pub(crate) max_page_kib: u32,
    /// Requests under way at once.
    #[schema(minimum = 1, maximum = 16)]
    pub(crate) concurrency: u32,
    /// Milliseconds between the starts of two requests. A site's robots.txt may ask for more.
    #[schema(minimum = 0, maximum = 60000)]
    pub(crate) delay_ms: u32,
    /// Whether a deployment begins an audit of a project without settings of its own.
    pub(crate) auto_run: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { max_pages: 500, max_depth: 10, max_page_kib: 2048, concurrency: 4, delay_ms: 50, auto_run: true }
    }
}

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateSettings {
    pub(crate) max_pages: Option<u32>,
    pub(crate) max_depth: Option<u32>,
    pub(crate) max_page_kib: Option<u32>,
    pub(crate) concurrency: Option<u32>,
    pub(crate) delay_ms: Option<u32>,
    pub(crate) auto_run: Option<bool>,
}

/// A project's site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Site {
    pub(crate) project_id: i32,
    /// Where an audit begins.
    pub(crate) url: String,
    /// Whether a deployment of the project begins one.
    pub(crate) auto_run: bool,
}

/// What a project's site is to be.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetSite {
    pub(crate) url: String,
    #[serde(default = "yes")]
    pub(crate) auto_run: bool,
}

fn yes() -> bool {
    true
}

/// A project of the platform, with its site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ProjectSite {
    pub(crate) id: i32,
    pub(crate) name: String,
    pub(crate) site: Option<Site>,
}

/// Begins an audit: of a URL, or of a project that has a site.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewReport {
    pub(crate) url: Option<String>,
    pub(crate) project_id: Option<i32>,
}

/// Where an audit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// It waits for another.
    Queued,
    Running,
    Done,
    Cancelled,
    Failed,
}

/// What began an audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Trigger {
    Manual,
    Deployment,
}

/// An audit of a site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) id: i64,
    /// Where it began.
    pub(crate) site: String,
    pub(crate) project_id: Option<i32>,
    pub(crate) trigger: Trigger,
    pub(crate) state: State,
    /// Why it failed.
    pub(crate) error: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
    /// Pages that are finished. It never goes down.
    pub(crate) pages_done: i64,
    /// Pages that are finished or known. It never goes down.
    pub(crate) pages_known: i64,
    /// 0 to 100, once it is done.
    pub(crate) score: Option<i32>,
    pub(crate) errors: i64,
    pub(crate) warnings: i64,
    pub(crate) notices: i64,
}

/// An audit with why it has its score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportDetail {
    #[serde(flatten)]
    pub(crate) report: Report,
    /// What it went by.
    pub(crate) settings: Settings,
    /// What was found, by check, in the order of all checks.
    pub(crate) checks: Vec<CheckSummary>,
}

/// What a check found in an audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckSummary {
    /// Its id.
    pub(crate) check: String,
    pub(crate) severity: String,
    pub(crate) title: String,
    /// What to do about it.
    pub(crate) advice: String,
    /// Pages that have it.
    pub(crate) pages: i64,
    /// What it costs if all pages have it.
    pub(crate) weight: f64,
    /// Points that it costs here, once the audit is done.
    pub(crate) points: Option<f64>,
}

/// Something that was found on a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Finding {
    pub(crate) id: i64,
    pub(crate) url: String,
    pub(crate) check: String,
    pub(crate) severity: String,
    pub(crate) message: String,
    pub(crate) evidence: Vec<String>,
}

/// Which findings are listed.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichFindings {
    /// Only those of this check.
    pub(crate) check: Option<String>,
    /// Only those of this severity.
    pub(crate) severity: Option<String>,
    /// Only those on pages whose URL has this in it.
    pub(crate) search: Option<String>,
    /// Only those behind the finding with this id.
    #[serde(default)]
    pub(crate) after: i64,
    /// How many at most.
    #[serde(default = "default_limit")]
    #[param(default = 100, minimum = 1, maximum = 500)]
    pub(crate) limit: u64,
}

/// Which pages are listed.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichPages {
    /// Only those whose URL has this in it.
    pub(crate) search: Option<String>,
    /// Only those behind the page with this id.
    #[serde(default)]
    pub(crate) after: i64,
    /// How many at most.
    #[serde(default = "default_limit")]
    #[param(default = 100, minimum = 1, maximum = 500)]
    pub(crate) limit: u64,
}

/// Which reports are listed.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichReports {
    /// Only those of this site.
    pub(crate) site: Option<String>,
    /// How many at most.
    #[serde(default = "default_limit")]
    #[param(default = 100, minimum = 1, maximum = 500)]
    pub(crate) limit: u64,
}

fn default_limit() -> u64 {
    100
}

/// A page in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageRow {
    pub(crate) id: i64,
    pub(crate) url: String,
    /// None: there was no answer, or robots.txt blocks it.
    pub(crate) status: Option<i32>,
    pub(crate) title: Option<String>,
    pub(crate) depth: i32,
    pub(crate) elapsed_ms: i64,
    pub(crate) bytes: i64,
    /// Findings on it.
    pub(crate) findings: i64,
}

/// A page with all that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageDetail {
    pub(crate) id: i64,
    /// As the crawl saw it.
    #[schema(value_type = Object)]
    pub(crate) page: seo_audit::Page,
    pub(crate) findings: Vec<Finding>,
    /// Pages that link to it, the first 50.
    pub(crate) linked_from: Vec<LinkingPage>,
}

/// A page that links to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct LinkingPage {
    pub(crate) id: i64,
    pub(crate) url: String,
}

/// What changed since the last audit of the site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Difference {
    /// The audit before this one, if there is one. Without it nothing is new.
    pub(crate) previous: Option<Report>,
    /// Points gained.
    pub(crate) score_delta: Option<i32>,
    /// Findings that were not there, the first 500.
    pub(crate) new: Vec<Finding>,
    /// Findings that are gone, the first 500, with their ids in the other audit.
    pub(crate) fixed: Vec<Finding>,
    pub(crate) new_count: i64,
    pub(crate) fixed_count: i64,
}

/// Something that is looked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Check {
    pub(crate) id: String,
    pub(crate) severity: String,
    pub(crate) weight: f64,
    pub(crate) title: String,
    pub(crate) advice: String,
}

/// Why a request failed, as RFC 9457 has it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Problem {
    pub(crate) title: String,
    pub(crate) status: u16,
    pub(crate) detail: String,
}
