//! What a crawl finishes, on its way into the tables. It is the same with any connection of sea-orm's, so that it can be measured beside a native program.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, NotSet, QueryFilter, Set, TransactionSession, TransactionTrait};
use seo_audit::crawl::{Batch, Finished, Pending};
use seo_audit::{Finding, Page};

use super::entities::{finding, page, pending, report};

/// Rows of one statement: with the most columns of a table here it stays well below SQLite's 32,766 parameters.
const ROWS_AT_ONCE: usize = 1_000;

/// Saves a batch of a report: all of it, or nothing.
pub(crate) async fn save<C: TransactionTrait>(db: &C, report_id: i64, batch: Batch) -> Result<(), DbErr> {
    let Batch { finished, discovered } = batch;
    let (done, known) = (count(finished.len()), count(discovered.len()));
    let (mut pages, mut urls, mut findings) = (Vec::new(), Vec::new(), Vec::new());
    for Finished { page, findings: found } in finished {
        findings.extend(found.into_iter().map(|finding| finding_row(report_id, &page.url, finding, false)));
        urls.push(page.url.clone());
        pages.push(page_row(report_id, page)?);
    }
    let transaction = db.begin().await?;
    if !pages.is_empty() {
        page::Entity::insert_many(pages).exec_without_returning(&transaction).await?;
        let these = pending::Column::ReportId.eq(report_id).and(pending::Column::Url.is_in(urls));
        pending::Entity::delete_many().filter(these).exec(&transaction).await?;
    }
    insert_findings(&transaction, findings).await?;
    insert_pending(&transaction, report_id, discovered).await?;
    report::Entity::update_many()
        .col_expr(report::Column::PagesDone, Expr::col(report::Column::PagesDone).add(done))
        .col_expr(report::Column::PagesKnown, Expr::col(report::Column::PagesKnown).add(known))
        .filter(report::Column::Id.eq(report_id))
        .exec(&transaction)
        .await?;
    transaction.commit().await
}

pub(crate) async fn insert_findings<C: ConnectionTrait>(db: &C, rows: Vec<finding::ActiveModel>) -> Result<(), DbErr> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        finding::Entity::insert_many(rows.by_ref().take(ROWS_AT_ONCE)).exec_without_returning(db).await?;
    }
    Ok(())
}

async fn insert_pending<C: ConnectionTrait>(db: &C, report_id: i64, discovered: Vec<Pending>) -> Result<(), DbErr> {
    let row = |Pending { url, depth, in_sitemap }| pending::ActiveModel {
        id: NotSet,
        report_id: Set(report_id),
        url: Set(url),
        depth: Set(i32::try_from(depth).unwrap_or(i32::MAX)),
        in_sitemap: Set(in_sitemap),
    };
    let mut rows = discovered.into_iter().map(row).peekable();
    while rows.peek().is_some() {
        let known = OnConflict::columns([pending::Column::ReportId, pending::Column::Url]).do_nothing().to_owned();
        pending::Entity::insert_many(rows.by_ref().take(ROWS_AT_ONCE)).on_conflict(known).exec_without_returning(db).await?;
    }
    Ok(())
}

pub(crate) fn finding_row(report_id: i64, url: &str, finding: Finding, across: bool) -> finding::ActiveModel {
    let Finding { check, message, evidence } = finding;
    finding::ActiveModel {
        id: NotSet,
        report_id: Set(report_id),
        url: Set(url.to_owned()),
        check_id: Set(check.id.to_owned()),
        severity: Set(check.severity.as_str().to_owned()),
        message: Set(message),
        evidence: Set(serde_json::Value::from(evidence).to_string()),
        across: Set(across),
    }
}

fn page_row(report_id: i64, page: Page) -> Result<page::ActiveModel, DbErr> {
    let facts = serde_json::to_string(&page).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(page::ActiveModel {
        id: NotSet,
        report_id: Set(report_id),
        status: Set(page.status().map(i32::from)),
        url: Set(page.url),
        title: Set(page.title),
        depth: Set(i32::try_from(page.depth).unwrap_or(i32::MAX)),
        elapsed_ms: Set(i64::try_from(page.elapsed_ms).unwrap_or(i64::MAX)),
        bytes: Set(i64::try_from(page.bytes).unwrap_or(i64::MAX)),
        facts: Set(facts),
    })
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
