//! The tables, as sea-orm knows them.

/// An audit.
pub(crate) mod report {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "report")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub site: String,
        pub project_id: Option<i32>,
        pub begun_by: String,
        pub state: String,
        /// Whether robots.txt and sitemaps have been read, and the first pages are pending.
        pub seeded: bool,
        /// What it goes by, as JSON.
        pub settings: String,
        pub error: Option<String>,
        pub created_at: DateTimeUtc,
        pub started_at: Option<DateTimeUtc>,
        pub finished_at: Option<DateTimeUtc>,
        pub pages_done: i64,
        pub pages_known: i64,
        pub score: Option<i32>,
        /// What the score lost points for, as JSON.
        pub reasons: Option<String>,
        pub errors: i64,
        pub warnings: i64,
        pub notices: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A page that is finished.
pub(crate) mod page {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "page")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub report_id: i64,
        pub url: String,
        pub status: Option<i32>,
        pub title: Option<String>,
        pub depth: i32,
        pub elapsed_ms: i64,
        pub bytes: i64,
        /// All that is known of it, as JSON.
        pub facts: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Something that was found.
pub(crate) mod finding {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "finding")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub report_id: i64,
        pub url: String,
        pub check_id: String,
        pub severity: String,
        pub message: String,
        /// A list, as JSON.
        pub evidence: String,
        /// Whether it was found across pages, when all were finished.
        pub across: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A page that is still to be fetched.
pub(crate) mod pending {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "pending")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub report_id: i64,
        pub url: String,
        pub depth: i32,
        pub in_sitemap: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
