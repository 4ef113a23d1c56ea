//! The pragmas that a guest may use. All others are refused, those that SQLite may learn in future too.
//!
//! | pragma | may be |
//! |---|---|
//! | `table_info` and others that describe the schema | read |
//! | `integrity_check`, `quick_check`, `foreign_key_check` | run |
//! | `user_version`, `application_id` | read and set |
//! | `defer_foreign_keys` | read and set: it ends with its transaction |
//! | `recursive_triggers` | read and set, on the connection that writes |
//! | `optimize`, `incremental_vacuum`, `wal_checkpoint` | run |
//! | `journal_mode`, `synchronous`, `foreign_keys` and others | read, and set to what they are |
//! | `busy_timeout`, `cache_size` and others that only tune | read; set, they are taken and do nothing |
//! | `page_size`, `encoding` and others that say how the file is made | read |

/// What becomes of a pragma.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It runs.
    Allowed,
    /// It runs on the connection that writes.
    OnWriter,
    /// It is taken, and does nothing: this holds, in words for the log.
    Ignored(&'static str),
    /// It is an error, for this reason.
    Refused(&'static str),
}

/// The reason where there is no better one.
const OWN: &str = "the launcher sets what a database needs";

/// Those that run with a value and without: they only read or maintain, or their value stays in the file.
const ANY: &[&str] = &[
    "table_info",
    "table_xinfo",
    "table_list",
    "index_list",
    "index_info",
    "index_xinfo",
    "foreign_key_list",
    "foreign_key_check",
    "integrity_check",
    "quick_check",
    "user_version",
    "application_id",
    "defer_foreign_keys",
    "optimize",
    "incremental_vacuum",
    "wal_checkpoint",
];

const OFF: &[&str] = &["off", "0", "false", "no"];
const ON: &[&str] = &["on", "1", "true", "yes"];

/// What becomes of the pragma `name` with this value.
pub(super) fn judge(name: &str, value: Option<&str>) -> Verdict {
    let name = name.to_ascii_lowercase();
    let Some(value) = value else { return judge_read(&name) };
    let value = value.to_ascii_lowercase();
    let is = |values: &[&str]| values.contains(&value.as_str());
    let if_in_force = |values: &[&str], otherwise: &'static str| {
        if is(values) { Verdict::Allowed } else { Verdict::Refused(otherwise) }
    };
    match name.as_str() {
        name if ANY.contains(&name) => Verdict::Allowed,
        "journal_mode" => if_in_force(&["wal"], "the journal is a write-ahead log"),
        "foreign_keys" => if_in_force(
            ON,
            "foreign keys are enforced; a script that begins with it runs without, and they are checked before its end",
        ),
        "synchronous" if is(&["full", "2"]) => Verdict::Allowed,
        "synchronous" if is(&["normal", "1", "extra", "3"]) => Verdict::Ignored("synchronous is FULL"),
        "locking_mode" => if_in_force(&["normal"], "readers and a writer use the file side by side"),
        "encoding" if is(&["utf-8", "utf8"]) => Verdict::Ignored("texts are UTF-8"),
        "recursive_triggers" => Verdict::OnWriter,
        "case_sensitive_like" if is(OFF) => Verdict::Ignored("LIKE takes capital and small letters as the same"),
        "case_sensitive_like" => {
            Verdict::Refused("it would hold on one connection of several: GLOB tells capital letters from small ones")
        }
        "ignore_check_constraints" | "writable_schema" | "trusted_schema" | "legacy_alter_table" | "query_only" if is(OFF) => {
            Verdict::Ignored("it is off")
        }
        "busy_timeout" => Verdict::Ignored("statements wait for their turn as the limits say"),
        "cache_size" | "cache_spill" => Verdict::Ignored("a connection's cache is as large as the launcher makes it"),
        "temp_store" if is(&["file", "1"]) => {
            Verdict::Refused("temporary tables are in memory: a file of theirs would lie outside")
        }
        "temp_store" => Verdict::Ignored("temporary tables are in memory"),
        "mmap_size" => Verdict::Ignored("the file is not mapped"),
        "wal_autocheckpoint" | "journal_size_limit" => {
            Verdict::Ignored("the write-ahead log is shortened as the launcher does it")
        }
        "page_size" | "auto_vacuum" => Verdict::Ignored("the file is made as SQLite makes it by default"),
        "analysis_limit" | "automatic_index" | "threads" | "reverse_unordered_selects" => {
            Verdict::Ignored("SQLite's default holds")
        }
        _ => Verdict::Refused(OWN),
    }
}

fn judge_read(name: &str) -> Verdict {
    match name {
        name if ANY.contains(&name) => Verdict::Allowed,
        "schema_version" | "data_version" | "page_count" | "page_size" | "max_page_count" | "freelist_count" | "encoding"
        | "auto_vacuum" | "collation_list" | "compile_options" | "function_list" | "module_list" | "pragma_list"
        | "busy_timeout" | "cache_size" | "temp_store" | "query_only" | "recursive_triggers" | "journal_mode" | "synchronous"
        | "foreign_keys" | "locking_mode" => Verdict::Allowed,
        _ => Verdict::Refused(OWN),
    }
}

/// Whether a value turns a pragma off.
pub(crate) fn is_off(value: &str) -> bool {
    OFF.iter().any(|off| value.eq_ignore_ascii_case(off))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_allowed(name: &str, value: Option<&str>) -> bool {
        judge(name, value) == Verdict::Allowed
    }

    #[test]
    fn what_reads_is_allowed() {
        assert!(is_allowed("table_info", Some("note")));
        assert!(is_allowed("Journal_Mode", None));
        assert!(is_allowed("user_version", Some("7")));
    }

    #[test]
    fn what_is_in_force_may_be_set() {
        assert!(is_allowed("journal_mode", Some("WAL")));
        assert!(is_allowed("foreign_keys", Some("ON")));
        assert!(is_allowed("locking_mode", Some("normal")));
        for (name, value) in
            [("journal_mode", "off"), ("synchronous", "off"), ("synchronous", "0"), ("foreign_keys", "0"), ("temp_store", "FILE")]
        {
            assert!(matches!(judge(name, Some(value)), Verdict::Refused(_)), "{name}");
        }
    }

    #[test]
    fn what_tunes_is_taken_and_does_nothing() {
        for (name, value) in [
            ("busy_timeout", "5000"),
            ("Synchronous", "NORMAL"),
            ("cache_size", "-64000"),
            ("temp_store", "MEMORY"),
            ("mmap_size", "268435456"),
            ("wal_autocheckpoint", "1000"),
            ("case_sensitive_like", "OFF"),
            ("trusted_schema", "0"),
        ] {
            assert!(matches!(judge(name, Some(value)), Verdict::Ignored(_)), "{name}");
        }
        assert_eq!(judge("recursive_triggers", Some("1")), Verdict::OnWriter);
    }

    #[test]
    fn everything_else_is_refused() {
        let is_refused = |name, value| matches!(judge(name, value), Verdict::Refused(_));
        for name in
            ["database_list", "temp_store_directory", "data_store_directory", "hard_heap_limit", "secure_delete", "not_a_pragma"]
        {
            assert!(is_refused(name, None) && is_refused(name, Some("1")), "{name}");
        }
        for name in ["writable_schema", "trusted_schema", "legacy_alter_table", "case_sensitive_like", "ignore_check_constraints"]
        {
            assert!(is_refused(name, Some("1")), "{name}");
        }
        assert!(is_refused("max_page_count", Some("99999999")));
        assert!(is_refused("schema_version", Some("1")));
        assert!(is_refused("locking_mode", Some("exclusive")));
    }
}
