//! One field of an event's data. What is missing or of another form than expected is `None`: hosts older and newer than this SDK
//! send other fields, and an event is not to be lost for one of them.

use serde_json::Value;

/// A number that fits an id.
pub(super) fn id(data: &Value, name: &str) -> Option<i32> {
    data.get(name)?.as_i64()?.try_into().ok()
}

pub(super) fn text(data: &Value, name: &str) -> Option<String> {
    data.get(name)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_has_32_bits() {
        for value in [i32::MIN, -1, 0, i32::MAX] {
            assert_eq!(id(&json!({ "a": value }), "a"), Some(value));
        }
        for value in [json!(i64::from(i32::MAX) + 1), json!(i64::from(i32::MIN) - 1), json!(u64::MAX), json!(1e300)] {
            assert_eq!(id(&json!({ "a": value }), "a"), None, "{value}");
        }
    }

    #[test]
    fn what_has_another_form_is_none() {
        for value in [json!(null), json!(true), json!("7"), json!(7.5), json!([7]), json!({ "id": 7 })] {
            assert_eq!(id(&json!({ "a": value }), "a"), None, "{value}");
        }
        for value in [json!(null), json!(false), json!(7), json!(["x"]), json!({})] {
            assert_eq!(text(&json!({ "a": value }), "a"), None, "{value}");
        }
        for data in [json!(null), json!("a"), json!(["a"]), json!({})] {
            assert_eq!((id(&data, "a"), text(&data, "a")), (None, None), "{data}");
        }
    }
}
