use std::fs;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use temps_plugin_bundle::Kind;

use crate::launcher::launcher;
use crate::stage::{Stage, fake_launcher};

/// What a plugin says of itself that asks for a lot, with texts that would do harm in a terminal.
fn greedy() -> Value {
    json!({
        "manifest": {
            "name": "greedy", "version": "1.2.3", "requires_db": false, "display_name": "G\u{1b}[2Jreedy", "description": "Does\nall",
            "events": ["deployment.*"], "capabilities": ["api_read"], "host_permissions": ["projects_read"], "public_paths": ["/hook"],
            "nav": [{ "label": "L\u{202e}", "icon": "puzzle", "section": "project", "path": "/greedy", "order": 1 }],
        },
        "openapi": { "openapi": "3.1.0", "info": { "title": "t", "version": "1" },
            "paths": { "/a": { "get": { "summary": "Gets\u{7} it" } }, "/b": { "post": {}, "put": {} } } },
        "stateless": true, "concurrent_events": true,
        "network": [
            { "origin": "https://api.example.org", "reason": "to ask\u{1b}]0;x\u{7} ".repeat(20) },
            { "origin": "https://*.other.example:8443", "reason": "語".repeat(80) },
        ],
        "config": [
            { "name": "api_key", "description": "The key\u{1b}[2J of a service", "required": true, "secret": true },
            { "name": "sender", "description": "An address", "required": true },
            { "name": "region", "description": "Where to", "default_value": "e\u{7}u" },
            { "name": "k".repeat(64), "description": "d".repeat(200), "required": true, "secret": true },
        ],
    })
}

pub(crate) fn described(description: &Value) -> Value {
    json!({ "prepare": { "description": description.to_string() } })
}

