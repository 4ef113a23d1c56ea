//! A component's own statements about itself, read from its bytes before anything is compiled.

use std::fmt;

use semver::Version;
use temps_plugin_protocol::SDK_VERSION_SECTION;
use wasmparser::{MemoryType, Parser, Payload};

/// The most bytes of the section with the SDK's version: 64, as many as a host takes of a plugin's own.
/// A longer one is not read.
const VERSION_BYTES: usize = 64;

/// The bytes of a page of linear memory, where a memory does not say otherwise: 64 KiB, as a power of
/// two.
const PAGE_SIZE_LOG2: u32 = 16;

/// The tool that a component was built with, as the component says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuiltWith {
    /// The SDK of this version.
    Sdk(Version),
    /// Anything else: the component has no readable version of the SDK.
    Other,
    /// There are no bytes to read it from: code that was compiled before.
    Unread,
}

/// The version of this launcher, and of the SDK that fits it.
const OURS: &str = env!("CARGO_PKG_VERSION");

/// What to do when the component does not fit this launcher, as the end of a sentence.
impl fmt::Display for BuiltWith {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sdk(theirs) => match Version::parse(OURS).map(|ours| theirs.cmp_precedence(&ours)) {
                Ok(std::cmp::Ordering::Greater) => write!(
                    f,
                    "; it was built with temps-plugin-sdk {theirs}, and this launcher is {OURS}: update temps-launcher and temps-wasm \
                     to {theirs}, or build the plugin with temps-plugin-sdk {OURS}"
                ),
                Ok(std::cmp::Ordering::Less) => write!(
                    f,
                    "; it was built with temps-plugin-sdk {theirs}, and this launcher is {OURS}: build the plugin with \
                     temps-plugin-sdk {OURS}"
                ),
                Ok(std::cmp::Ordering::Equal) | Err(_) => write!(
                    f,
                    "; it was built with temps-plugin-sdk {theirs}, as this launcher was: either another crate in the plugin brings \
                     this, or the two are of different builds of that version, and the same checkout has to build both"
                ),
            },
            Self::Other => write!(
                f,
                "; it was built with something else than temps-plugin-sdk: its world has to be temps:plugin/plugin@0.1.0 as this \
                 launcher, {OURS}, has it, with WASI 0.2 besides"
            ),
            Self::Unread => Ok(()),
        }
    }
}

/// The parts of a component that decide whether compiling it is worth the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outline {
    pub(super) built_with: BuiltWith,
    /// The bytes of its largest memory when an instance begins; zero without a memory.
    pub(super) memory: u64,
}

impl Outline {
    /// Reads what can be read. Bytes that are no component's are for the compiler to refuse.
    pub(super) fn of(component: &[u8]) -> Self {
        let mut outline = Self { built_with: BuiltWith::Other, memory: 0 };
        for payload in Parser::new(0).parse_all(component) {
            match payload {
                Ok(Payload::MemorySection(memories)) => {
                    for memory in memories.into_iter().flatten() {
                        outline.memory = outline.memory.max(least_bytes(&memory));
                    }
                }
                Ok(Payload::CustomSection(section)) if section.name() == SDK_VERSION_SECTION => {
                    if let Some(version) = version(section.data()) {
                        outline.built_with = BuiltWith::Sdk(version);
                    }
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        outline
    }
}

fn least_bytes(memory: &MemoryType) -> u64 {
    let page_size_log2 = memory.page_size_log2.unwrap_or(PAGE_SIZE_LOG2);
    1_u64.checked_shl(page_size_log2).and_then(|page| page.checked_mul(memory.initial)).unwrap_or(u64::MAX)
}

/// A version is letters, digits, `.`, `-` and `+`: nothing in it needs to be escaped.
fn version(section: &[u8]) -> Option<Version> {
    let text = std::str::from_utf8(section).ok().filter(|text| text.len() <= VERSION_BYTES)?;
    Version::parse(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(inner: &str) -> Vec<u8> {
        wat::parse_str(format!("(component (core module {inner}))")).unwrap()
    }

    fn with_version(version: &str) -> BuiltWith {
        Outline::of(&component(&format!("(@custom \"{SDK_VERSION_SECTION}\" \"{version}\")"))).built_with
    }

    #[test]
    fn a_guest_of_the_sdk_says_its_version() {
        let outline = Outline::of(&std::fs::read(test_guests::PANICS).unwrap());
        assert_eq!(outline.built_with, BuiltWith::Sdk(Version::parse(OURS).unwrap()));
        assert!(outline.memory > 1 << 20 && outline.memory < 16 << 20, "{}", outline.memory);
    }

    #[test]
    fn a_version_is_read_only_as_one() {
        assert_eq!(with_version("1.2.3-rc.1"), BuiltWith::Sdk(Version::parse("1.2.3-rc.1").unwrap()));
        let longest = format!("1.2.3-{}", "x".repeat(VERSION_BYTES - "1.2.3-".len()));
        assert_eq!(with_version(&longest), BuiltWith::Sdk(Version::parse(&longest).unwrap()));
        for wrong in [&format!("{longest}x"), "", "one", "1.2", r"1.2.3\1b[2J", r"\ff"] {
            assert_eq!(with_version(wrong), BuiltWith::Other, "{wrong}");
        }
        assert_eq!(Outline::of(&component("")).built_with, BuiltWith::Other);
    }

    #[test]
    fn the_largest_memory_counts() {
        assert_eq!(Outline::of(&component("")).memory, 0);
        assert_eq!(Outline::of(&component("(memory 3)")).memory, 3 << 16);
        let two = "(component (core module (memory 2 9)) (core module (memory 5)) (core module (memory 1)))";
        assert_eq!(Outline::of(&wat::parse_str(two).unwrap()).memory, 5 << 16);
        // A memory of 64-bit addresses whose bytes overflow is larger than any limit.
        let overflowing = MemoryType { memory64: true, shared: false, initial: u64::MAX, maximum: None, page_size_log2: None };
        assert_eq!(least_bytes(&overflowing), u64::MAX);
    }

    #[test]
    fn bytes_that_are_none_say_nothing() {
        for bytes in [&b""[..], b"text", b"\0asm\x0d\0\x01\0broken"] {
            assert_eq!(Outline::of(bytes), Outline { built_with: BuiltWith::Other, memory: 0 });
        }
    }

    #[test]
    fn the_advice_is_for_the_one_who_is_behind() {
        let advice = |version: &str| BuiltWith::Sdk(Version::parse(version).unwrap()).to_string();
        let newer = advice("99.0.0");
        assert!(
            newer.contains("temps-plugin-sdk 99.0.0, and")
                && newer.contains("update temps-launcher and temps-wasm to 99.0.0, or"),
            "{newer}"
        );
        let older = advice("0.0.1");
        assert!(
            older.ends_with(&format!("build the plugin with temps-plugin-sdk {OURS}")) && !older.contains("update"),
            "{older}"
        );
        assert!(advice(OURS).contains("another crate in the plugin"), "{}", advice(OURS));
        assert!(BuiltWith::Other.to_string().contains("something else than temps-plugin-sdk"));
        assert_eq!(BuiltWith::Unread.to_string(), "");
    }
}
