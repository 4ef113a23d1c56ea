//! The plugin, under the launcher, as the local Temps runs it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::error::BenchError;
use crate::native::{LIMITS, peak_kb};
use crate::{Audited, Options};

/// How often it is looked whether a report is done: what is measured are its own times.
const LOOK: Duration = Duration::from_millis(50);

/// A local Temps with the plugin. Dropped, it is killed.
pub struct Plugin {
    temps: Child,
    url: String,
    client: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl Plugin {
    pub async fn start(options: &Options, origin: &str) -> Result<Self, BenchError> {
        let folder = tempfile::tempdir().map_err(|error| BenchError::Io("a folder", error))?;
        let policy = folder.path().join("policy.toml");
        let text = format!("[network]\nallow = [\"{origin}\"]\nallow_private = [\"127.0.0.1\"]\n");
        std::fs::write(&policy, text).map_err(|error| BenchError::Io("the policy", error))?;
        let mut command = Command::new(&options.temps_wasm);
        command.arg("dev").arg(&options.plugin).args(["--port", "0", "--data-dir"]).arg(folder.path().join("data"));
        command.arg("--policy").arg(&policy);
        if let Some(launcher) = &options.launcher {
            command.arg("--launcher").arg(launcher);
        }
        let mut temps = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| BenchError::Io("temps-wasm", error))?;
        let ended = || BenchError::Answer("nothing: temps-wasm dev did not start it".to_owned());
        let mut lines = BufReader::new(temps.stdout.take().ok_or_else(ended)?).lines();
        let url = loop {
            let line = lines.next_line().await.map_err(|error| BenchError::Io("temps-wasm", error))?.ok_or_else(ended)?;
            if let Some(at) = line.find("http://") {
                break line.get(at..).unwrap_or_default().trim().trim_end_matches('/').to_owned();
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let plugin = Self { temps, url, client: reqwest::Client::new(), _folder: folder };
        let limits = json!({
            "maxPages": LIMITS.pages, "maxDepth": LIMITS.depth, "maxPageKib": LIMITS.body_bytes / 1024, "concurrency": LIMITS.concurrency, "delayMs": 0,
        });
        plugin.send(reqwest::Method::PATCH, "/settings", &limits).await?;
        Ok(plugin)
    }

    async fn send(&self, method: reqwest::Method, path: &str, body: &Value) -> Result<Value, BenchError> {
        let request = self.client.request(method, format!("{}{path}", self.url)).header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        serde_json::from_str(&text)
            .ok()
            .filter(|_| status.is_success())
            .ok_or_else(|| BenchError::Answer(format!("{status}: {text}")))
    }

    /// Audits the site once.
    pub async fn audit(&self, origin: &str) -> Result<Audited, BenchError> {
        let begun = self.send(reqwest::Method::POST, "/reports", &json!({ "url": origin })).await?;
        let path = format!("/reports/{}", begun.get("id").and_then(Value::as_u64).unwrap_or_default());
        let report = loop {
            let answer = self.client.get(format!("{}{path}", self.url)).send().await?.text().await?;
            let report: Value = serde_json::from_str(&answer).map_err(|_| BenchError::Answer(answer.clone()))?;
            match report.get("state").and_then(Value::as_str) {
                Some("queued" | "running") => tokio::time::sleep(LOOK).await,
                Some("done") => break report,
                _ => return Err(BenchError::Answer(answer)),
            }
        };
        let count = |name: &str| report.get(name).and_then(Value::as_u64).unwrap_or_default();
        let findings = count("errors") + count("warnings") + count("notices");
        Ok(Audited {
            seconds: seconds(&report).ok_or_else(|| BenchError::Answer(report.to_string()))?,
            findings,
            memory_kb: self.memory()?,
        })
    }

    /// The most memory that the launcher had, its guest included.
    fn memory(&self) -> Result<u64, BenchError> {
        let temps = self.temps.id().unwrap_or_default();
        let children = std::fs::read_to_string(format!("/proc/{temps}/task/{temps}/children"));
        let children = children.map_err(|error| BenchError::Io("the launcher's process", error))?;
        children.split_whitespace().map(peak_kb).try_fold(0, |most, kb| Ok(most.max(kb?)))
    }
}

pub fn exists(path: &Path) -> Result<(), BenchError> {
    std::fs::metadata(path).map(drop).map_err(|error| BenchError::Io("the plugin or temps-wasm", error))
}

/// From the report's start to its end, by its own clock.
fn seconds(report: &Value) -> Option<f64> {
    let at = |name: &str| report.get(name)?.as_str()?.parse::<sea_orm::prelude::DateTimeUtc>().ok();
    Some((at("finishedAt")? - at("startedAt")?).as_seconds_f64())
}
