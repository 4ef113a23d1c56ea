use std::sync::OnceLock;

use temps_plugin_protocol::ProtocolVersion;

use crate::fails_before_line_1;
use crate::support::Pack;

fn needs_config() -> &'static Pack {
    static PACK: OnceLock<Pack> = OnceLock::new();
    PACK.get_or_init(|| Pack::of(test_guests::NEEDS_CONFIG))
}

#[tokio::test]
async fn required_configuration_is_missed_before_anything_is_made() {
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        let said = ["needs `api_key` (The key of the mail service) and `sender`", "there is no policy file: create"];
        fails_before_line_1(needs_config().start().version(version), 11, &said).await;
        let start = needs_config().start().version(version).policy("[config]\napi_key = \"k\"");
        let path = start.folder().join("plugin.toml");
        let said = format!("the policy file {} does not set it: add to its [config]\n    sender = \"...\"", path.display());
        fails_before_line_1(start, 11, &[&said]).await;
    }
}

#[tokio::test]
async fn declarations_are_packed_with_their_defaults() {
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        let policy = "[config]\napi_key = \"k\"\nsender = \"s\"\nregon = \"\"";
        let launcher = needs_config().start().version(version).policy(policy).ready().await;
        assert_eq!(launcher.get("/config/region").await.text, "eu");
        assert_eq!(launcher.get("/keys").await.text, "api_key,region,regon,sender");
        launcher.logged("does not declare `config.regon`: did you mean `region`?").await;
        launcher.stop().await;
    }
}
