use std::sync::{Arc, Mutex};

use axum::routing::get;
use axum::{Extension, Router};
use include_dir::{DirEntry, File};
use tracing_subscriber::layer::SubscriberExt;

use super::*;
use crate::events::{DeploymentEvent, EventKind};
use crate::log::{LogLayer, Sink};
use crate::testing::fixture;
use crate::{ConfigKey, EventError, PluginContext, StartError};

#[derive(Default)]
struct Bare;

impl ExternalPlugin for Bare {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("bare", "1.0.0").build()
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        let about = format!("{} {} {}", ctx.plugin_name(), ctx.data_dir().display(), ctx.protocol_version());
        Ok(Router::new()
            .route("/about", get(async move || about))
            .route("/greeting", get(async move || ctx.config("greeting").unwrap_or_else(|| "none".to_owned())))
            .route("/id", get(async |Extension(id): Extension<RequestId>| id.0.to_string())))
    }
}

#[tokio::test]
async fn the_context_says_where_the_plugin_runs() {
    let plugin = TestPlugin::start::<Bare>().await.unwrap();
    assert_eq!(plugin.get("/about").await.unwrap().text().await.unwrap(), "bare /data v2");
    let builder = TestPlugin::builder().data_dir("/tmp/x").protocol_version(ProtocolVersion::V1);
    let plugin = builder.start::<Bare>().await.unwrap();
    assert_eq!(plugin.get("/about").await.unwrap().text().await.unwrap(), "bare /tmp/x v1");
}

#[tokio::test]
async fn the_configuration_is_what_the_test_sets() {
    let greeting = async |plugin: TestPlugin| plugin.get("/greeting").await.unwrap().text().await.unwrap();
    assert_eq!(greeting(TestPlugin::start::<Bare>().await.unwrap()).await, "none");
    let builder = TestPlugin::builder().config("greeting", "hello").config("greeting", "hi").config("other", "");
    assert_eq!(greeting(builder.start::<Bare>().await.unwrap()).await, "hi");
}

#[derive(Default)]
struct Configured;

impl ExternalPlugin for Configured {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("mail", "1.0.0")
            .config(ConfigKey::new("api_key", "The key of the mail service").required().secret())
            .config(ConfigKey::new("sender", "The address that mail comes from").required())
            .config(ConfigKey::new("region", "The region to send from").default_value("eu"))
            .config(ConfigKey::new("reply_to", "The address that answers go to"))
            .build()
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        let told = ctx.config_keys().into_iter().map(|key| (ctx.config(&key), key)).collect::<Vec<_>>();
        Ok(Router::new().route("/told", get(async move || axum::Json(told))))
    }
}

#[tokio::test]
async fn required_configuration_has_to_be_set() {
    let error = TestPlugin::start::<Configured>().await.unwrap_err();
    let expected = "the plugin `mail` needs `api_key` (The key of the mail service) and `sender` (The address that mail comes \
                    from), which this test does not set: add .config(\"api_key\", \"...\").config(\"sender\", \"...\")";
    assert_eq!(error.to_string(), expected);
    let error = TestPlugin::builder().config("api_key", "k").start::<Configured>().await.unwrap_err();
    assert!(matches!(&error, StartFailure::Config(missing) if missing.keys()[0].name == "sender"), "{error}");
}

#[tokio::test]
async fn defaults_stand_in_for_what_the_test_does_not_set() {
    let told = async |builder: TestPluginBuilder| {
        let plugin = builder.config("api_key", "").config("sender", "a@b").start::<Configured>().await.unwrap();
        plugin.get("/told").await.unwrap().text().await.unwrap()
    };
    let expected = r#"[["","api_key"],["eu","region"],["a@b","sender"]]"#;
    assert_eq!(told(TestPlugin::builder()).await, expected);
    let expected = r#"[["","api_key"],["x","other"],["","region"],["a@b","sender"]]"#;
    assert_eq!(told(TestPlugin::builder().config("region", "").config("other", "x")).await, expected);
}

#[tokio::test]
async fn each_request_has_an_id_of_its_own() {
    let plugin = TestPlugin::start::<Bare>().await.unwrap();
    assert_eq!(plugin.get("/id").await.unwrap().text().await.unwrap(), "1");
    assert_eq!(plugin.get("/id").await.unwrap().text().await.unwrap(), "2");
}

#[tokio::test]
async fn stopping_is_allowed_without_a_word_in_the_plugin() {
    TestPlugin::start::<Bare>().await.unwrap().shutdown().await;
}