#[test]
fn all_of_it_is_told_and_nothing_steers_the_terminal() {
    let stage = Stage::new();
    stage.packed("greedy", described(&greedy()), &[]);
    let policy = "[network]\nallow = [\"https://api.example.org\", \"http://more.example\"]\nallow_private = [\"10.0.0.0/8\"]\n\
                  [limits]\nmemory = \"512MiB\"\n[config]\nkey = { env = \"E\" }\n\
                  api_key = \"hunter2\"\nsendr = \"\"\n[instance]\npass_headers = [\"cookie\"]\n";
    fs::write(stage.file("greedy.toml"), policy).unwrap();
    let text = stage.run(&["inspect", "greedy"]).out();
    for part in [
        "plugin       greedy 1.2.3 (G\\u{1b}[2Jreedy)\n",
        "\nsignature    none\n",
        "\npolicy       greedy.toml\n",
        "https://api.example.org  granted\n",
        "https://*.other.example:8443  not granted\n",
        "http://more.example  granted, and not asked for\n",
        "10.0.0.0/8  granted, addresses that are not public\n",
        "api_read  reads what the user",
        "projects_read",
        "deployment.*",
        "/hook\n             reached without signing in\n",
        "GET /a  Gets\\u{7} it\n             POST /b\n             PUT /b\n",
        "L\\u{202e} (project) /greedy\n",
        "memory 512MiB (default 256MiB)\n",
        "tells it `key`, from the environment variable E\n",
        "config       api_key  required, secret, set\n             \"The key\\u{1b}[2J of a service\"\n",
        "             sender  required, not set\n             \"An address\"\n",
        "             region  not set, default \"e\\u{7}u\"\n",
        "             sendr  set, and not declared: did you mean sender?\n",
        "             it would not start: the plugin `greedy` needs `sender` (An address)",
        &format!(
            "does not set them: add to its\n             [config]\n    sender = \"...\"\n    {} = \"...\"\n\nWants\n",
            "k".repeat(64)
        ),
        "the user's own `cookie` header",
        "- See the authorization of a user's request.\n",
        "2 origins.\n",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    assert!(!text.contains("hunter2"), "{text}");
    assert_eq!(text.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}'), None, "{text:?}");
    for line in text.lines() {
        let columns: usize = line.chars().map(|c| if c == '語' { 2 } else { 1 }).sum();
        assert!(columns <= 80, "{line}");
    }
}

#[test]
fn the_json_has_the_same() {
    let stage = Stage::new();
    stage.key("key");
    stage.packed("greedy", described(&greedy()), &["--sign", "key"]);
    let json = |more: &[&str]| -> Value {
        let out = stage.run(&[&["inspect", "greedy", "--json"], more].concat()).out();
        assert_eq!(out.lines().count(), 1);
        serde_json::from_str(&out).unwrap()
    };
    let told = json(&[]);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let expected = "bytes cannot concurrent_events content_security_policy description display_name exports file form granted imports limits name nav policy routes \
                    routes_from sha256 signature stateless ui ui_files version wants";
    assert_eq!(keys(&told).join(" "), expected);
    assert_eq!(keys(&told["wants"]).join(" "), "capabilities config events host_permissions network public_paths unknown_events");
    assert_eq!(keys(&told["wants"]["network"][0]).join(" "), "granted_by origin reason");
    assert_eq!(keys(&told["granted"]).join(" "), "allow_private network pass_headers unasked");
    assert_eq!(keys(&told["policy"]).join(" "), "config_keys error file state trusted_keys undeclared_config");
    assert_eq!(keys(&told["limits"]["memory"]).join(" "), "changed default value");
    let sha256: String = Sha256::digest(stage.read("greedy")).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((&told["sha256"], &told["bytes"]), (&json!(sha256), &json!(stage.read("greedy").len())));
    assert_eq!((&told["policy"]["state"], &told["signature"]["checked"]), (&json!("incomplete"), &json!(false)));
    assert!(
        told["policy"]["error"]
            .as_str()
            .unwrap()
            .contains("and there is no policy file: create greedy.toml with\n    [config]\n")
    );
    let region = json!({ "name": "region", "description": "Where to", "required": false, "secret": false, "default": "e\u{7}u", "set": false });
    assert_eq!(told["wants"]["config"][2], region);
    assert_eq!(told["wants"]["network"][0]["granted_by"], Value::Null);
    assert_eq!(told["routes"][0], json!({ "method": "GET", "path": "/a", "summary": "Gets\u{7} it" }));
    // What passes for a component in these tests is none.
    assert_eq!((&told["imports"], &told["ui"]), (&Value::Null, &Value::Null));

    let config = format!("[config]\napi_key = \"hunter2\"\nsender = \"s\"\n{} = \"\"\nother = \"o\"\n", "k".repeat(64));
    fs::write(stage.file("other.toml"), format!("[network]\nallow = [\"*\"]\n{config}")).unwrap();
    let told = json(&["--policy", "other.toml", "--key", "key.pub"]);
    assert_eq!((&told["policy"]["state"], &told["signature"]["checked"]), (&json!("ok"), &json!(true)));
    assert_eq!(told["wants"]["network"][1]["granted_by"], "*");
    assert_eq!((&told["wants"]["config"][0]["set"], &told["wants"]["config"][2]["set"]), (&json!(true), &json!(false)));
    assert_eq!((&told["policy"]["undeclared_config"], &told["policy"]["error"]), (&json!(["other"]), &Value::Null));
    assert!(!told.to_string().contains("hunter2"), "{told}");
}

#[test]
fn a_policy_that_does_not_hold_is_told() {
    let stage = Stage::new();
    stage.packed("greedy", described(&greedy()), &[]);
    fs::write(stage.file("greedy.toml"), "[limits]\nmemry = 1\n").unwrap();
    let ran = stage.run(&["inspect", "greedy"]);
    assert!(ran.code == Some(14) && ran.err.starts_with("error: it would not start, because of its policy: "), "{ran:?}");
    let text = ran.out;
    assert!(text.contains("policy       cannot be used, so it would not start:") && text.contains("`memry`"), "{text}");
    assert!(text.contains("https://api.example.org  not granted\n"), "{text}");
    let ran = stage.run(&["inspect", "greedy", "--json"]);
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(ran.code, Some(14));
    assert_eq!((&json["policy"]["state"], json["policy"]["error"].is_string()), (&json!("invalid"), true));
    stage.run(&["inspect", "greedy", "--policy", "greedy.toml"]).failed(14, "`[limits]` has no key `memry`");
    stage.run(&["inspect", "greedy", "--policy", "gone.toml"]).failed(14, "gone.toml");
}

#[test]
fn a_component_is_asked() {
    let stage = Stage::new();
    let hello = test_guests::TEMPS_HELLO_PLUGIN;
    let json = stage.run(&["inspect", hello, "--launcher", &launcher(), "--json"]).out();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["name"], &json["form"], &json["signature"]), (&json!("hello"), &json!("component"), &Value::Null));
    stage.run(&["pack", hello, "--launcher", &launcher()]).out();
    let packed: Value = serde_json::from_str(&stage.run(&["inspect", "hello", "--json"]).out()).unwrap();
    for key in ["name", "version", "wants", "imports", "exports", "routes", "nav", "limits", "cannot"] {
        assert_eq!(json[key], packed[key], "{key}");
    }
    let imports = packed["imports"].as_array().unwrap();
    assert!(imports.contains(&json!("temps:plugin/platform@0.1.0")), "{imports:?}");
    let text = stage.run(&["inspect", "hello"]).out();
    assert!(text.contains("\nInterfaces\ntakes        ") && text.lines().all(|line| line.len() <= 80), "{text}");
}

