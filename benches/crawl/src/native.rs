//! The native program: the same crawl and checks, reqwest and sea-orm's own driver, on one thread.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use seo_audit::crawl::{Batch, Crawl, Limits, Record, first};
use seo_audit::robots::Robots;
use seo_audit::{Fetch, FetchError, Fetched, seeds};
use url::Url;

use crate::error::BenchError;
use crate::store::NativeRecord;
use crate::{Audited, CONCURRENCY};

pub const LIMITS: Limits =
    Limits { pages: 1000, depth: 50, body_bytes: 1024 * 1024, concurrency: CONCURRENCY, delay: Duration::ZERO };

struct Web(reqwest::Client);

impl Fetch for Web {
    async fn get(&self, url: &Url, most: usize) -> Result<Fetched, FetchError> {
        let other = |error: reqwest::Error| FetchError::Other(error.to_string());
        let mut response = self.0.get(url.clone()).send().await.map_err(other)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = BytesMut::new();
        while body.len() <= most
            && let Some(piece) = response.chunk().await.map_err(other)?
        {
            body.extend_from_slice(&piece);
        }
        let cut = body.len() > most;
        body.truncate(most);
        Ok(Fetched { status, headers, body: body.freeze(), cut })
    }

    async fn pause(&self, time: Duration) {
        if time.is_zero() { tokio::task::yield_now().await } else { tokio::time::sleep(time).await }
    }
}

/// Audits the site once.
pub async fn audit(origin: &str) -> Result<Audited, BenchError> {
    let folder = tempfile::tempdir().map_err(|error| BenchError::Io("a folder", error))?;
    let start = Url::parse(origin)?;
    let web = Web(reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?);
    let record = NativeRecord::open(folder.path(), start.as_str()).await?;
    let begun = Instant::now();
    let robots = Robots::of(&web, &start).await?;
    let pending = first(&start, seeds(&web, &start, &robots, LIMITS.pages as usize).await, &LIMITS);
    record.save(Batch { finished: Vec::new(), discovered: pending.clone() }).await?;
    let known = pending.iter().map(|pending| pending.url.clone()).collect();
    Crawl { fetch: &web, record: &record, start: &start, robots: &robots, limits: LIMITS }.run(pending, known).await?;
    let findings = record.finish().await?;
    Ok(Audited { seconds: begun.elapsed().as_secs_f64(), findings, memory_kb: peak_kb("self")? })
}

/// The most memory that a process had, in KB.
pub fn peak_kb(process: &str) -> Result<u64, BenchError> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))
        .map_err(|error| BenchError::Io("the process's memory", error))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default())
}
