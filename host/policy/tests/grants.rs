//! A policy grants what its text says, and nothing more: against an oracle that compares label by label, for random entries and URLs.

mod properties;

#[cfg(test)]
mod grants {
    use proptest::prelude::*;
    use url::Url;

    use super::properties::{grants, policy, says};

    /// Few labels, so that many names are alike.
    fn label() -> impl Strategy<Value = &'static str> {
        prop_oneof![
            6 => prop::sample::select(vec!["a", "b", "org", "example", "EXAMPLE", "xa"]),
            1 => prop::sample::select(vec!["", "*", "xn--bcher-kva", "bücher", "%61", "1", "127", "0x7f", "a*", "ａ"]),
        ]
    }

    fn host() -> impl Strategy<Value = String> {
        let name = || prop::collection::vec(label(), 1..5).prop_map(|labels| labels.join("."));
        let address =
            prop::sample::select(vec!["127.0.0.1", "127.1", "[::1]", "[0::1]", "[::ffff:127.0.0.1]", "1.2.3.4.", "localhost"]);
        prop_oneof![6 => name(), 3 => name().prop_map(|name| format!("*.{name}")), 1 => address.prop_map(str::to_owned)]
    }

    fn origin() -> impl Strategy<Value = String> {
        let scheme = prop_oneof![8 => Just("https"), 4 => Just("http"), 1 => Just("ftp"), 1 => Just("HTTPS")];
        let port =
            prop_oneof![4 => Just(""), 4 => prop::sample::select(vec![":443", ":80", ":8443", ":0", ":", ":08443", ":70000"])];
        (scheme, host(), port).prop_map(|(scheme, host, port)| format!("{scheme}://{host}{port}"))
    }

    /// A URL from an origin, with what a URL may have besides.
    fn url_of(origin: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
        let user = prop_oneof![8 => Just(""), 1 => Just("example.org@")];
        let first = prop::sample::select(vec!["", "a.", "a.b.", ".", "a", "*.", "A."]);
        let dots = prop_oneof![8 => Just(""), 2 => Just("."), 1 => Just("..")];
        let path = prop_oneof![4 => Just(""), 1 => prop::sample::select(vec!["/", "/a@b", "?q", "#f", "\\x", "/../.."])];
        (origin, user, first, dots, path).prop_map(|(origin, user, first, dots, path)| {
            let (scheme, rest) = origin.split_once("://").unwrap();
            let (host, port) = match rest.rfind(':').filter(|at| !rest[*at..].contains(']')) {
                Some(at) => rest.split_at(at),
                None => (rest, ""),
            };
            let host = host.strip_prefix("*.").map_or_else(|| host.to_owned(), |host| format!("{first}{host}"));
            format!("{scheme}://{user}{host}{dots}{port}{path}")
        })
    }

    /// An entry, and a URL that is near it or anywhere.
    fn entry_and_url() -> impl Strategy<Value = (String, String)> {
        prop_oneof![20 => origin(), 1 => Just("*".to_owned())].prop_flat_map(|entry| {
            let near = if entry == "*" { "https://*.example.org".to_owned() } else { entry.clone() };
            (Just(entry), prop_oneof![2 => url_of(Just(near)), 1 => url_of(origin())])
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn an_entry_grants_what_its_text_says((entry, url) in entry_and_url()) {
            if let Ok(url) = Url::parse(&url) && let Some(granted) = grants(&entry, &url) {
                prop_assert_eq!(granted, says(&entry, &url));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_policy_grants_what_its_entries_say(entries in prop::collection::vec(origin(), 0..4)) {
            policy(format!("[network]\nallow = {entries:?}").as_bytes());
        }

        #[test]
        fn whatever_is_written_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[\\[\\]a-z_.=\"'{}#,0-9 \\n-]{0,200}") {
            policy(&bytes);
            policy(text.as_bytes());
        }

        #[test]
        fn a_damaged_policy_is_read_or_refused(at in 0_usize..900, with in any::<char>(), cut in any::<bool>()) {
            let whole = include_str!("fixtures/accepted/everything.toml");
            let at = whole.floor_char_boundary(at);
            let (before, after) = whole.split_at(at);
            policy(if cut { before.to_owned() } else { format!("{before}{with}{after}") }.as_bytes());
        }
    }

    /// The oracle is not one that says yes to everything, nor to nothing.
    #[test]
    fn the_generated_urls_are_of_both_kinds() {
        use proptest::strategy::ValueTree;
        use proptest::test_runner::TestRunner;

        let mut runner = TestRunner::deterministic();
        let (mut granted, mut denied) = (0, 0);
        for _ in 0..20_000 {
            let (entry, url) = entry_and_url().new_tree(&mut runner).unwrap().current();
            match Url::parse(&url).ok().and_then(|url| grants(&entry, &url)) {
                Some(true) => granted += 1,
                Some(false) => denied += 1,
                None => {}
            }
        }
        assert!(granted > 1_000 && denied > 1_000, "{granted} {denied}");
    }
}
