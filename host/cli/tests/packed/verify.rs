use std::fs;

use serde_json::{Value, json};
use temps_plugin_bundle::Digest;

use crate::stage::{Stage, fake_launcher};

#[test]
fn a_whole_plugin_is_shown() {
    let stage = Stage::new();
    let component = stage.packed("greeter", json!({}), &[]);
    let text = stage.run(&["verify", "greeter"]).out();
    assert!(text.starts_with("plugin     fake 1.2.3\nfile       greeter, whole\nlauncher   "), "{text}");
    assert!(
        text.contains(&format!("\ncomponent  10 bytes\n           {}\ncode       50 bytes\n", Digest::of(&component))),
        "{text}"
    );
    assert!(text.contains("\nmanifest   ") && text.ends_with("\nsignature  none\n"), "{text}");
    assert!(text.lines().all(|line| line.len() <= 80), "{text}");
    let json: Value = serde_json::from_str(&stage.run(&["verify", "greeter", "--json"]).out()).unwrap();
    assert_eq!((&json["name"], &json["version"], &json["signature"]), (&json!("fake"), &json!("1.2.3"), &Value::Null));
    assert_eq!(json["sections"][0]["blake3"], json!(Digest::of(&component).to_string()));
    assert_eq!(json["launcher_bytes"], json!(fake_launcher().metadata().unwrap().len()));
}

#[test]
fn one_of_the_keys_has_to_have_signed() {
    let stage = Stage::new();
    for key in ["mine", "other"] {
        stage.key(key);
    }
    stage.packed("unsigned", json!({}), &[]);
    stage.packed("signed", json!({}), &["--sign", "mine"]);
    let id = stage.bundle("signed").signed_by().unwrap();
    let text = stage.run(&["verify", "signed"]).out();
    assert!(text.ends_with(&format!("\nsignature  {id}, not checked against a key\n")), "{text}");
    for keys in [&["--key", "mine.pub"][..], &["--key", "other.pub", "--key", "mine.pub"]] {
        let text = stage.run(&[&["verify", "signed"], keys].concat()).out();
        assert!(text.ends_with(&format!("\nsignature  {id}, checked\n")), "{text}");
    }
    let json: Value = serde_json::from_str(&stage.run(&["verify", "signed", "--key", "mine.pub", "--json"]).out()).unwrap();
    assert_eq!(json["signature"], json!({ "key": id.to_string(), "checked": true }));
    let untrusted = format!("error: signed is signed with the key {id}, which is not trusted here");
    stage.run(&["verify", "signed", "--key", "other.pub"]).failed(12, &untrusted);
    stage.run(&["verify", "unsigned", "--key", "mine.pub"]).failed(12, "error: unsigned is not signed");
}

#[test]
fn a_signature_covers_the_launcher_and_hashes_do_not() {
    let stage = Stage::new();
    stage.key("key");
    stage.packed("greeter", json!({}), &["--sign", "key"]);
    // In the padding of the ELF identification.
    stage.alter("greeter", 15);
    stage.run(&["verify", "greeter"]).out();
    stage.run(&["verify", "greeter", "--key", "key.pub"]).failed(12, "it was altered");
}

#[test]
fn each_part_that_is_packed_is_checked() {
    let stage = Stage::new();
    stage.key("key");
    stage.packed("greeter", json!({}), &["--sign", "key"]);
    let (bundle, length) = (stage.bundle("greeter"), stage.file("greeter").metadata().unwrap().len());
    let sections = bundle.entries().map(|entry| (entry.offset, format!("section `{}` was altered", entry.kind)));
    let mark = (bundle.launcher_length(), "the mark at its beginning".to_owned());
    let directory = (length - 197, "the directory was altered".to_owned());
    let trailer = (length - 196, "the trailer was altered".to_owned());
    for (at, text) in sections.chain([mark, directory, trailer]) {
        fs::copy(stage.file("greeter"), stage.file("altered")).unwrap();
        stage.alter("altered", at);
        stage.run(&["verify", "altered"]).failed(11, &text);
        stage.run(&["verify", "altered", "--key", "key.pub"]).failed(11, &text);
    }
    let packed = stage.read("greeter");
    fs::write(stage.file("altered"), &packed[..packed.len() - 1]).unwrap();
    stage.run(&["verify", "altered"]).failed(11, "was cut off");
    fs::write(stage.file("altered"), [&packed, &b"\n"[..]].concat()).unwrap();
    stage.run(&["verify", "altered"]).failed(11, "changed at its end");
}

#[test]
fn what_cannot_be_looked_at_is_told_apart() {
    let stage = Stage::new();
    stage.key("key");
    stage.packed("greeter", json!({}), &["--sign", "key"]);
    fs::write(stage.file("text"), "text").unwrap();
    fs::copy(stage.file("greeter"), stage.file("newer")).unwrap();
    stage.alter("newer", stage.file("newer").metadata().unwrap().len() - 16);
    let launcher = fake_launcher();
    for (arguments, code, text) in [
        (&["gone"][..], 9, "cannot open the file"),
        (&["."], 9, "this is no regular file"),
        (&["newer"], 9, "it has version 3 of the format"),
        (&["text"], 10, "error: text is not packed: "),
        (&[launcher.to_str().unwrap()], 10, "is not packed: "),
        (&["greeter", "--key", "gone.pub"], 9, "cannot read the key file gone.pub"),
        (&["greeter", "--key", "key"], 9, "this is the secret key: give the public one"),
        (&["greeter", "--key", "text"], 9, "the key file text: this is no key"),
        (&[], 2, "FILE"),
    ] {
        stage.run(&[&["verify"], arguments].concat()).failed(code, text);
    }
}