static UI: Dir<'_> = Dir::new("", &[DirEntry::File(File::new("index.html", b"<!doctype html>"))]);
static WITHOUT_INDEX: Dir<'_> = Dir::new("", &[DirEntry::File(File::new("app.js", b""))]);

#[derive(Default)]
struct Shows<const INDEX: bool, const COLLIDES: bool>;

impl<const INDEX: bool, const COLLIDES: bool> ExternalPlugin for Shows<INDEX, COLLIDES> {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("shows", "1.0.0").build()
    }

    fn ui(&self) -> Option<&'static Dir<'static>> {
        Some(if INDEX { &UI } else { &WITHOUT_INDEX })
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        let path = if COLLIDES { "/ui/{*path}" } else { "/api" };
        Ok(Router::new().route(path, get(async || "")))
    }
}

#[tokio::test]
async fn a_user_interface_has_a_page_and_its_paths_to_itself() {
    let plugin = TestPlugin::start::<Shows<true, false>>().await.unwrap();
    assert!(plugin.ui().unwrap().get_file("index.html").is_some());
    assert!(TestPlugin::start::<Bare>().await.unwrap().ui().is_none());
    let error = TestPlugin::start::<Shows<false, false>>().await.unwrap_err();
    assert!(matches!(error, StartFailure::NoIndex), "{error}");
    let error = TestPlugin::start::<Shows<true, true>>().await.unwrap_err();
    assert!(matches!(&error, StartFailure::Reserved(route) if route.path == "/ui/{*path}"), "{error}");
}

#[derive(Default)]
struct Listens {
    attempts: Arc<Mutex<Vec<(String, u32)>>>,
}

impl ExternalPlugin for Listens {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("listens", "1.0.0").event("deployment.*").event("project.created").build()
    }

    async fn router(&self, _ctx: PluginContext) -> Result<Router, StartError> {
        let attempts = self.attempts.clone();
        Ok(Router::new().route("/attempts", get(async move || axum::Json(attempts.lock().unwrap().clone()))))
    }

    async fn on_event(&self, _ctx: &PluginContext, event: PluginEvent) -> Result<(), EventError> {
        self.attempts.lock().unwrap().push((event.event_type.clone(), event.attempt()));
        if let EventKind::DeploymentFailed(DeploymentEvent { error_message: Some(reason), .. }) = event.kind() {
            return Err(reason.into());
        }
        Ok(())
    }
}

#[tokio::test]
async fn an_event_reaches_the_plugin_as_often_as_it_is_delivered() {
    let plugin = TestPlugin::start::<Listens>().await.unwrap();
    let (failed, ready) = (fixture::deployment_failed(1, 7, 3), fixture::deployment_ready(1, 7, 3));
    for _ in 0..2 {
        let error = plugin.deliver(failed.clone()).await.unwrap_err();
        assert!(matches!(error, DeliverError::Failed(_)));
        assert_eq!(error.to_string(), "on_event failed: the build failed");
    }
    plugin.deliver(ready).await.unwrap();
    plugin.deliver(fixture::project_created(7, "shop")).await.unwrap();
    let attempts: Vec<(String, u32)> = plugin.get("/attempts").await.unwrap().json().await.unwrap();
    let attempts: Vec<_> = attempts.iter().map(|(event_type, attempt)| (event_type.as_str(), *attempt)).collect();
    assert_eq!(attempts, [("deployment.failed", 1), ("deployment.failed", 2), ("deployment.ready", 1), ("project.created", 1)]);
}

#[tokio::test]
async fn an_event_without_a_subscription_stays_away() {
    let plugin = TestPlugin::start::<Listens>().await.unwrap();
    let error = plugin.deliver(fixture::project_deleted(7, "shop")).await.unwrap_err();
    let said = "the manifest does not subscribe to `project.deleted`: it subscribes to deployment.*, project.created; add \
                `.event(\"project.deleted\")` to it";
    assert_eq!(error.to_string(), said);
    assert_eq!(plugin.get("/attempts").await.unwrap().text().await.unwrap(), "[]");
    let error = TestPlugin::start::<Bare>().await.unwrap().deliver(fixture::deployment_ready(1, 7, 3)).await.unwrap_err();
    let said = "it subscribes to nothing; add `.event(\"deployment.ready\")` to it";
    assert!(error.to_string().ends_with(said), "{error}");
}

#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

