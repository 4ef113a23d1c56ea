use chrono::Utc;
use sea_orm::sea_query::Expr;
use temps_plugin_sdk::database::Constraint;
use temps_plugin_sdk::prelude::*;

use super::{NoteStore, StoreError, note, notebook};
use crate::types::Notebook;

/// The longest name of a notebook, in characters: it stands in a list.
const LONGEST_NAME: usize = 80;

impl NoteStore {
    /// All notebooks by name, each with the count of its notes.
    pub(crate) async fn notebooks(&self) -> Result<Vec<Notebook>, StoreError> {
        let counted = notebook::Entity::find()
            .left_join(note::Entity)
            .column_as(note::Column::Id.count(), "note_count")
            .group_by(notebook::Column::Id)
            .order_by_asc(notebook::Column::Name)
            .into_model::<Counted>()
            .all(&self.db)
            .await?;
        Ok(counted.into_iter().map(Into::into).collect())
    }

    pub(crate) async fn notebook(&self, id: i64) -> Result<Notebook, StoreError> {
        let found = notebook::Entity::find_by_id(id).one(&self.db).await?.ok_or(StoreError::NoNotebook(id))?;
        let notes = found.find_related(note::Entity).count(&self.db).await?;
        Ok(with_count(found, notes))
    }

    pub(crate) async fn create_notebook(&self, name: &str) -> Result<Notebook, StoreError> {
        let name = checked(name)?;
        let new = notebook::ActiveModel { name: Set(name.clone()), created_at: Set(Utc::now()), ..Default::default() };
        let made = new.insert(&self.db).await.map_err(|error| taken(error, name))?;
        Ok(with_count(made, 0))
    }

    pub(crate) async fn rename_notebook(&self, id: i64, name: &str) -> Result<Notebook, StoreError> {
        let name = checked(name)?;
        let mut found =
            notebook::Entity::find_by_id(id).one(&self.db).await?.ok_or(StoreError::NoNotebook(id))?.into_active_model();
        found.name = Set(name.clone());
        found.update(&self.db).await.map_err(|error| taken(error, name))?;
        self.notebook(id).await
    }

    /// Deletes a notebook with its notes.
    pub(crate) async fn delete_notebook(&self, id: i64) -> Result<(), StoreError> {
        let deleted = notebook::Entity::delete_by_id(id).exec(&self.db).await?;
        if deleted.rows_affected == 0 { Err(StoreError::NoNotebook(id)) } else { Ok(()) }
    }

    /// Moves all notes of one notebook into another and deletes it: all of that, or nothing.
    pub(crate) async fn merge_notebook(&self, id: i64, into: i64) -> Result<Notebook, StoreError> {
        if id == into {
            return Err(StoreError::IntoItself);
        }
        let transaction = self.db.begin().await?;
        note::Entity::update_many()
            .col_expr(note::Column::NotebookId, Expr::value(into))
            .filter(note::Column::NotebookId.eq(id))
            .exec(&transaction)
            .await
            .map_err(|error| missing(error, into))?;
        let deleted = notebook::Entity::delete_by_id(id).exec(&transaction).await?;
        if deleted.rows_affected == 0 {
            return Err(StoreError::NoNotebook(id));
        }
        if notebook::Entity::find_by_id(into).one(&transaction).await?.is_none() {
            return Err(StoreError::NoNotebook(into));
        }
        // Dropped before this, it is rolled back.
        transaction.commit().await?;
        self.notebook(into).await
    }
}

/// A notebook and the count of its notes, as one query gives them.
#[derive(Debug, sea_orm::FromQueryResult)]
struct Counted {
    id: i64,
    name: String,
    created_at: chrono::DateTime<Utc>,
    note_count: i64,
}

impl From<Counted> for Notebook {
    fn from(counted: Counted) -> Self {
        let Counted { id, name, created_at, note_count } = counted;
        Self { id, name, note_count, created_at }
    }
}

fn with_count(model: notebook::Model, notes: u64) -> Notebook {
    let notebook::Model { id, name, created_at } = model;
    Notebook { id, name, note_count: i64::try_from(notes).unwrap_or(i64::MAX), created_at }
}

