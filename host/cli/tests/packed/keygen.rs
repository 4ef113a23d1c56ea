use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use temps_plugin_bundle::{KeyPair, PublicKey};

use crate::stage::Stage;

#[test]
fn the_secret_key_is_a_file_and_the_public_one_is_printed() {
    let stage = Stage::new();
    let ran = stage.run(&["keygen", "-o", "release.key"]);
    let secret = fs::read_to_string(stage.file("release.key")).unwrap();
    assert!(!ran.err.contains(secret.trim()) && !ran.out.contains(secret.trim()));
    assert_eq!(ran.err, "the secret key is in release.key, and the public one in release.key.pub\n");
    assert_eq!(ran.out().as_bytes(), stage.read("release.key.pub"));
    assert_eq!(stage.names(), ["release.key", "release.key.pub"]);
    assert_eq!(stage.file("release.key").metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let public = PublicKey::load(&stage.file("release.key.pub")).unwrap();
    assert_eq!(KeyPair::load(&stage.file("release.key")).unwrap().public(), public);
}

#[test]
fn no_key_is_overwritten() {
    let stage = Stage::new();
    stage.key("key");
    let before = stage.read("key");
    stage.run(&["keygen", "-o", "key"]).failed(9, "key.pub exists, and is not overwritten");
    fs::remove_file(stage.file("key.pub")).unwrap();
    stage.run(&["keygen", "-o", "key"]).failed(9, "key exists, and is not overwritten: choose another name");
    assert_eq!((stage.names(), stage.read("key")), (vec!["key".to_owned()], before));
    stage.run(&["keygen", "-o", "none/key"]).failed(9, "cannot write the public key none/key.pub");
    stage.run(&["keygen"]).failed(2, "--output <FILE>");
}