impl Sink for Warnings {
    fn emit(&self, level: tracing::Level, _: &str, message: String, _: Vec<(String, String)>) {
        if level == tracing::Level::WARN {
            self.0.lock().unwrap().push(message);
        }
    }
}

/// What is warned of while the plugin starts, which it does.
async fn warnings_of<P: ExternalPlugin>() -> Vec<String> {
    let warnings = Warnings::default();
    let subscriber = tracing_subscriber::registry().with(LogLayer::new(warnings.clone(), tracing::Level::INFO));
    let _guard = tracing::subscriber::set_default(subscriber);
    TestPlugin::start::<P>().await.unwrap();
    warnings.0.lock().unwrap().clone()
}

/// Subscribes to what is written with a slip of the pen, and has no handler.
#[derive(Default)]
struct Misspelt;

impl ExternalPlugin for Misspelt {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("misspelt", "1.0.0").event("deployment.suceeded").build()
    }

    async fn router(&self, _ctx: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new())
    }
}

/// Has a handler, and no subscription.
#[derive(Default)]
struct Deaf;

impl ExternalPlugin for Deaf {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("deaf", "1.0.0").build()
    }

    async fn router(&self, _ctx: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new())
    }

    async fn on_event(&self, _: &PluginContext, _: PluginEvent) -> Result<(), EventError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_start_warns_of_events_that_never_come() {
    assert!(warnings_of::<Listens>().await.is_empty());
    assert!(warnings_of::<Bare>().await.is_empty());
    let misspelt = warnings_of::<Misspelt>().await;
    assert!(misspelt[0].ends_with("did you mean `deployment.succeeded`?"), "{misspelt:?}");
    assert!(misspelt[1].contains("`on_event` is not implemented") && misspelt.len() == 2, "{misspelt:?}");
    let deaf = warnings_of::<Deaf>().await;
    assert!(deaf[0].starts_with("`on_event` is implemented") && deaf.len() == 1, "{deaf:?}");
}

#[tokio::test]
async fn a_path_that_is_none_is_the_tests_own_fault() {
    let plugin = TestPlugin::start::<Bare>().await.unwrap();
    assert!(matches!(plugin.get("no slash").await, Err(TestError::Request(_))));
}

#[derive(Default)]
struct Unnamed;

impl ExternalPlugin for Unnamed {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("Not A Name", "1.0.0").build()
    }

    async fn router(&self, _ctx: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new())
    }
}

#[derive(Default)]
struct Undocumented;

impl ExternalPlugin for Undocumented {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("undocumented", "1.0.0").build()
    }

    fn openapi_schema(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" }, "paths": { "list": {} } }))
    }

    async fn router(&self, _ctx: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new())
    }
}

#[derive(Default)]
struct Shadowed;

impl ExternalPlugin for Shadowed {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("shadowed", "1.0.0").build()
    }

    async fn router(&self, _ctx: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new().nest("/_temps", Router::new().route("/mine", get(async || {}))))
    }
}

#[derive(Default)]
struct Broken<const IN_ROUTER: bool>;

impl<const IN_ROUTER: bool> ExternalPlugin for Broken<IN_ROUTER> {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("broken", "1.0.0").build()
    }

    async fn router(&self, _ctx: PluginContext) -> Result<Router, StartError> {
        if IN_ROUTER { Err("no key".into()) } else { Ok(Router::new()) }
    }

    async fn on_start(&self, _ctx: &PluginContext) -> Result<(), StartError> {
        Err(std::io::Error::other("no lock"))?;
        Ok(())
    }
}

#[tokio::test]
async fn each_way_to_fail_is_told_apart() {
    let failure = TestPlugin::start::<Unnamed>().await.unwrap_err();
    assert!(matches!(failure, StartFailure::Manifest(_)), "{failure}");
    let failure = TestPlugin::start::<Undocumented>().await.unwrap_err();
    assert_eq!(failure.to_string(), r#"the OpenAPI document is not valid: its path "list" does not begin with `/`"#);
    let failure = TestPlugin::start::<Shadowed>().await.unwrap_err();
    assert!(failure.to_string().contains("/_temps/mine"), "{failure}");
    let failure = TestPlugin::start::<Broken<true>>().await.unwrap_err();
    assert_eq!(failure.to_string(), "router failed: no key");
    let failure = TestPlugin::start::<Broken<false>>().await.unwrap_err();
    assert_eq!(failure.to_string(), "on_start failed: no lock");
}
