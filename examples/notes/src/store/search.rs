use super::{NoteStore, StoreError};
use crate::types::Hit;

/// Notes that a search gives at most: a page.
const MOST: u32 = 50;

impl NoteStore {
    /// Notes that have all words, as beginnings of words, best first.
    pub(crate) async fn search(&self, words: &str) -> Result<Vec<Hit>, StoreError> {
        let Some(query) = query(words) else {
            return Ok(Vec::new());
        };
        let found = self.db.sql(
            "SELECT note.id, notebook.name AS notebook, note.title, snippet(note_search, 1, '[', ']', '…', 12) AS excerpt
             FROM note_search
             JOIN note ON note.id = note_search.rowid
             JOIN notebook ON notebook.id = note.notebook_id
             WHERE note_search MATCH ?
             ORDER BY rank
             LIMIT ?",
        );
        Ok(found.bind(query).bind(MOST).fetch_all().await?)
    }
}

/// The words in FTS5's language, each quoted, so that nothing in them is an operator. None if there are none.
fn query(words: &str) -> Option<String> {
    let quoted: Vec<String> = words.split_whitespace().map(|word| format!("\"{}\"*", word.replace('"', "\"\""))).collect();
    (!quoted.is_empty()).then(|| quoted.join(" "))
}

#[cfg(test)]
mod tests {
    use super::super::tests::with_notebook;
    use super::*;
    use crate::types::{NewNote, UpdateNote};

    async fn titles(store: &NoteStore, words: &str) -> Vec<String> {
        store.search(words).await.unwrap().into_iter().map(|hit| hit.title).collect()
    }

    #[tokio::test]
    async fn words_are_found_where_they_are() {
        let (store, notebook) = with_notebook("work").await;
        let add = async |title: &str, body: &str| {
            let new = NewNote { title: title.into(), body: body.into(), pinned: false };
            store.create_note(notebook, new).await.unwrap().id
        };
        let bread = add("Bread", "flour, water, salt").await;
        add("Soup", "water and vegetables").await;
        assert_eq!(titles(&store, "wat").await.len(), 2);
        assert_eq!(titles(&store, "water FLOUR").await, ["Bread"]);
        assert!(titles(&store, "nothing").await.is_empty());
        assert!(titles(&store, "  ").await.is_empty());
        let hit = store.search("salt").await.unwrap().remove(0);
        assert_eq!((hit.notebook.as_str(), hit.excerpt.as_str()), ("work", "flour, water, [salt]"));

        let update = UpdateNote { body: Some("yeast".into()), ..UpdateNote::default() };
        store.update_note(bread, update).await.unwrap();
        assert!(titles(&store, "salt").await.is_empty());
        assert_eq!(titles(&store, "yeast").await, ["Bread"]);
        store.delete_note(bread).await.unwrap();
        assert!(titles(&store, "yeast").await.is_empty());
    }

    #[tokio::test]
    async fn what_looks_like_an_operator_is_a_word() {
        let (store, _) = with_notebook("work").await;
        for words in ["\"", "a\"b", "NEAR(", "a AND", "*", "title:x", "(", "-a", "^a", "'; DROP TABLE note; --"] {
            assert!(titles(&store, words).await.is_empty(), "{words}");
        }
    }
}
