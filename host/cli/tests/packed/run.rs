//! Packed plugins under the local Temps.

use serde_json::{Value, json};

use crate::stage::Stage;

#[test]
fn a_packed_plugin_runs_as_it_is() {
    for protocol in ["1", "2"] {
        // No launcher is needed.
        let stage = Stage::installed(None);
        stage.packed("greeter", json!({"name": "fake"}), &[]);
        let ran = stage.run(&["dev", "greeter", "--port", "0", "--protocol", protocol, "--get", "/a"]);
        assert!(ran.err.contains("fake 1.2.3 announced itself"), "{ran:?}");
        let out = ran.out();
        let (status, body) = out.split_once('\n').unwrap();
        assert_eq!(status, "200 OK");
        assert_eq!(serde_json::from_str::<Value>(body).unwrap()["target"], "/a");
        assert!(stage.file("target/temps-dev/greeter").is_dir());
    }
}

#[test]
fn a_plugin_that_cannot_run_says_why() {
    let stage = Stage::new();
    stage.packed("greeter", json!({}), &[]);
    stage.run(&["dev", "greeter", "--launcher", "greeter"]).failed(2, "greeter is packed, and has its own launcher");
    let packed = stage.read("greeter");
    stage.executable("cut", &packed[..packed.len() - 1]);
    stage.run(&["dev", "cut"]).failed(3, "was cut off");
    let stage = Stage::installed(Some(&crate::stage::fake_launcher()));
    stage.foreign_launcher("foreign");
    stage.component("a.wasm", json!({}));
    stage.run(&["pack", "a.wasm", "-o", "greeter", "--launcher", "foreign"]).out();
    stage.run(&["dev", "greeter", "--port", "0"]).failed(5, "plugin `greeter` did not start");
    let launcher = crate::stage::fake_launcher();
    stage.run(&["dev", launcher.to_str().unwrap()]).failed(3, "has no plugin in it");
}
