use chrono::Utc;
use temps_plugin_sdk::prelude::*;

use super::notebooks::missing;
use super::{NoteStore, StoreError, note};
use crate::types::{NewNote, Note, Page, UpdateNote};

/// The longest title, in characters: it stands in a list.
const LONGEST_TITLE: usize = 200;

/// Notes that are made by one statement at most: each has six parameters, and SQLite takes 32,766.
const MOST_AT_ONCE: usize = 1000;

impl NoteStore {
    /// A page of a notebook's notes, from page 0: pinned ones first, then the newest.
    pub(crate) async fn notes(&self, notebook: i64, page: u64) -> Result<Page, StoreError> {
        self.notebook(notebook).await?;
        let paginator = note::Entity::find()
            .filter(note::Column::NotebookId.eq(notebook))
            .order_by_desc(note::Column::Pinned)
            .order_by_desc(note::Column::UpdatedAt)
            .order_by_desc(note::Column::Id)
            .paginate(&self.db, self.settings().await?.page_size);
        let counted = paginator.num_items_and_pages().await?;
        let notes = paginator.fetch_page(page).await?;
        Ok(Page {
            notes: notes.into_iter().map(Into::into).collect(),
            page,
            pages: counted.number_of_pages,
            total: counted.number_of_items,
        })
    }

    pub(crate) async fn note(&self, id: i64) -> Result<Note, StoreError> {
        Ok(note::Entity::find_by_id(id).one(&self.db).await?.ok_or(StoreError::NoNote(id))?.into())
    }

    pub(crate) async fn create_note(&self, notebook: i64, new: NewNote) -> Result<Note, StoreError> {
        let new = self.active(notebook, new).await?;
        Ok(new.insert(&self.db).await.map_err(|error| missing(error, notebook))?.into())
    }

    /// Makes all of them, or none.
    pub(crate) async fn create_notes(&self, notebook: i64, new: Vec<NewNote>) -> Result<u64, StoreError> {
        if new.is_empty() || new.len() > MOST_AT_ONCE {
            let reason = format!("it has {} notes, and 1 to {MOST_AT_ONCE} are allowed", new.len());
            return Err(StoreError::Invalid { what: "import", reason });
        }
        let mut models = Vec::with_capacity(new.len());
        for new in new {
            models.push(self.active(notebook, new).await?);
        }
        note::Entity::insert_many(models).exec_without_returning(&self.db).await.map_err(|error| missing(error, notebook))
    }

    pub(crate) async fn update_note(&self, id: i64, update: UpdateNote) -> Result<Note, StoreError> {
        let UpdateNote { title, body, pinned, notebook_id } = update;
        let found = note::Entity::find_by_id(id).one(&self.db).await?.ok_or(StoreError::NoNote(id))?;
        let notebook = notebook_id.unwrap_or(found.notebook_id);
        let mut note = found.into_active_model();
        if let Some(title) = title {
            note.title = Set(self.checked_title(&title).await?);
        }
        if let Some(body) = body {
            note.body = Set(body);
        }
        if let Some(pinned) = pinned {
            note.pinned = Set(pinned);
        }
        note.notebook_id = Set(notebook);
        note.updated_at = Set(Utc::now());
        Ok(note.update(&self.db).await.map_err(|error| missing(error, notebook))?.into())
    }

    pub(crate) async fn delete_note(&self, id: i64) -> Result<(), StoreError> {
        let deleted = note::Entity::delete_by_id(id).exec(&self.db).await?;
        if deleted.rows_affected == 0 { Err(StoreError::NoNote(id)) } else { Ok(()) }
    }

    async fn active(&self, notebook: i64, new: NewNote) -> Result<note::ActiveModel, StoreError> {
        let now = Utc::now();
        Ok(note::ActiveModel {
            id: NotSet,
            notebook_id: Set(notebook),
            title: Set(self.checked_title(&new.title).await?),
            body: Set(new.body),
            pinned: Set(new.pinned),
            created_at: Set(now),
            updated_at: Set(now),
        })
    }

    async fn checked_title(&self, title: &str) -> Result<String, StoreError> {
        let title = if self.settings().await?.trim_titles { title.trim() } else { title };
        let invalid = |reason: String| Err(StoreError::Invalid { what: "title", reason });
        match title.chars().count() {
            0 => invalid("it is empty".to_owned()),
            1..=LONGEST_TITLE => Ok(title.to_owned()),
            length => invalid(format!("it has {length} characters, and {LONGEST_TITLE} are allowed")),
        }
    }
}

