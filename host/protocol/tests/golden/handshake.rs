use serde_json::json;
use temps_plugin_protocol::{
    Capability, HandshakeError, LaunchLine, NavEntry, NavSection, PluginManifest, PluginUi, ReadyLine, UiRoute,
    decode_manifest_line, decode_ready_line, encode_manifest_line,
};

use crate::check::{agrees, other, read, version};

goldens! {
    v1_manifest_line => |name| manifest_line(name, &full()),
    v2_manifest_line => |name| manifest_line(name, &full()),
    v1_manifest_line_minimal => |name| manifest_line(name, &PluginManifest::builder("hello", "0.1.0").build()),
    v2_manifest_line_minimal => |name| manifest_line(name, &PluginManifest::builder("hello", "0.1.0").build()),
    v1_ready_line => |name| ready_line(name, &ReadyLine { has_ui: false, openapi: None }),
    v2_ready_line => |name| ready_line(name, &ReadyLine { has_ui: false, openapi: None }),
    v1_ready_line_openapi => |name| ready_line(name, &with_openapi()),
    v2_ready_line_openapi => |name| ready_line(name, &with_openapi()),
    v2_launch_line => |name| {
        let line = LaunchLine { auth_secret: "s3cret".into(), database_url: None, host_data_dir: None };
        launch_line(name, &line, &full());
    },
    v2_launch_line_privileged => |name| {
        let line = LaunchLine {
            auth_secret: "s3cret".into(),
            database_url: Some("postgres://temps@localhost/temps".into()),
            host_data_dir: Some("/var/lib/temps".into()),
        };
        launch_line(name, &line, &PluginManifest { requires_db: true, requires_host_data_access: true, ..full() });
    },
}

fn full() -> PluginManifest {
    let nav = |label: &str, icon: &str, section, path: &str, order| NavEntry {
        label: label.into(),
        icon: icon.into(),
        section,
        path: path.into(),
        order,
    };
    PluginManifest::builder("seo-audit", "1.2.0-beta.1")
        .display_name("SEO Audit")
        .description("Crawls a site after each deployment.")
        .nav(nav("SEO", "search", NavSection::Platform, "/seo-audit", 50))
        .nav(nav("SEO settings", "settings", NavSection::Settings, "/seo-audit/settings", 0))
        .nav(nav("SEO of the project", "chart-line", NavSection::Project, "/seo", 7))
        .ui(PluginUi {
            entry_js: "assets/index.js".into(),
            css: vec!["assets/index.css".into()],
            routes: vec![UiRoute { path: "/seo-audit".into(), title: "SEO Audit".into() }],
        })
        .requires_db(false)
        .health_path("/healthz")
        .event("deployment.succeeded")
        .events(["project.*"])
        .hide_header(true)
        .public_path("/webhooks")
        .capability(Capability::ApiRead)
        .capability(Capability::ApiWrite)
        .capability(Capability::ApiRead)
        .host_permission("projects_read")
        .host_permission("events_read")
        .build()
}

fn with_openapi() -> ReadyLine {
    let openapi = json!({"openapi": "3.1.0", "paths": {"/hello/{id}": {"get": {}}}});
    ReadyLine { has_ui: true, openapi: Some(openapi) }
}

fn manifest_line(name: &str, manifest: &PluginManifest) {
    let version = version(name);
    assert_eq!(manifest.validate(), Ok(()));
    agrees(name, manifest, |manifest| encode_manifest_line(version, manifest), |text| decode_manifest_line(version, text));
    let refused = decode_manifest_line(other(version), &read(name));
    assert!(matches!(refused, Err(HandshakeError::Type { .. })), "{refused:?}");
}

fn ready_line(name: &str, line: &ReadyLine) {
    let version = version(name);
    agrees(name, line, |line| line.encode(version), |text| decode_ready_line(version, text));
}

fn launch_line(name: &str, line: &LaunchLine, manifest: &PluginManifest) {
    agrees(name, line, LaunchLine::encode, |text| LaunchLine::decode(text, manifest));
}
