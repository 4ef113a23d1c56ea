//! Deployments and their events in the database `deployments`.

mod deployments;
mod error;
mod migrations;

pub(crate) use deployments::Seen;
pub(crate) use error::StoreError;

use temps_plugin_sdk::prelude::*;

/// The deployments. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct DeploymentStore {
    db: Database,
}

impl DeploymentStore {
    /// Opens the database and brings it up to date.
    pub(crate) async fn open(ctx: &PluginContext) -> Result<Self, StoreError> {
        let db = ctx.database("deployments").await?;
        migrations::run(&db).await?;
        Ok(Self { db })
    }
}

/// A deployment, as it lies in the database: what its newest event says.
pub(crate) mod deployment {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "deployment")]
    pub(crate) struct Model {
        /// The platform's.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub project_id: Option<i32>,
        pub project_name: Option<String>,
        pub environment_id: Option<i32>,
        pub environment_name: Option<String>,
        pub status: String,
        pub branch: Option<String>,
        pub commit_sha: Option<String>,
        pub url: Option<String>,
        pub error_message: Option<String>,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(has_many = "super::event::Entity")]
        Event,
    }

    impl Related<super::event::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Event.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// An event, as it lies in the database.
pub(crate) mod event {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "event")]
    pub(crate) struct Model {
        /// The event's own: one that is delivered again is known by it.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub deployment_id: i32,
        pub event_type: String,
        pub occurred_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(
            belongs_to = "super::deployment::Entity",
            from = "Column::DeploymentId",
            to = "super::deployment::Column::Id",
            on_delete = "Cascade"
        )]
        Deployment,
    }

    impl Related<super::deployment::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Deployment.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}
