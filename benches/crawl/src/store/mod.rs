//! The plugin's own tables and how it saves to them, with sea-orm's own driver underneath.

#[path = "../../../../examples/seo-analyzer/src/store/entities.rs"]
#[allow(dead_code, reason = "the plugin reads more of it")]
pub mod entities;
#[path = "../../../../examples/seo-analyzer/src/store/saving.rs"]
mod saving;

use std::path::Path;

use entities::{finding, page, report};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, EntityTrait, NotSet, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set, TransactionTrait,
};
use seo_audit::crawl::{Batch, Record};
use seo_audit::{Page, SiteIndex, checks};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};

const SCHEMA: &str = include_str!("../../../../examples/seo-analyzer/src/store/version-1.sql");

/// As the plugin's.
const PAGES_AT_ONCE: u64 = 100;

/// A report of a native program.
pub struct NativeRecord {
    db: DatabaseConnection,
    report: i64,
}

impl NativeRecord {
    /// With the settings that the launcher opens a plugin's database with.
    pub async fn open(folder: &Path, site: &str) -> Result<Self, DbErr> {
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", folder.join("seo.db").display()));
        options.max_connections(1).sqlx_logging(false).map_sqlx_sqlite_opts(|options| {
            options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full).foreign_keys(true)
        });
        let db = Database::connect(options).await?;
        db.execute_unprepared(SCHEMA).await?;
        let now = sea_orm::prelude::ChronoUtc::now();
        let begun = report::ActiveModel {
            id: NotSet,
            site: Set(site.to_owned()),
            project_id: Set(None),
            begun_by: Set("manual".to_owned()),
            state: Set("running".to_owned()),
            seeded: Set(true),
            settings: Set("{}".to_owned()),
            error: Set(None),
            created_at: Set(now),
            started_at: Set(Some(now)),
            finished_at: Set(None),
            pages_done: Set(0),
            pages_known: Set(0),
            score: Set(None),
            reasons: Set(None),
            errors: Set(0),
            warnings: Set(0),
            notices: Set(0),
        };
        let report = report::Entity::insert(begun).exec_with_returning(&db).await?.id;
        Ok(Self { db, report })
    }

    /// Looks at all pages across, as the plugin does, and gives how many findings there are.
    pub async fn finish(&self) -> Result<u64, DbErr> {
        let mut site = SiteIndex::default();
        let mut after = 0;
        while let Some((pages, last)) = self.facts(after).await? {
            pages.iter().for_each(|page| site.add(page));
            after = last;
        }
        after = 0;
        while let Some((pages, last)) = self.facts(after).await? {
            let rows = pages.iter().flat_map(|page| {
                checks::across(page, &site).into_iter().map(|finding| saving::finding_row(self.report, &page.url, finding, true))
            });
            let rows = rows.collect();
            let transaction = self.db.begin().await?;
            saving::insert_findings(&transaction, rows).await?;
            transaction.commit().await?;
            after = last;
        }
        let by_check: Vec<(String, i64)> = finding::Entity::find()
            .select_only()
            .column(finding::Column::CheckId)
            .column_as(Expr::col(finding::Column::Url).count_distinct(), "pages")
            .filter(finding::Column::ReportId.eq(self.report))
            .group_by(finding::Column::CheckId)
            .into_tuple()
            .all(&self.db)
            .await?;
        let counts = by_check.iter().map(|(check, pages)| (check.as_str(), u64::try_from(*pages).unwrap_or_default()));
        let score = seo_audit::score(counts, u64::try_from(site.len()).unwrap_or_default());
        report::Entity::update_many()
            .col_expr(report::Column::State, Expr::value("done"))
            .col_expr(report::Column::Score, Expr::value(i32::from(score.value)))
            .filter(report::Column::Id.eq(self.report))
            .exec(&self.db)
            .await?;
        finding::Entity::find().filter(finding::Column::ReportId.eq(self.report)).count(&self.db).await
    }

    async fn facts(&self, after: i64) -> Result<Option<(Vec<Page>, i64)>, DbErr> {
        let stored: Vec<(i64, String)> = page::Entity::find()
            .select_only()
            .columns([page::Column::Id, page::Column::Facts])
            .filter(page::Column::ReportId.eq(self.report))
            .filter(page::Column::Id.gt(after))
            .order_by_asc(page::Column::Id)
            .limit(PAGES_AT_ONCE)
            .into_tuple()
            .all(&self.db)
            .await?;
        let Some((last, _)) = stored.last() else { return Ok(None) };
        let last = *last;
        let pages = stored.iter().map(|(_, facts)| serde_json::from_str(facts).map_err(|error| DbErr::Json(error.to_string())));
        Ok(Some((pages.collect::<Result<_, _>>()?, last)))
    }
}

impl Record for NativeRecord {
    type Error = DbErr;

    async fn save(&self, batch: Batch) -> Result<(), DbErr> {
        saving::save(&self.db, self.report, batch).await
    }
}
