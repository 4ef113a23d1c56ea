//! The pragmas that a guest may use. All others are refused, those that SQLite may learn in future too.
//!
//! | pragma | may be |
//! |---|---|
//! | `table_info` and others that describe the schema | read |
//! | `integrity_check`, `quick_check`, `foreign_key_check` | run |
//! | `user_version`, `application_id` | read and set |
//! | `defer_foreign_keys` | read and set: it ends with its transaction |
//! | `optimize`, `incremental_vacuum`, `wal_checkpoint` | run |
//! | `journal_mode`, `synchronous`, `foreign_keys` | read, and set to what they are |
//! | `page_size`, `encoding` and others that say how the file is made | read |

/// What a pragma may be used for.
enum Use {
    /// With or without a value: it only reads or maintains, or its value stays in the file.
    Any,
    /// Without a value.
    Read,
    /// Without a value, or with one of these, which is in force anyway: programs set it to be sure.
    ReadOr(&'static [&'static str]),
    Never,
}

/// Whether a guest may run the pragma with this value.
pub(super) fn is_allowed(name: &str, value: Option<&str>) -> bool {
    match (allowed_use(&name.to_ascii_lowercase()), value) {
        (Use::Any, _) | (Use::Read | Use::ReadOr(_), None) => true,
        (Use::ReadOr(values), Some(value)) => values.contains(&value.to_ascii_lowercase().as_str()),
        (Use::Read, Some(_)) | (Use::Never, _) => false,
    }
}

fn allowed_use(name: &str) -> Use {
    match name {
        "table_info" | "table_xinfo" | "table_list" | "index_list" | "index_info" | "index_xinfo" | "foreign_key_list"
        | "foreign_key_check" | "integrity_check" | "quick_check" | "user_version" | "application_id" | "defer_foreign_keys"
        | "optimize" | "incremental_vacuum" | "wal_checkpoint" => Use::Any,
        "schema_version" | "data_version" | "page_count" | "page_size" | "max_page_count" | "freelist_count" | "encoding"
        | "auto_vacuum" | "collation_list" | "compile_options" | "function_list" | "module_list" | "pragma_list"
        | "busy_timeout" | "cache_size" | "temp_store" | "query_only" | "recursive_triggers" => Use::Read,
        "journal_mode" => Use::ReadOr(&["wal"]),
        "synchronous" => Use::ReadOr(&["full", "2"]),
        "foreign_keys" => Use::ReadOr(&["on", "1", "true", "yes"]),
        _ => Use::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(!is_allowed("journal_mode", Some("off")));
        assert!(!is_allowed("synchronous", Some("normal")));
        assert!(!is_allowed("foreign_keys", Some("0")));
    }

    #[test]
    fn everything_else_is_refused() {
        for name in [
            "database_list",
            "temp_store_directory",
            "data_store_directory",
            "writable_schema",
            "trusted_schema",
            "mmap_size",
            "hard_heap_limit",
            "journal_size_limit",
            "locking_mode",
            "legacy_alter_table",
            "case_sensitive_like",
            "not_a_pragma",
        ] {
            assert!(!is_allowed(name, None) && !is_allowed(name, Some("1")), "{name}");
        }
        assert!(!is_allowed("max_page_count", Some("99999999")));
        assert!(!is_allowed("schema_version", Some("1")));
        assert!(!is_allowed("query_only", Some("0")));
    }
}
