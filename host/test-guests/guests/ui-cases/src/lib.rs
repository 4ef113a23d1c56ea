//! Gives paths for its user interface as a test writes them into its binary: see `CASE`. What is in a file is its path; `missing` has nothing.

use raw::bindings::exports::temps::plugin::{manifest, ui};
use raw::{PluginManifest, Request, Response, text};

/// `ui-case|policy|path|path|…|`, filled up with spaces. Without a policy there is none.
static CASE: [u8; 256] = {
    let mut case = [b' '; 256];
    let begin = b"ui-case||index.html|";
    let mut at = 0;
    while at < begin.len() {
        case[at] = begin[at];
        at += 1;
    }
    case
};

struct Guest;

/// The parts between the bars. Read as what it is when it runs, which the compiler does not know.
fn case() -> Vec<String> {
    let case = std::hint::black_box(&CASE);
    let case = String::from_utf8_lossy(case).into_owned();
    let parts = case.split('|').map(str::to_owned);
    let mut parts: Vec<String> = parts.skip(1).collect();
    parts.pop();
    parts
}

impl manifest::Guest for Guest {
    fn describe() -> PluginManifest {
        let policy = case().into_iter().next().filter(|policy| !policy.is_empty());
        PluginManifest { content_security_policy: policy, ..raw::manifest("ui-cases") }
    }

    fn openapi() -> Option<String> {
        None
    }
}

impl ui::Guest for Guest {
    fn paths() -> Option<Vec<String>> {
        Some(case().into_iter().skip(1).collect())
    }

    fn read(path: String) -> Option<Vec<u8>> {
        (path != "missing").then(|| path.into_bytes())
    }
}

async fn handle(_: Request) -> Response {
    text("the guest's")
}

raw::serves!(Guest, handle);
