use serde::Deserialize;

/// Who a plugin says that it is: what is read here of the description that a launcher makes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Identity {
    pub(crate) name: String,
    pub(crate) version: String,
}

#[derive(Deserialize)]
struct Description {
    manifest: Identity,
}

impl Identity {
    /// `None` for what is no description. The name may be anything: whoever shows it, or makes a file of it, has to check.
    pub(crate) fn in_description(description: &[u8]) -> Option<Self> {
        serde_json::from_slice(description).ok().map(|Description { manifest }| manifest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_has_a_manifest_and_more() {
        let text = br#"{"manifest":{"name":"hello","version":"0.1.0","events":[]},"openapi":null}"#;
        let Identity { name, version } = Identity::in_description(text).unwrap();
        assert_eq!((name.as_str(), version.as_str()), ("hello", "0.1.0"));
        for none in ["", "{}", r#"{"manifest":{"name":"hello"}}"#, r#"{"name":"hello","version":"0.1.0"}"#] {
            assert_eq!(Identity::in_description(none.as_bytes()), None, "{none}");
        }
    }
}