#[test]
fn declared_configuration_is_packed_and_told() {
    let stage = Stage::new();
    let guest = test_guests::NEEDS_CONFIG;
    let loose = stage.run(&["inspect", guest, "--launcher", &launcher(), "--json"]).out();
    let loose: Value = serde_json::from_str(&loose).unwrap();
    stage.run(&["pack", guest, "--launcher", &launcher()]).out();
    let packed: Value = serde_json::from_str(&stage.run(&["inspect", "needs-config", "--json"]).out()).unwrap();
    assert_eq!(loose["wants"], packed["wants"]);
    let keys = packed["wants"]["config"].as_array().unwrap();
    let told = |key: &Value| (key["name"].clone(), key["required"].clone(), key["secret"].clone(), key["default"].clone());
    assert_eq!(told(&keys[0]), (json!("api_key"), json!(true), json!(true), Value::Null));
    assert_eq!(told(&keys[2]), (json!("region"), json!(false), json!(false), json!("eu")));
    fs::write(stage.file("needs-config.toml"), "[config]\napi_key = \"k\"\nsender = \"s\"\n").unwrap();
    let text = stage.run(&["inspect", "needs-config"]).out();
    assert!(!text.contains("it would not start") && text.contains("sender  required, set\n"), "{text}");
}

#[test]
fn a_user_interface_is_packed_and_told() {
    let stage = Stage::new();
    let packed = stage.run(&["pack", test_guests::UI, "--launcher", &launcher()]);
    assert!(packed.err.contains(", ui "), "{packed:?}");
    packed.out();
    let kinds: Vec<Kind> = stage.bundle("ui").entries().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::COMPONENT, Kind::CODE, Kind::MANIFEST, Kind::UI]);
    let bytes = ["index.html", "assets/app-1a2b3c4d.js", "assets/logo 1.png"]
        .map(|file| format!("{}/../test-guests/guests/ui/web/dist/{file}", env!("CARGO_MANIFEST_DIR")))
        .map(|file| fs::metadata(file).unwrap().len());
    let expected = json!({ "files": 3, "bytes": bytes.iter().sum::<u64>() });
    for arguments in [
        &["inspect", "ui", "--json"][..],
        &["verify", "ui", "--json"],
        &["inspect", test_guests::UI, "--launcher", &launcher(), "--json"],
    ] {
        let json: Value = serde_json::from_str(&stage.run(arguments).out()).unwrap();
        assert_eq!(json["ui_files"], expected, "{arguments:?}");
    }
    let text = stage.run(&["inspect", "ui"]).out();
    assert!(text.contains("\ninterface    3 files, ") && text.contains(", at /ui/\n"), "{text}");
    let text = stage.run(&["verify", "ui"]).out();
    assert!(text.contains("\nui         ") && text.contains(", 3 files of "), "{text}");
    assert!(text.lines().all(|line| line.len() <= 80), "{text}");
}

#[test]
fn what_cannot_be_looked_at_is_told_apart() {
    let stage = Stage::new();
    stage.key("key");
    stage.packed("plugin", json!({}), &[]);
    stage.packed(
        "odd",
        json!({ "prepare": { "description": r#"{"manifest":{"name":"BAD","version":"1.0.0","requires_db":false}}"# } }),
        &[],
    );
    let packed = stage.read("plugin");
    fs::write(stage.file("cut"), &packed[..packed.len() - 1]).unwrap();
    let launcher = fake_launcher();
    for (arguments, code, text) in [
        (&["gone"][..], 3, "gone"),
        (&["cut"], 11, "was cut off"),
        (&["odd"], 3, "odd: the plugin's manifest is not valid"),
        (&[launcher.to_str().unwrap()], 3, "has no plugin in it"),
        (&["plugin", "--key", "key.pub"], 12, "is not signed"),
        (&["plugin", "--key", "gone.pub"], 9, "gone.pub"),
        (&[], 2, "FILE"),
    ] {
        stage.run(&[&["inspect"], arguments].concat()).failed(code, text);
    }
}
