//! The usual reasons for which a guest fails, and what to do instead.
//!
//! A guest fails in the words of the library that panicked or of the system, which know nothing of
//! plugins. The table has a part of such words and the advice for it. It is the launcher's, so that
//! components of older SDKs get it too.

/// Parts of a failure's words, any of which stands for it, and the advice. The first that matches
/// counts.
const HINTS: [(&[&str], &str); 13] = [
    (
        &["there is no reactor running"],
        "a plugin has no tokio runtime: use temps_plugin_sdk::spawn for tokio::spawn, and temps_plugin_sdk::time for tokio::time",
    ),
    (
        &["`spawn_local` called from outside of"],
        "a plugin has no tokio runtime: use temps_plugin_sdk::spawn for tokio::task::spawn_local",
    ),
    (
        &["failed to spawn thread"],
        "a plugin has one thread: use temps_plugin_sdk::spawn, and give the thread back in long computations with \
         temps_plugin_sdk::time::sleep",
    ),
    (
        &["condvar wait not supported"],
        "a plugin has one thread, so a blocking wait never ends: use the async form and await it, such as `lock` for \
         `blocking_lock`, and `recv` for `blocking_recv`",
    ),
    (
        &["cannot recursively acquire mutex"],
        "a std mutex is locked while it is held, perhaps over an await: drop the guard before, or use tokio::sync::Mutex",
    ),
    (
        &["cannot call wasm-bindgen imported functions"],
        "a crate takes the component for a browser, such as reqwest or one with a feature `js` or `wasmbind`: send HTTP \
         requests with temps_plugin_sdk::http, and turn that feature off",
    ),
    (&["no filesystem on wasm"], "a plugin has no temporary folder of the system: make files in ctx.data_dir()"),
    (
        &["kind: Unsupported", "operation not supported on this platform"],
        "a plugin has no processes, threads or links: use temps_plugin_sdk::spawn for work beside a request",
    ),
    (
        &["kind: PermissionDenied", "Permission denied (os error", "failed to lookup address information"],
        "a plugin has no sockets and no resolver, and only the files in ctx.data_dir(): send HTTP requests with \
         temps_plugin_sdk::http, to what the operator allows under `[network]` of the policy file",
    ),
    (
        &["No such file or directory"],
        "a plugin sees only the files in ctx.data_dir(), and that folder is empty when it starts for the first time",
    ),
    (
        &["an `Err` value: NotPresent", "environment variable not found"],
        "a plugin has no environment variables: read ctx.config(key), which the operator sets under `[config]` of the policy file",
    ),
    (&["Exited with i32 exit status"], "std::process::exit ends the instance with every request in it: return an error instead"),
    (
        &["without going idle, which is its CPU budget"],
        "it has a loop that never awaits, or waits in `block_on`: await instead, and give the thread back in long computations \
         with temps_plugin_sdk::time::sleep",
    ),
];

/// The advice for a failure in these words, if it is a usual one.
pub(super) fn hint(words: &str) -> Option<&'static str> {
    let is_meant = |(parts, _): &&(&[&str], &str)| parts.iter().any(|part| words.contains(part));
    HINTS.iter().find(is_meant).map(|(_, advice)| *advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_leads_to_an_advice() {
        for (parts, _) in HINTS {
            for part in parts {
                let words = format!("panicked at src/lib.rs:1:1: {part} and more");
                assert!(hint(&words).is_some(), "{part}");
            }
        }
    }

    #[test]
    fn the_first_that_matches_counts() {
        let thread = r#"failed to spawn thread: Os { code: 58, kind: Unsupported, message: "Not supported" }"#;
        assert!(hint(thread).unwrap().contains("one thread"));
        let process = r#"Error { kind: Unsupported, message: "operation not supported on this platform" }"#;
        assert!(hint(process).unwrap().contains("no processes"));
    }

    #[test]
    fn a_plugins_own_words_have_none() {
        for words in ["panicked at src/lib.rs:1:1: the guest gives up", "wasm trap: wasm `unreachable` instruction executed", ""]
        {
            assert_eq!(hint(words), None, "{words}");
        }
    }
}