fn checked(name: &str) -> Result<String, StoreError> {
    let name = name.trim();
    let invalid = |reason: String| Err(StoreError::Invalid { what: "name", reason });
    match name.chars().count() {
        0 => invalid("it is empty".to_owned()),
        1..=LONGEST_NAME => Ok(name.to_owned()),
        length => invalid(format!("it has {length} characters, and {LONGEST_NAME} are allowed")),
    }
}

fn taken(error: DbErr, name: String) -> StoreError {
    let error = StoreError::from(error);
    if error.broke(Constraint::Unique) { StoreError::NameTaken(name) } else { error }
}

/// A note cannot be in a notebook that is not there.
pub(super) fn missing(error: DbErr, notebook: i64) -> StoreError {
    let error = StoreError::from(error);
    if error.broke(Constraint::ForeignKey) { StoreError::NoNotebook(notebook) } else { error }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{titled, with_notebook};
    use super::*;

    #[tokio::test]
    async fn notebooks_are_made_renamed_and_deleted() {
        let (store, id) = with_notebook(" work ").await;
        assert_eq!(store.notebook(id).await.unwrap().name, "work");
        assert_eq!(store.rename_notebook(id, "home").await.unwrap().name, "home");
        store.create_notes(id, vec![titled("a"), titled("b")]).await.unwrap();
        let empty = store.create_notebook("empty").await.unwrap();
        let listed: Vec<_> = store.notebooks().await.unwrap().into_iter().map(|it| (it.name, it.note_count)).collect();
        assert_eq!(listed, [("empty".to_owned(), 0), ("home".to_owned(), 2)]);
        store.delete_notebook(empty.id).await.unwrap();
        assert!(matches!(store.delete_notebook(empty.id).await, Err(StoreError::NoNotebook(_))));
    }

    #[tokio::test]
    async fn a_name_is_there_once() {
        let (store, id) = with_notebook("work").await;
        let again = store.create_notebook("work").await.unwrap_err();
        assert_eq!(again.to_string(), "there already is a notebook called `work`");
        let other = store.create_notebook("other").await.unwrap();
        assert!(matches!(store.rename_notebook(other.id, "work").await, Err(StoreError::NameTaken(_))));
        store.rename_notebook(id, "work").await.unwrap();
    }

    #[tokio::test]
    async fn a_name_has_a_largest_length() {
        let (store, _) = with_notebook(&"n".repeat(LONGEST_NAME)).await;
        let error = store.create_notebook(&"n".repeat(LONGEST_NAME + 1)).await.unwrap_err();
        assert_eq!(error.to_string(), "the name is not valid: it has 81 characters, and 80 are allowed");
        assert!(store.create_notebook(" ").await.is_err());
    }

    #[tokio::test]
    async fn deleting_a_notebook_takes_its_notes_along() {
        let (store, id) = with_notebook("work").await;
        let note = store.create_note(id, titled("a")).await.unwrap();
        store.delete_notebook(id).await.unwrap();
        assert!(matches!(store.note(note.id).await, Err(StoreError::NoNote(_))));
    }

    #[tokio::test]
    async fn a_merge_moves_everything_or_nothing() {
        let (store, from) = with_notebook("from").await;
        store.create_notes(from, vec![titled("a"), titled("b")]).await.unwrap();
        let into = store.create_notebook("into").await.unwrap().id;
        assert!(matches!(store.merge_notebook(from, 99).await, Err(StoreError::NoNotebook(99))));
        assert_eq!(store.notebook(from).await.unwrap().note_count, 2);
        assert!(matches!(store.merge_notebook(99, into).await, Err(StoreError::NoNotebook(99))));
        assert!(matches!(store.merge_notebook(into, into).await, Err(StoreError::IntoItself)));
        assert_eq!(store.merge_notebook(from, into).await.unwrap().note_count, 2);
        assert!(matches!(store.notebook(from).await, Err(StoreError::NoNotebook(_))));
    }
}
