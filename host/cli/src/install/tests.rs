use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use tempfile::TempDir;
use temps_plugin_bundle::{Bundle, Kind};

use super::*;
use crate::ask::testing::Answers;

const PLAIN: Style = Style { colour: false };

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::create_dir(place.plugins()).unwrap();
        place
    }

    fn plugins(&self) -> PathBuf {
        self.0.path().join("plugins")
    }

    fn policy(&self) -> String {
        fs::read_to_string(self.plugins().join("greeter.toml")).unwrap()
    }

    /// Packs a plugin that asks for `origins`.
    fn pack(&self, version: &str, origins: &[&str]) -> InstallOptions {
        let network: Vec<Value> = origins.iter().map(|origin| json!({ "origin": origin, "reason": "to ask" })).collect();
        self.pack_described(version, &json!({ "network": network }))
    }

    /// Packs a plugin that requires the keys, of which those that begin with `secret` are secret.
    fn pack_requiring(&self, version: &str, keys: &[&str]) -> InstallOptions {
        let key =
            |key: &&str| json!({ "name": key, "description": "For it", "required": true, "secret": key.starts_with("secret") });
        self.pack_described(version, &json!({ "config": keys.iter().map(key).collect::<Vec<_>>() }))
    }

    fn pack_described(&self, version: &str, described: &Value) -> InstallOptions {
        let mut description = json!({ "manifest": { "name": "greeter", "version": version, "requires_db": false } });
        description.as_object_mut().unwrap().extend(described.as_object().unwrap().clone());
        let (launcher, file) = (self.0.path().join("launcher"), self.0.path().join("new"));
        fs::write(&launcher, "launcher").unwrap();
        let description = description.to_string().into_bytes();
        Bundle::builder().section(Kind::COMPONENT, b"c").section(Kind::MANIFEST, description).write(&launcher, &file).unwrap();
        InstallOptions { file, plugins_dir: self.plugins(), ..InstallOptions::default() }
    }

    fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.plugins().join(name)).unwrap().permissions().mode() & 0o7777
    }

    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.plugins()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }
}

/// What was asked, what was shown, and how it went.
fn run(options: &InstallOptions, answers: &[bool]) -> (Vec<String>, String, Result<Installed, InstallError>) {
    let (mut ask, mut shown) = (Answers::new(answers), String::new());
    let installed = install(options, PLAIN, &mut ask, &mut |text| shown.push_str(text));
    (ask.questions, shown, installed)
}

#[test]
fn each_want_is_asked_for_and_then_the_whole() {
    let place = Place::new();
    let options = place.pack("1.0.0", &["https://a.example", "https://b.example"]);
    let (questions, shown, installed) = run(&options, &[true, false, true]);
    installed.unwrap();
    let last = format!("Install greeter 1.0.0 as {}?", place.plugins().join("greeter").display());
    assert_eq!(questions, ["Grant https://a.example?", "Grant https://b.example?", &last]);
    assert!(shown.contains("https://a.example  not granted\n             \"to ask\"\n"), "{shown}");
    assert!(place.policy().ends_with("\nallow = [\"https://a.example\"]\n"), "{}", place.policy());
}

#[test]
fn who_declines_gets_nothing() {
    let place = Place::new();
    let (_, _, installed) = run(&place.pack("1.0.0", &["https://a.example"]), &[true, false]);
    assert!(matches!(installed, Err(InstallError::Declined)), "{installed:?}");
    assert_eq!(place.names(), [""; 0]);
}

/// The questions for values, and how it went.
fn run_with_values(
    options: &InstallOptions,
    answers: &[bool],
    values: &[&str],
) -> (Vec<(String, bool)>, Result<Installed, InstallError>) {
    let mut ask = Answers::new(answers).values(values);
    let installed = install(options, PLAIN, &mut ask, &mut |_| {});
    (ask.value_questions, installed)
}

#[test]
fn required_values_are_asked_for_and_written() {
    let place = Place::new();
    let options = place.pack_requiring("1.0.0", &["sender", "secret_key"]);
    let (questions, installed) = run_with_values(&options, &[true], &["a@b", "hunter2 \" "]);
    let notes = installed.unwrap().notes;
    let asked = |key: &str, hidden: &str| format!("Value of {key} (For it){hidden}, or nothing to set it later:");
    let hidden = ", which is not shown";
    assert_eq!(questions, [(asked("sender", ""), false), (asked("secret_key", hidden), true)]);
    let expected = "\n# sender, required: For it\nsender = \"a@b\"\n# secret_key, required: For it\nsecret_key = 'hunter2 \" '\n";
    assert!(place.policy().ends_with(expected), "{}", place.policy());
    assert_eq!(place.mode("greeter.toml"), 0o600, "a secret is its owner's");
    assert!(notes.len() == 2 && !notes.concat().contains("hunter2"), "{notes:?}");
}

