use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;

fn read<T: DeserializeOwned>(row: &[(&str, Value)]) -> Result<T, String> {
    let named = |name: &str| Column { name: name.to_owned(), is_boolean: name == "on" };
    let columns: Vec<_> = row.iter().map(|(name, _)| named(name)).collect();
    let values = row.iter().map(|(_, value)| value.clone()).collect();
    Row::new(&columns, values).read().map_err(|error: DatabaseError| error.to_string())
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Low,
    High,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Note {
    note_id: u8,
    on: bool,
    size: f64,
    level: Level,
    bytes: Vec<u8>,
    about: Option<String>,
    #[serde(default)]
    missing: Option<i64>,
}

#[test]
fn a_struct_takes_columns_by_name() {
    let row = [
        ("on", Value::Integer(1)),
        ("noteId", Value::Integer(255)),
        ("size", Value::Integer(2)),
        ("level", text("high")),
        ("bytes", Value::Blob(vec![0, 255])),
        ("about", Value::Null),
        ("further", Value::Real(1.5)),
    ];
    let expected =
        Note { note_id: 255, on: true, size: 2.0, level: Level::High, bytes: vec![0, 255], about: None, missing: None };
    assert_eq!(read::<Note>(&row), Ok(expected));
}

#[test]
fn a_map_and_json_take_whatever_there_is() {
    let row = [
        ("on", Value::Integer(1)),
        ("id", Value::Integer(1)),
        ("half", Value::Real(0.5)),
        ("none", Value::Null),
        ("bytes", Value::Blob(vec![1, 2])),
    ];
    let expected = serde_json::json!({ "on": true, "id": 1, "half": 0.5, "none": null, "bytes": [1, 2] });
    assert_eq!(read::<serde_json::Value>(&row), Ok(expected));
    let map = read::<BTreeMap<String, i64>>(&[("a", Value::Integer(1)), ("b", Value::Integer(i64::MIN))]);
    assert_eq!(map, Ok(BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), i64::MIN)])));
}

#[test]
fn a_tuple_takes_columns_by_position() {
    let row = [("b", Value::Integer(1)), ("a", text("x"))];
    assert_eq!(read::<(i64, String)>(&row), Ok((1, "x".to_owned())));
    assert_eq!(read::<(i64,)>(&row), Err("cannot read the row: 1 columns were expected, and there are 2".to_owned()));
}

#[test]
fn a_scalar_takes_the_only_column() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Id(i64);

    assert_eq!(read::<i64>(&[("n", Value::Integer(7))]), Ok(7));
    assert_eq!(read::<Id>(&[("n", Value::Integer(7))]), Ok(Id(7)));
    assert_eq!(read::<Option<i64>>(&[("n", Value::Null)]), Ok(None));
    assert_eq!(read::<Option<i64>>(&[("n", Value::Integer(7))]), Ok(Some(7)));
    assert_eq!(read::<String>(&[("n", text(""))]), Ok(String::new()));
    assert_eq!(read::<Vec<u8>>(&[("n", Value::Blob(vec![7]))]), Ok(vec![7]));
    assert_eq!(read::<Level>(&[("n", text("low"))]), Ok(Level::Low));
    assert_eq!(read::<bool>(&[("n", Value::Integer(0))]), Ok(false));
    let two = [("a", Value::Integer(1)), ("b", Value::Integer(2))];
    assert_eq!(read::<i64>(&two), Err("cannot read the row: one column was expected, and there are 2".to_owned()));
    assert_eq!(read::<Vec<i64>>(&two), Ok(vec![1, 2]));
}

#[test]
fn errors_name_the_column() {
    let error = |row: &[(&str, Value)]| read::<BTreeMap<String, u8>>(row).unwrap_err();
    assert!(error(&[("size", Value::Integer(256))]).starts_with("cannot read size: "));
    assert!(error(&[("size", Value::Null)]).starts_with("cannot read size: "));
    assert_eq!(read::<bool>(&[("on", Value::Integer(2))]), Err("cannot read on: 2 is no bool".to_owned()));
    assert_eq!(read::<(bool,)>(&[("on", text("yes"))]), Err("cannot read on: it holds text, which is no bool".to_owned()));
    assert!(read::<Level>(&[("level", text("middle"))]).unwrap_err().starts_with("cannot read level: unknown variant"));
    let missing = read::<Note>(&[("on", Value::Integer(1))]).unwrap_err();
    assert!(missing.contains("noteId"), "{missing}");
}
