//! No text that a peer sends makes a decoder panic, and what a decoder takes comes back the same
//! when it is written again.
//!
//! The texts are arbitrary bytes, the golden files with bytes changed, and the golden files with
//! values exchanged. The seed is fixed, so that a run on the same code has the same end.

mod properties;

#[cfg(test)]
mod decoders {
    use proptest::prelude::*;
    use proptest::sample::{Index, select};
    use proptest::test_runner::RngSeed;
    use serde_json::{Number, Value};
    use temps_plugin_protocol::Subscription;

    use super::properties::{channel_frame, event_body, launch_line, plugin_lines};

    fn config() -> ProptestConfig {
        ProptestConfig {
            cases: 3000,
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(0x7e3a_9501),
            ..ProptestConfig::default()
        }
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn take_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            decode_all(&bytes);
        }

        #[test]
        fn take_goldens_with_other_bytes(
            golden in golden(),
            changes in prop::collection::vec((any::<Index>(), change()), 1..6),
        ) {
            let mut bytes = golden.into_bytes();
            for (at, change) in changes {
                change.apply(&mut bytes, at);
            }
            decode_all(&bytes);
        }

        #[test]
        fn take_goldens_with_other_values(
            golden in golden(),
            at in any::<Index>(),
            value in json(),
        ) {
            let mut golden: Value = serde_json::from_str(&golden).unwrap();
            let pointers = pointers(&golden);
            let pointer: &String = at.get(&pointers);
            *golden.pointer_mut(pointer).unwrap() = value;
            decode_all(golden.to_string().as_bytes());
        }

        #[test]
        fn take_any_subscription(text in "[a-z*.A_0]{0,12}", event_type in "[a-z.]{0,12}") {
            if let Ok(subscription) = Subscription::parse(&text) {
                prop_assert_eq!(subscription.as_str(), &text);
                let below = text.strip_suffix('*').is_some_and(|prefix| {
                    event_type.starts_with(prefix) && event_type.len() > prefix.len()
                });
                prop_assert_eq!(subscription.matches(&event_type), below || text == event_type);
            }
        }
    }

    #[test]
    fn refuse_deep_nesting() {
        for depth in [127, 128, 100_000] {
            let nested = "[".repeat(depth) + &"]".repeat(depth);
            decode_all(nested.as_bytes());
            let event = format!(r#"{{"id":"1","event_type":"a.b","timestamp":"","data":{nested}}}"#);
            decode_all(event.as_bytes());
            decode_all(format!(r#"{{"type":"event","event":{event}}}"#).as_bytes());
        }
    }

    /// Gives `bytes` to each decoder, and checks what has to hold of them.
    fn decode_all(bytes: &[u8]) {
        channel_frame(bytes);
        event_body(bytes);
        launch_line(bytes);
        plugin_lines(bytes);
    }

    fn golden() -> impl Strategy<Value = String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        let texts: Vec<String> = files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        select(texts)
    }

    #[derive(Debug, Clone)]
    enum Change {
        Replace(u8),
        Insert(u8),
        Remove,
        CutOff,
        Repeat(usize),
    }

    fn change() -> impl Strategy<Value = Change> {
        let byte = prop_oneof![any::<u8>(), select(b"{}[]\",:0-9.eE\\u\n nulltruefalse".to_vec())];
        prop_oneof![
            4 => byte.clone().prop_map(Change::Replace),
            4 => byte.prop_map(Change::Insert),
            4 => Just(Change::Remove),
            1 => Just(Change::CutOff),
            2 => (1usize..40).prop_map(Change::Repeat),
        ]
    }

    impl Change {
        fn apply(self, bytes: &mut Vec<u8>, at: Index) {
            if bytes.is_empty() {
                return;
            }
            let at = at.index(bytes.len());
            match self {
                Self::Replace(byte) => bytes[at] = byte,
                Self::Insert(byte) => bytes.insert(at, byte),
                Self::Remove => drop(bytes.remove(at)),
                Self::CutOff => bytes.truncate(at),
                Self::Repeat(length) => {
                    let end = bytes.len().min(at + length);
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
    }

    /// JSON of any form.
    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(|number| Value::Number(number.into())),
            any::<u64>().prop_map(|number| Value::Number(number.into())),
            any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::Number)),
            any::<String>().prop_map(Value::String),
        ];
        leaf.prop_recursive(3, 24, 5, |inner| {
            let key = select(vec!["id", "type", "method", "params", "result", "ok", "err", "code", "name", "kind", "other"]);
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
                prop::collection::vec((key, inner), 0..5)
                    .prop_map(|fields| fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
            ]
        })
    }

    /// JSON pointers to each value in `value`, itself included.
    fn pointers(value: &Value) -> Vec<String> {
        let below = |name: String, value: &Value| -> Vec<String> {
            pointers(value).into_iter().map(|rest| format!("/{name}{rest}")).collect()
        };
        let children: Vec<String> = match value {
            Value::Object(fields) => {
                fields.iter().flat_map(|(name, value)| below(name.replace('~', "~0").replace('/', "~1"), value)).collect()
            }
            Value::Array(values) => {
                values.iter().enumerate().flat_map(|(index, value)| below(index.to_string(), value)).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        };
        std::iter::once(String::new()).chain(children).collect()
    }
}
