use std::fmt::Debug;

use serde_json::{Value, json};
use temps_plugin_protocol::ProtocolVersion;

pub(crate) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");

/// Makes a test of each line, `file name => what to do with that name`, and lists the names in
/// `COVERED`.
macro_rules! goldens {
    ($($name:ident => $check:expr),+ $(,)?) => {
        pub(crate) const COVERED: &[&str] = &[$(stringify!($name)),+];
        $(
            #[test]
            fn $name() {
                let check: fn(&str) = $check;
                check(stringify!($name));
            }
        )+
    };
}

pub(crate) fn read(name: &str) -> String {
    let path = format!("{FOLDER}/{name}.json");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The version that a file's name begins with.
pub(crate) fn version(name: &str) -> ProtocolVersion {
    match name.split_once('_') {
        Some(("v1", _)) => ProtocolVersion::V1,
        Some(("v2", _)) => ProtocolVersion::V2,
        _ => panic!("{name} begins with no version"),
    }
}

pub(crate) fn other(version: ProtocolVersion) -> ProtocolVersion {
    match version {
        ProtocolVersion::V1 => ProtocolVersion::V2,
        ProtocolVersion::V2 => ProtocolVersion::V1,
    }
}

/// Checks that the file and the typed value are the same message, in both directions, and that a
/// newer peer's additional fields change nothing.
pub(crate) fn agrees<T, E>(name: &str, typed: &T, encode: impl Fn(&T) -> String, decode: impl Fn(&str) -> Result<T, E>)
where
    T: PartialEq + Debug,
    E: Debug,
{
    let text = read(name);
    let golden: Value = serde_json::from_str(&text).unwrap();

    let encoded = encode(typed);
    assert!(!encoded.contains('\n'), "{name} is written on more than one line: {encoded}");
    assert_eq!(serde_json::from_str::<Value>(&encoded).unwrap(), golden, "{name}: encoded");

    let decoded = decode(&text).unwrap();
    assert_eq!(&decoded, typed, "{name}: decoded");
    assert_eq!(serde_json::from_str::<Value>(&encode(&decoded)).unwrap(), golden, "{name}: encoded again");

    let mut newer = golden.clone();
    add_fields(&mut newer);
    assert_ne!(newer, golden);
    assert_eq!(&decode(&newer.to_string()).unwrap(), typed, "{name}: with fields that are not known");
}

/// Adds a field to each object, except in those parts that are anyone's JSON.
fn add_fields(value: &mut Value) {
    const FREE: [&str; 3] = ["data", "openapi", "result"];
    match value {
        Value::Object(fields) => {
            for (_, value) in fields.iter_mut().filter(|(name, _)| !FREE.contains(&name.as_str())) {
                add_fields(value);
            }
            fields.insert("added_by_a_newer_peer".to_owned(), json!({"any": ["thing", 1, null]}));
        }
        Value::Array(values) => values.iter_mut().for_each(add_fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
