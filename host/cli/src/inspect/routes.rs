//! What a plugin answers, as its OpenAPI document has it.

use serde_json::Value;

/// The methods that a path may have in OpenAPI.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// A route that is documented. There may be others: the plugin's table of routes is there once it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    /// In capitals.
    pub(super) method: String,
    pub(super) path: String,
    /// A line, if the document has one.
    pub(super) summary: Option<String>,
}

/// Those of an OpenAPI document, in the order of its text.
pub(super) fn of(document: &Value) -> Vec<Route> {
    let paths = document.get("paths").and_then(Value::as_object);
    let of_path = |(path, item): (&String, &Value)| {
        let operations = item.as_object().into_iter().flatten();
        let known = operations.filter(|(method, _)| METHODS.contains(&method.as_str()));
        let route = |(method, operation): (&String, &Value)| Route {
            method: method.to_uppercase(),
            path: path.clone(),
            summary: operation.get("summary").and_then(Value::as_str).map(str::to_owned),
        };
        known.map(route).collect::<Vec<_>>()
    };
    paths.into_iter().flatten().flat_map(of_path).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_method_of_a_path_is_a_route() {
        let document = json!({ "paths": {
            "/a": { "get": { "summary": "Gets it" }, "post": {}, "parameters": [], "x-other": {} },
            "/b": { "$ref": "#/components/pathItems/b" },
        }});
        let route = |method: &str, summary: Option<&str>| Route {
            method: method.into(),
            path: "/a".into(),
            summary: summary.map(str::to_owned),
        };
        assert_eq!(of(&document), [route("GET", Some("Gets it")), route("POST", None)]);
        for none in [json!(null), json!({}), json!({ "paths": [] }), json!({ "paths": { "/a": 1 } })] {
            assert_eq!(of(&none), []);
        }
    }
}