impl From<note::Model> for Note {
    fn from(model: note::Model) -> Self {
        let note::Model { id, notebook_id, title, body, pinned, created_at, updated_at } = model;
        Self { id, notebook_id, title, body, pinned, created_at, updated_at }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{titled, with_notebook};
    use super::*;
    use crate::types::UpdateSettings;

    #[tokio::test]
    async fn a_note_is_made_changed_and_deleted() {
        let (store, notebook) = with_notebook("work").await;
        let made = store.create_note(notebook, NewNote { title: " a ".into(), body: "b".into(), pinned: true }).await.unwrap();
        assert_eq!((made.title.as_str(), made.body.as_str(), made.pinned), ("a", "b", true));
        assert_eq!(store.note(made.id).await.unwrap(), made);
        let update = UpdateNote { body: Some("c".into()), pinned: Some(false), ..UpdateNote::default() };
        let changed = store.update_note(made.id, update).await.unwrap();
        assert_eq!((changed.title.as_str(), changed.body.as_str(), changed.pinned), ("a", "c", false));
        assert!(changed.updated_at >= made.updated_at && changed.created_at == made.created_at);
        store.delete_note(made.id).await.unwrap();
        assert!(matches!(store.delete_note(made.id).await, Err(StoreError::NoNote(_))));
    }

    #[tokio::test]
    async fn a_note_needs_a_notebook_that_is_there() {
        let (store, notebook) = with_notebook("work").await;
        assert!(matches!(store.create_note(99, titled("a")).await, Err(StoreError::NoNotebook(99))));
        let note = store.create_note(notebook, titled("a")).await.unwrap();
        let update = UpdateNote { notebook_id: Some(99), ..UpdateNote::default() };
        assert!(matches!(store.update_note(note.id, update).await, Err(StoreError::NoNotebook(99))));
        assert!(matches!(store.create_notes(99, vec![titled("a")]).await, Err(StoreError::NoNotebook(99))));
    }

    #[tokio::test]
    async fn an_import_is_all_or_nothing_and_has_a_largest_size() {
        let (store, notebook) = with_notebook("work").await;
        let many = |count: usize| (0..count).map(|n| titled(&format!("note {n}"))).collect();
        assert_eq!(store.create_notes(notebook, many(MOST_AT_ONCE)).await.unwrap(), 1000);
        assert!(matches!(store.create_notes(notebook, many(MOST_AT_ONCE + 1)).await, Err(StoreError::Invalid { .. })));
        assert!(matches!(store.create_notes(notebook, many(0)).await, Err(StoreError::Invalid { .. })));
        assert!(store.create_notes(notebook, vec![titled("fits"), titled(" ")]).await.is_err());
        assert_eq!(store.notebook(notebook).await.unwrap().note_count, 1000);
    }

    #[tokio::test]
    async fn a_title_has_a_largest_length() {
        let (store, notebook) = with_notebook("work").await;
        store.create_note(notebook, titled(&"t".repeat(LONGEST_TITLE))).await.unwrap();
        let error = store.create_note(notebook, titled(&"t".repeat(LONGEST_TITLE + 1))).await.unwrap_err();
        assert!(error.to_string().contains("201 characters"), "{error}");
    }

    #[tokio::test]
    async fn pages_hold_the_pinned_ones_first() {
        let (store, notebook) = with_notebook("work").await;
        store.update_settings(UpdateSettings { page_size: Some(2), trim_titles: None }).await.unwrap();
        for (title, pinned) in [("first", true), ("second", false), ("third", false)] {
            let new = NewNote { title: title.into(), pinned, ..NewNote::default() };
            store.create_note(notebook, new).await.unwrap();
        }
        let page = store.notes(notebook, 0).await.unwrap();
        let titles: Vec<_> = page.notes.iter().map(|note| note.title.as_str()).collect();
        assert_eq!((titles, page.pages, page.total), (vec!["first", "third"], 2, 3));
        let last = store.notes(notebook, 1).await.unwrap();
        assert_eq!(last.notes.len(), 1);
        assert!(store.notes(notebook, 2).await.unwrap().notes.is_empty());
        assert!(matches!(store.notes(99, 0).await, Err(StoreError::NoNotebook(99))));
    }

    #[tokio::test]
    async fn spaces_around_a_title_stay_if_the_settings_say_so() {
        let (store, notebook) = with_notebook("work").await;
        store.update_settings(UpdateSettings { page_size: None, trim_titles: Some(false) }).await.unwrap();
        assert_eq!(store.create_note(notebook, titled(" a ")).await.unwrap().title, " a ");
    }
}
