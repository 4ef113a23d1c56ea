//! Signatures, for a policy that asks for them.

use temps_plugin_bundle::{KeyPair, PublicKey};

use crate::fails_before_line_1;
use crate::support::{Pack, Start, binary};

/// The exit code for a plugin that is not signed as the policy wants it.
const UNTRUSTED: i32 = 12;

fn trusting(keys: &[&PublicKey]) -> String {
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    format!("[trust]\nkeys = {keys:?}")
}

fn key() -> KeyPair {
    KeyPair::generate().unwrap()
}

#[tokio::test]
async fn a_plugin_that_a_trusted_key_signed_starts() {
    let (ours, theirs) = (key(), key());
    let signed = binary(&Pack::hello().bundle().signed_with(&ours));
    for keys in [&[&ours.public()][..], &[&theirs.public(), &ours.public()]] {
        let launcher = Start::with_binary(&signed).policy(&trusting(keys)).ready().await;
        assert_eq!(launcher.get("/hello/7").await.text, r#"{"id":7,"name":"user-7","msg":"hello world"}"#);
        // Before the plugin is announced.
        let step = |step: &str| {
            let line = format!(r#""step":"{step}""#);
            launcher.log().iter().position(|logged| logged.contains(&line)).unwrap_or_else(|| panic!("{step}"))
        };
        assert!(step("planned") < step("verified") && step("verified") < step("described"));
        launcher.stop().await;
    }
}

#[tokio::test]
async fn all_others_are_refused_before_line_1() {
    let (ours, theirs) = (key(), key());
    let policy = trusting(&[&ours.public()]);
    let trusts = "plugin.toml trusts only plugins that its `trust.keys` signed, and ";

    let unsigned = Pack::hello().start().policy(&policy);
    fails_before_line_1(unsigned, UNTRUSTED, &[trusts, "is not signed: pack it with a key"]).await;

    let other = binary(&Pack::hello().bundle().signed_with(&theirs));
    let said = format!("is signed with the key {}, which is not trusted here", theirs.public().id());
    fails_before_line_1(Start::with_binary(&other).policy(&policy), UNTRUSTED, &[trusts, &said]).await;

    // A byte of the launcher's own that says nothing to the system: no hash of the bundle's has it, only the signature.
    let mut altered = binary(&Pack::hello().bundle().signed_with(&ours));
    altered[15] ^= 1;
    let said = format!("is not what the key {} signed: it was altered", ours.public().id());
    fails_before_line_1(Start::with_binary(&altered).policy(&policy), UNTRUSTED, &[trusts, &said]).await;
    Start::with_binary(&altered).policy("").ready().await.stop().await;
}
