use chrono::{DateTime, Utc};
use temps_plugin_sdk::database::Constraint;
use temps_plugin_sdk::prelude::*;
use url::Url;

use super::scans::scan;
use super::{Store, StoreError};
use crate::types::{Site, SiteInput};

/// Sites that there may be: each is scanned after a deployment, one after the other.
const MOST_SITES: u64 = 200;

/// A site, as it lies in the database.
pub(super) mod site {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "site")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub origin: String,
        pub project_id: Option<i32>,
        pub key_location: Option<String>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) use site::Model as SiteRow;

impl Store {
    /// All sites, by origin.
    pub(crate) async fn sites(&self) -> Result<Vec<Site>, StoreError> {
        let rows = site::Entity::find().order_by_asc(site::Column::Origin).all(&self.db).await?;
        let mut sites = Vec::with_capacity(rows.len());
        for row in rows {
            sites.push(self.described(row).await?);
        }
        Ok(sites)
    }

    pub(crate) async fn site(&self, id: i64) -> Result<SiteRow, StoreError> {
        site::Entity::find_by_id(id).one(&self.db).await?.ok_or(StoreError::NoSite(id))
    }

    /// The sites that a project's deployments change.
    pub(crate) async fn sites_of_project(&self, project: i32) -> Result<Vec<SiteRow>, StoreError> {
        Ok(site::Entity::find().filter(site::Column::ProjectId.eq(project)).all(&self.db).await?)
    }

    pub(crate) async fn create_site(&self, input: SiteInput) -> Result<Site, StoreError> {
        if site::Entity::find().count(&self.db).await? >= MOST_SITES {
            return Err(StoreError::Invalid {
                what: "site",
                reason: format!("there are {MOST_SITES} already, and more are not allowed"),
            });
        }
        let (origin, key_location) = checked(&input)?;
        let site = site::ActiveModel {
            id: NotSet,
            origin: Set(origin.clone()),
            project_id: Set(input.project_id),
            key_location: Set(key_location),
            created_at: Set(Utc::now()),
        };
        let made = site.insert(&self.db).await.map_err(|error| taken(error, origin))?;
        self.described(made).await
    }

    pub(crate) async fn update_site(&self, id: i64, input: SiteInput) -> Result<Site, StoreError> {
        let found = self.site(id).await?;
        let (origin, key_location) = checked(&input)?;
        if origin != found.origin {
            // Its pages are the other's.
            return Err(StoreError::Invalid {
                what: "site",
                reason: "its address cannot be changed: add another site".to_owned(),
            });
        }
        let mut site = found.into_active_model();
        site.project_id = Set(input.project_id);
        site.key_location = Set(key_location);
        self.described(site.update(&self.db).await?).await
    }

    /// Forgets a site with its pages. What was submitted stays in the history.
    pub(crate) async fn delete_site(&self, id: i64) -> Result<(), StoreError> {
        let deleted = site::Entity::delete_by_id(id).exec(&self.db).await?;
        if deleted.rows_affected == 0 { Err(StoreError::NoSite(id)) } else { Ok(()) }
    }

    async fn described(&self, site: SiteRow) -> Result<Site, StoreError> {
        let pages = self.db.sql("SELECT count(*) FROM page WHERE site_id = ?").bind(site.id).fetch_one().await?;
        let newest = scan::Entity::find().filter(scan::Column::SiteId.eq(site.id)).order_by_desc(scan::Column::Id);
        let last_scan = newest.one(&self.db).await?.map(Into::into);
        let SiteRow { id, origin, project_id, key_location, created_at } = site;
        let created_at: DateTime<Utc> = created_at;
        Ok(Site { id, origin, project_id, key_location, pages, last_scan, created_at })
    }
}

impl SiteRow {
    /// The site's name, without a port.
    pub(crate) fn host(&self) -> String {
        Url::parse(&self.origin).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

fn taken(error: DbErr, origin: String) -> StoreError {
    match StoreError::from(error) {
        StoreError::Database(DatabaseError::Constraint { constraint: Constraint::Unique, .. }) => StoreError::SiteTaken(origin),
        error => error,
    }
}

fn checked(input: &SiteInput) -> Result<(String, Option<String>), StoreError> {
    let origin = parse_origin(&input.origin).map_err(|reason| StoreError::Invalid { what: "site", reason })?;
    let invalid = |reason: &str| StoreError::Invalid { what: "key location", reason: reason.to_owned() };
    let location = match input.key_location.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(location) => {
            let base = Url::parse(&origin).map_err(|error| invalid(&error.to_string()))?;
            let url = base.join(location).map_err(|error| invalid(&error.to_string()))?;
            if url.host() != base.host() {
                return Err(invalid("engines only look for a key on the site's own host"));
            }
            Some(url.into())
        }
    };
    Ok((origin, location))
}

/// `https://shop.example.com` of what somebody typed: a URL, or a name alone.
fn parse_origin(text: &str) -> Result<String, String> {
    let text = text.trim();
    let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("https://{text}")) };
    let url = url.map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("it begins with `{}:`, and only http and https are allowed", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it has a user or a password".to_owned());
    }
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing;

    use super::*;

    fn input(origin: &str, key_location: Option<&str>) -> SiteInput {
        SiteInput { origin: origin.into(), project_id: Some(7), key_location: key_location.map(str::to_owned) }
    }

    #[test]
    fn an_origin_is_what_somebody_means() {
        for (typed, origin) in [
            ("shop.example.com", Some("https://shop.example.com")),
            (" https://Shop.Example.com/cart?x#y ", Some("https://shop.example.com")),
            ("http://127.0.0.1:8080/", Some("http://127.0.0.1:8080")),
            ("bücher.example", Some("https://xn--bcher-kva.example")),
            ("ftp://shop.example.com", None),
            ("https://me:secret@shop.example.com", None),
            ("", None),
            ("a b", None),
        ] {
            assert_eq!(parse_origin(typed).ok().as_deref(), origin, "{typed}");
        }
    }

    #[tokio::test]
    async fn a_site_is_made_changed_and_deleted() {
        let store = Store::open(&testing::context()).await.unwrap();
        let site = store.create_site(input("shop.example", None)).await.unwrap();
        assert_eq!((site.origin.as_str(), site.project_id, site.pages), ("https://shop.example", Some(7), 0));
        assert!(matches!(store.create_site(input("https://shop.example/x", None)).await, Err(StoreError::SiteTaken(_))));
        let moved = store.update_site(site.id, input("shop.example", Some("/keys/k.txt"))).await.unwrap();
        assert_eq!(moved.key_location.as_deref(), Some("https://shop.example/keys/k.txt"));
        assert!(store.update_site(site.id, input("other.example", None)).await.is_err());
        let elsewhere = store.update_site(site.id, input("shop.example", Some("https://other.example/k.txt"))).await;
        assert!(matches!(elsewhere, Err(StoreError::Invalid { what: "key location", .. })));
        assert_eq!(store.sites_of_project(7).await.unwrap().len(), 1);
        store.delete_site(site.id).await.unwrap();
        assert!(matches!(store.delete_site(site.id).await, Err(StoreError::NoSite(_))));
    }

    #[tokio::test]
    async fn there_is_a_largest_number_of_sites() {
        let store = Store::open(&testing::context()).await.unwrap();
        for n in 0..MOST_SITES {
            store.create_site(input(&format!("{n}.example"), None)).await.unwrap();
        }
        assert!(matches!(store.create_site(input("one-more.example", None)).await, Err(StoreError::Invalid { .. })));
    }
}
