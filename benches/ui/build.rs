//! The user interface that both sides serve, the same bytes each time: a page, and a script of 50 KB as a bundler makes it.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The script's bytes.
const BYTES: usize = 50 * 1000;

/// Names as they are left of a library's when it is minified, and what code does with them.
const NAMES: [&str; 16] = [
    "e",
    "t",
    "n",
    "props",
    "children",
    "useState",
    "createElement",
    "fetch",
    "status",
    "className",
    "onClick",
    "memo",
    "key",
    "ref",
    "items",
    "map",
];

const PAGE: &str = "<!doctype html><html lang=\"en\"><head><title>Bench</title><script type=\"module\" src=\"assets/app.js\"></script></head>\
                    <body><div id=\"root\"></div></body></html>\n";

fn main() -> Result<(), Box<dyn Error>> {
    let dist = Path::new(&env::var("OUT_DIR")?).join("dist");
    fs::create_dir_all(dist.join("assets"))?;
    fs::write(dist.join("index.html"), PAGE)?;
    fs::write(dist.join("assets/app.js"), script()?)?;
    println!("cargo::rerun-if-changed=../ui/build.rs");
    Ok(())
}

fn script() -> Result<String, Box<dyn Error>> {
    let mut text = String::with_capacity(BYTES + 200);
    // An LCG (Knuth's MMIX): no more chance is needed than that lines differ.
    let mut state = 42_u64;
    let mut name = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let index = usize::try_from(state >> 60).unwrap_or_default();
        (NAMES.get(index).copied().unwrap_or_default(), (state >> 40) % 10_000)
    };
    while text.len() < BYTES {
        let ((function, number), (argument, _), (called, other), (shown, _)) = (name(), name(), name(), name());
        write!(
            text,
            "function {function}{number}({argument}){{const o={called}({argument},{other});return o&&o.{shown}?o.{shown}:null}}"
        )?;
    }
    text.truncate(BYTES - 1);
    text.push('\n');
    Ok(text)
}