#[test]
fn a_value_that_nobody_gives_is_told_with_the_lines_to_add() {
    let place = Place::new();
    let options = place.pack_requiring("1.0.0", &["sender", "other"]);
    let (_, installed) = run_with_values(&options, &[true], &["", "o"]);
    let policy = place.plugins().join("greeter.toml");
    let expected = format!(
        "it does not start yet: the plugin `greeter` needs `sender` (For it) and the policy file {} does not set it: add to its \
         [config]\n    sender = \"...\"",
        policy.display()
    );
    assert_eq!(installed.unwrap().notes[2..].join("\n"), expected);
    assert!(place.policy().ends_with("\n# sender = \"...\"\n# other, required: For it\nother = \"o\"\n"), "{}", place.policy());
    assert_eq!(place.mode("greeter.toml"), 0o644);
    // A declined install writes no value.
    let place = Place::new();
    let options = place.pack_requiring("1.0.0", &["sender"]);
    let (_, declined) = run_with_values(&options, &[false], &["hunter2"]);
    assert!(matches!(declined, Err(InstallError::Declined)), "{declined:?}");
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn an_upgrade_asks_for_values_that_are_new_alone() {
    let place = Place::new();
    run_with_values(&place.pack_requiring("1.0.0", &["sender"]), &[true], &["a@b"]).1.unwrap();
    let before = format!("# mine\n{}", place.policy());
    fs::write(place.plugins().join("greeter.toml"), &before).unwrap();
    let options = place.pack_requiring("1.1.0", &["sender", "secret_key"]);
    let (questions, installed) = run_with_values(&options, &[true], &["s"]);
    assert_eq!(questions.len(), 1, "{questions:?}");
    assert_eq!(place.policy(), format!("{before}secret_key = \"s\"\n"));
    let note = installed.unwrap().notes.pop().unwrap();
    assert!(note.starts_with("others may read ") && note.ends_with("which has a secret now: chmod o-r it"), "{note}");
    let (questions, installed) = run_with_values(&options, &[true], &[]);
    assert_eq!((questions.len(), installed.unwrap().notes.len()), (0, 2));
}

#[test]
fn an_upgrade_asks_for_what_is_new_alone() {
    let place = Place::new();
    run(&place.pack("1.0.0", &["https://a.example", "https://b.example"]), &[true, false, true]).2.unwrap();
    fs::write(place.plugins().join("greeter.toml"), format!("# mine\n{}", place.policy())).unwrap();
    let options = place.pack("1.1.0", &["https://a.example", "https://b.example", "https://c.example"]);
    let (questions, shown, installed) = run(&options, &[true, true]);
    installed.unwrap();
    assert_eq!(questions.len(), 2, "{questions:?}");
    assert_eq!(questions[0], "Grant https://c.example?");
    for text in [
        "greeter 1.0.0: an upgrade",
        "https://c.example  NEW, not granted",
        "https://b.example  not granted",
        "a.example  granted before",
    ] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let policy = place.policy();
    assert!(
        policy.starts_with("# mine\n") && policy.ends_with("\nallow = [\"https://a.example\", \"https://c.example\"]\n"),
        "{policy}"
    );
    let (questions, shown, installed) = run(&place.pack("1.0.9", &["https://c.example"]), &[true]);
    installed.unwrap();
    assert_eq!(questions.len(), 1, "{questions:?}");
    assert!(shown.contains("greeter 1.1.0: a DOWNGRADE"), "{shown}");
    assert_eq!(place.policy(), policy, "nothing is taken away");
}

#[test]
fn a_write_that_fails_leaves_what_was_there() {
    let place = Place::new();
    run(&place.pack("1.0.0", &["https://a.example"]), &[true, true]).2.unwrap();
    let (policy, plugin) = (place.policy(), fs::read(place.plugins().join("greeter")).unwrap());
    let options = place.pack("2.0.0", &["https://b.example"]);
    // Between the look at it and the copy, the file becomes another one.
    let mut ask = Answers::new(&[true, true]);
    let file = options.file.clone();
    let changed = install(&options, PLAIN, &mut ask, &mut |_| {
        place.pack("2.0.1", &["https://b.example"]);
    });
    assert!(matches!(&changed, Err(InstallError::Changed { path }) if *path == file), "{changed:?}");
    // A folder where nothing can be made. For root there is none, so a folder takes the plugin's place instead.
    let (target, aside) = (place.plugins().join("greeter"), place.0.path().join("aside"));
    let failed = install(&options, PLAIN, &mut Answers::new(&[true, true]), &mut |_| {
        fs::rename(&target, &aside).unwrap();
        fs::create_dir_all(target.join("in the way")).unwrap();
    });
    assert!(matches!(&failed, Err(InstallError::Write { doing: "replace", .. })), "{failed:?}");
    fs::remove_dir_all(&target).unwrap();
    fs::rename(&aside, &target).unwrap();
    assert_eq!((place.policy(), fs::read(&target).unwrap()), (policy, plugin));
    assert_eq!(place.names(), ["greeter", "greeter.toml"]);
}

#[test]
fn modes_are_those_of_a_program_and_of_a_text() {
    let place = Place::new();
    let mode = |name: &str| place.mode(name);
    run(&place.pack("1.0.0", &[]), &[true]).2.unwrap();
    assert_eq!((mode("greeter"), mode("greeter.toml")), (0o755, 0o644));
    fs::set_permissions(place.plugins().join("greeter.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    run(&place.pack("1.0.1", &["https://a.example"]), &[true, true]).2.unwrap();
    assert_eq!((mode("greeter"), mode("greeter.toml")), (0o755, 0o600), "a policy keeps its mode");
    fs::set_permissions(place.plugins().join("greeter.toml"), fs::Permissions::from_mode(0o646)).unwrap();
    let (_, _, refused) = run(&place.pack("1.0.2", &[]), &[true]);
    assert!(matches!(refused, Err(InstallError::Policy(_))), "{refused:?}");
}

#[test]
fn the_same_plugin_is_not_there_twice() {
    let place = Place::new();
    run(&place.pack("1.0.0", &[]), &[true]).2.unwrap();
    let options = InstallOptions { name: Some("other".into()), ..place.pack("1.0.1", &[]) };
    let (_, _, refused) = run(&options, &[true]);
    assert!(matches!(&refused, Err(InstallError::Twice { path, .. }) if path.ends_with("greeter")), "{refused:?}");
    for name in ["", ".a", "a/b", "a.toml", "a.wasm", "a\0"] {
        let (_, _, refused) = run(&InstallOptions { name: Some(name.into()), ..options.clone() }, &[true]);
        assert!(matches!(refused, Err(InstallError::Name { .. })), "{name:?}: {refused:?}");
    }
}

#[test]
fn a_link_is_replaced_and_not_what_it_leads_to() {
    let place = Place::new();
    let options = place.pack("1.0.0", &[]);
    let elsewhere = place.0.path().join("elsewhere");
    fs::copy(&options.file, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, place.plugins().join("greeter")).unwrap();
    let before = fs::read(&elsewhere).unwrap();
    run(&place.pack("2.0.0", &[]), &[true]).2.unwrap();
    assert_eq!(fs::read(&elsewhere).unwrap(), before);
    assert!(!fs::symlink_metadata(place.plugins().join("greeter")).unwrap().is_symlink());
}

#[test]
fn values_can_be_given_beforehand() {
    let place = Place::new();
    let set = |key: &str, value: &str| ConfigWish { key: key.into(), value: value.into() };
    let options = place.pack_requiring("1.0.0", &["sender", "secret_key"]);
    let given = InstallOptions { values: vec![set("sender", "a"), set("sender", "b@c")], yes: true, ..options.clone() };
    let notes = run(&given, &[]).2.unwrap().notes.concat();
    assert!(place.policy().contains("\nsender = \"b@c\"\n"), "{}", place.policy());
    assert!(notes.contains("does not start yet") && notes.contains("secret_key"), "{notes}");
    // Over one that the policy has, too.
    let again = InstallOptions { values: vec![set("sender", "d")], yes: true, ..options.clone() };
    run(&again, &[]).2.unwrap();
    assert!(place.policy().contains("\nsender = \"d\"\n") && !place.policy().contains("b@c"), "{}", place.policy());

    for (key, expected) in [
        ("other", "--set other: the plugin declares no such key, but sender, secret_key"),
        ("secret_key", "--set secret_key: it is a secret"),
    ] {
        let refused = InstallOptions { values: vec![set(key, "x")], yes: true, ..options.clone() };
        let error = run(&refused, &[]).2.unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
        assert!(!place.policy().contains("\"x\""));
    }
}

#[test]
fn thousands_of_grants_are_refused_in_no_time() {
    let place = Place::new();
    let origins: Vec<String> = (0..5_000).map(|n| format!("https://host-{n}.example")).collect();
    let options = place.pack("1.0.0", &origins.iter().map(String::as_str).collect::<Vec<_>>());
    let options = InstallOptions { grants: vec![GrantWish::All], yes: true, ..options };
    let begun = std::time::Instant::now();
    // No policy has room for them, which is found at once: with work for each pair it took minutes.
    let refused = run(&options, &[]).2;
    assert!(matches!(refused, Err(InstallError::Policy(_))), "{refused:?}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(place.names(), [""; 0]);
}
