use std::os::unix::fs::PermissionsExt;

use temps_plugin_bundle::{KEY_FILE_BYTES, KeyError, KeyPair, PublicKey, TextFault};

/// 32 times 7, so that its text is known.
const SECRET: &str = "temps-plugin-secret-key v1 BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
const PUBLIC: &str = "temps-plugin-key v1 6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=";
/// No part of [`SECRET`] that is not in other texts too.
const TELLTALE: &str = "BwcHBwcH";

#[test]
fn a_key_keeps_its_text_and_its_id() {
    let key = KeyPair::parse(SECRET).unwrap();
    assert_eq!(key.public().to_string(), PUBLIC);
    assert_eq!(key.public().id().to_string(), "0871f3aabc26e4582c508af5c03884e6");
    assert_eq!(PublicKey::parse(&format!("\n {PUBLIC}\r\n")).unwrap(), key.public());
    assert_eq!(PUBLIC.parse(), Ok(key.public()));
}

#[test]
fn each_new_key_is_another_one() {
    let (one, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    assert_ne!(one.public(), other.public());
    assert_ne!(one.public().id(), other.public().id());
}

#[test]
fn a_secret_key_lies_in_a_file_of_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let key = KeyPair::generate().unwrap();
    key.save(&path).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(KeyPair::load(&path).unwrap().public(), key.public());

    let refused = KeyPair::generate().unwrap().save(&path);
    assert!(matches!(refused, Err(KeyError::Exists { .. })), "{refused:?}");
    assert_eq!(KeyPair::load(&path).unwrap().public(), key.public(), "the old one is still there");

    for mode in [0o604, 0o640, 0o620, 0o601] {
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        let refused = KeyPair::load(&path);
        assert!(matches!(refused, Err(KeyError::Exposed { mode: found, .. }) if found == mode), "{refused:?}");
    }
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o400)).unwrap();
    KeyPair::load(&path).unwrap();
}

#[test]
fn a_public_key_lies_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("public");
    let missing = PublicKey::load(&path);
    assert!(matches!(missing, Err(KeyError::File { doing: "read", .. })), "{missing:?}");
    std::fs::write(&path, PUBLIC).unwrap();
    assert_eq!(PublicKey::load(&path).unwrap().to_string(), PUBLIC);
    std::fs::write(&path, SECRET).unwrap();
    let refused = PublicKey::load(&path).unwrap_err();
    assert!(matches!(refused, KeyError::Text { fault: TextFault::Secret, .. }), "{refused}");
    std::fs::write(&path, b"\xff\xfe").unwrap();
    let refused = PublicKey::load(&path).unwrap_err();
    assert!(matches!(refused, KeyError::Text { fault: TextFault::NotAKey { .. }, .. }), "{refused}");
}

#[test]
fn other_texts_are_no_keys() {
    let not_a_key = TextFault::NotAKey { expected: "temps-plugin-key" };
    let base64 = PUBLIC.strip_prefix("temps-plugin-key v1 ").unwrap();
    for (text, fault) in [
        (String::new(), not_a_key),
        (base64.to_owned(), not_a_key),
        ("temps-plugin-key".to_owned(), not_a_key),
        (format!("temps-plugin-key {base64}"), not_a_key),
        (format!("temps-plugin-keys v1 {base64}"), not_a_key),
        (format!("temps-plugin-key v2 {base64}"), TextFault::Version),
        ("temps-plugin-key v1".to_owned(), TextFault::Damaged),
        (format!("{PUBLIC} more"), TextFault::Damaged),
        (format!("temps-plugin-key v1 {}", &base64[4..]), TextFault::Damaged),
        (format!("temps-plugin-key v1 {}", base64.trim_end_matches('=')), TextFault::Damaged),
        // Another way to write the same bytes.
        (PUBLIC.replace("0iw=", "0ix="), TextFault::Damaged),
        // No point of the curve, and one that fits signatures of anybody.
        ("temps-plugin-key v1 AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned(), TextFault::Damaged),
        ("temps-plugin-key v1 AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned(), TextFault::Damaged),
        (SECRET.to_owned(), TextFault::Secret),
    ] {
        assert_eq!(PublicKey::parse(&text).map(|key| key.to_string()), Err(fault), "{text}");
    }
    assert_eq!(KeyPair::parse(PUBLIC).unwrap_err(), TextFault::Public);
    assert_eq!(KeyPair::parse(&SECRET[..60]).unwrap_err(), TextFault::Damaged);
}

#[test]
fn a_key_file_has_up_to_a_kibibyte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("public");
    std::fs::write(&path, format!("{PUBLIC:KEY_FILE_BYTES$}")).unwrap();
    PublicKey::load(&path).unwrap();
    std::fs::write(&path, format!("{PUBLIC:0$}", KEY_FILE_BYTES + 1)).unwrap();
    let refused = PublicKey::load(&path).unwrap_err();
    assert!(matches!(refused, KeyError::Text { fault: TextFault::TooLong, .. }), "{refused}");
}

#[test]
fn nothing_that_is_shown_has_the_secret_in_it() {
    let key = KeyPair::parse(SECRET).unwrap();
    let shown = format!("{key:?} {:?} {}", key.public(), key.public());
    assert!(SECRET.contains(TELLTALE) && !shown.contains(TELLTALE) && !shown.contains("7, 7, 7"), "{shown}");
    for text in [format!("{SECRET} more"), SECRET.replace("v1", "v2"), SECRET[..60].to_owned(), format!(" {SECRET}").repeat(20)] {
        let fault = KeyPair::parse(&text).unwrap_err();
        assert!(!format!("{fault} {fault:?}").contains(TELLTALE), "{fault}");
        let fault = PublicKey::parse(&text).unwrap_err();
        assert!(!format!("{fault} {fault:?}").contains(TELLTALE), "{fault}");
    }
}
