//! `snippet` and `highlight` of FTS5. SQLite's own compare each match with all others, or copy what they made once for each match: a note of
//! 200 KB of one word takes them a quarter of a minute.
//!
//! ```text
//!  SELECT snippet(…) ─▶ entry (C) ─▶ Row: the matches of a row ─▶ snippet: the best place ─▶ marked: the text with its marks
//! ```

mod entry;
mod marked;
mod row;
mod snippet;

pub(super) use entry::install;

use row::{Failure, Row};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusqlite::{Connection, params};

    use super::*;

    fn connection(ours: bool) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        if ours {
            install(&connection, 1 << 20).unwrap();
        }
        connection
    }

    /// What a function gives for each row that matches, or the error.
    fn asked(
        connection: &Connection,
        texts: &[[Option<String>; 2]],
        function: &str,
        query: &str,
    ) -> Result<Vec<Option<String>>, String> {
        connection.execute_batch("CREATE VIRTUAL TABLE f USING fts5(a, b, tokenize = \"unicode61 tokenchars '_'\")").unwrap();
        for [a, b] in texts {
            connection.execute("INSERT INTO f VALUES (?1, ?2)", params![a, b]).unwrap();
        }
        let sql = format!("SELECT {function} FROM f WHERE f MATCH ?1 ORDER BY rowid");
        let rows = connection.prepare(&sql).and_then(|mut asked| asked.query_map([query], |row| row.get(0))?.collect());
        rows.map_err(|error: rusqlite::Error| error.to_string())
    }

    fn compared(texts: &[[Option<String>; 2]], function: &str, query: &str) {
        let [theirs, ours] = [false, true].map(|ours| asked(&connection(ours), texts, function, query));
        assert_eq!(ours, theirs, "{function} of {query} in {texts:?}");
    }

    fn text() -> impl Strategy<Value = Option<String>> {
        prop_oneof![
            1 => Just(None),
            9 => proptest::collection::vec(prop_oneof!["[abc]", "[abc]", "ä", "a\\. ", "b:\n", "\\. ", "  "], 0..40)
                .prop_map(|words| Some(words.join(" "))),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn they_answer_as_sqlites_own(
            texts in proptest::collection::vec([text(), text()], 1..3),
            column in -1..4,
            tokens in prop_oneof![-2..10, 60..70],
            query in prop_oneof!["[abc]( [abc]){0,2}", "\"[abc] [abc]\"( OR [abcä])?", "b : [ab]", "NEAR\\(a b, 3\\)", "\"a a a\" OR a"],
        ) {
            compared(&texts, &format!("snippet(f, {column}, '<', '>', '…', {tokens})"), &query);
            compared(&texts, &format!("highlight(f, {column}, '<', '>')"), &query);
        }
    }

    #[test]
    fn arguments_are_taken_as_by_sqlite() {
        let texts = [[Some("a b a".to_owned()), None]];
        for function in [
            "snippet(f, 0, '<', '>', '…')",
            "snippet(f, 0, '<', '>', '…', 3, 4)",
            "highlight(f)",
            "snippet(f, 'x', NULL, 1.5, NULL, '2')",
            "highlight(f, NULL, NULL, NULL)",
            "highlight(f, 0, x'3c', 7)",
            "snippet(f, 99, '<', '>', '…', 3)",
            "highlight(f, 99, '<', '>')",
        ] {
            let of = |ours| asked(&connection(ours), &texts, function, "a");
            match (of(false), of(true)) {
                // The words name both functions here.
                (Err(theirs), Err(ours)) if theirs.contains("wrong number") => assert!(ours.contains("wrong number"), "{ours}"),
                (theirs, ours) => assert_eq!(ours, theirs, "{function}"),
            }
        }
    }

    #[test]
    fn a_long_text_of_one_word_takes_no_time() {
        let started = std::time::Instant::now();
        let texts = [[Some("a ".repeat(1 << 17)), None]];
        for function in ["snippet(f, 0, '', '', '', 12)", "snippet(f, -1, '', '', '', 200000)", "highlight(f, 0, '', '')"] {
            let made = asked(&connection(true), &texts, function, "a OR \"a a\"").unwrap();
            assert!(!made[0].as_ref().unwrap().is_empty(), "{function}");
        }
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    }

    #[test]
    fn what_is_made_has_a_largest_size() {
        let texts = [[Some("a b ".repeat(1000)), None]];
        let of = |function: &str| {
            let connection = Connection::open_in_memory().unwrap();
            install(&connection, 10_000).unwrap();
            asked(&connection, &texts, function, "a")
        };
        assert_eq!(of("highlight(f, 0, '<', '>')").unwrap()[0].as_ref().unwrap().len(), 6_000);
        assert_eq!(of("highlight(f, 0, '<<<<', '>>')").unwrap()[0].as_ref().unwrap().len(), 10_000);
        assert!(of("highlight(f, 0, '<<<<', '>>>')").unwrap_err().contains("too big"));
    }

    #[test]
    fn so_many_phrases_and_no_more_are_shown() {
        let texts = [[Some("a".to_owned()), None]];
        let query = |phrases: usize| vec!["a"; phrases].join(" OR ");
        for function in ["highlight(f, 0, '<', '>')", "snippet(f, 0, '<', '>', '', 2)"] {
            assert_eq!(asked(&connection(true), &texts, function, &query(256)).unwrap(), [Some("<a>".to_owned())]);
            assert!(asked(&connection(true), &texts, function, &query(257)).unwrap_err().contains("256 phrases"));
        }
    }
}
