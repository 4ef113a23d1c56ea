use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::testing::{FixturePlatform, TestCaller};
use crate::{Capability, PlatformError, TempsClient};

const BOTH: &[Capability] = &[Capability::ApiRead, Capability::ApiWrite];

fn client(platform: &FixturePlatform, caller: &TestCaller, granted: &[Capability]) -> ApiClient {
    let temps = TempsClient::new(platform.clone());
    ApiClient::new(temps.platform(), caller.verified().actor().cloned(), granted.into())
}

/// The one call that was made.
fn made(platform: &FixturePlatform) -> ApiRequest {
    let [call] = platform.api_calls().try_into().unwrap();
    call.request
}

#[tokio::test]
async fn a_call_is_sent_as_it_was_put_together() {
    let platform = FixturePlatform::new().api(ApiMethod::Post, "/projects", 201, json!({ "id": 7 }));
    let api = client(&platform, &TestCaller::new(3), BOTH);
    let builder =
        api.post("/projects").query(&[("a", "1 2"), ("b", "ü&")]).query(&BTreeMap::from([("c", 3)])).query(&[("", ""); 0]);
    let answer = builder.json(&json!({ "name": "shop" })).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.text()), (201, r#"{"id":7}"#));
    assert_eq!(answer.json::<Value>().unwrap(), json!({ "id": 7 }));
    assert!(matches!(answer.json::<String>(), Err(ApiError::Decode(_))));

    let calls = platform.api_calls();
    assert_eq!(calls[0].user_id, 3);
    let request = made(&platform);
    assert_eq!((request.method, request.path.as_str()), (ApiMethod::Post, "/projects"));
    assert_eq!(request.query.as_deref(), Some("a=1+2&b=%C3%BC%26&c=3"));
    assert_eq!(request.body, Some(ApiBody::Json(r#"{"name":"shop"}"#.to_owned())));
}

#[tokio::test]
async fn each_method_has_its_name() {
    let platform = FixturePlatform::new();
    let api = client(&platform, &TestCaller::new(3), BOTH);
    for builder in [api.get("/x"), api.post("/x"), api.put("/x"), api.patch("/x"), api.delete("/x")] {
        assert_eq!(builder.send().await.unwrap().status(), 404);
    }
    let methods: Vec<_> = platform.api_calls().iter().map(|call| call.request.method.as_str()).collect();
    assert_eq!(methods, ["GET", "POST", "PUT", "PATCH", "DELETE"]);
}

#[tokio::test]
async fn a_form_keeps_its_parts_in_order() {
    let platform = FixturePlatform::new();
    let form = Form::new().text("title", "Logo").bytes("file", "logo.png", "image/png", [1, 2]);
    client(&platform, &TestCaller::new(3), BOTH).put("/x").multipart(form).send().await.unwrap();
    let part = |name: &str, content| MultipartPart { name: name.into(), filename: None, content_type: None, content };
    let parts = vec![
        part("title", PartContent::Text("Logo".into())),
        MultipartPart {
            filename: Some("logo.png".into()),
            content_type: Some("image/png".into()),
            ..part("file", PartContent::Binary(vec![1, 2]))
        },
    ];
    assert_eq!(made(&platform).body, Some(ApiBody::Multipart(parts)));
}

#[tokio::test]
async fn an_error_status_is_an_answer_until_it_is_asked_about() {
    let platform = FixturePlatform::new().api(ApiMethod::Get, "/x", 409, json!("taken"));
    let answer = client(&platform, &TestCaller::new(3), BOTH).get("/x").send().await.unwrap();
    assert_eq!(answer.status(), 409);
    let error = answer.error_for_status().unwrap_err();
    assert_eq!(error.to_string(), "the platform's API answered 409 Conflict: \"taken\"");
    assert!(ApiResponse::new(302, "").unwrap().error_for_status().is_ok());
    assert!(matches!(ApiResponse::new(99, ""), Err(ApiError::Platform(PlatformError::Protocol(_)))));
}

#[tokio::test]
async fn what_cannot_be_sent_is_not() {
    #[derive(serde::Serialize)]
    struct Nested {
        inner: BTreeMap<&'static str, u8>,
    }
    let platform = FixturePlatform::new();
    let caller = TestCaller::new(3);
    let api = client(&platform, &caller, BOTH);
    let nested = Nested { inner: BTreeMap::from([("a", 1)]) };
    let no_json = BTreeMap::from([((1, 2), 3)]);
    for (builder, expected) in [
        (api.get("/x").query(&nested).json(&1), "Encode"),
        (api.post("/x").json(&no_json), "Encode"),
        (api.get("x"), "InvalidPath"),
        (api.get("/%2e%2e/x"), "InvalidPath"),
        (api.get("/x?y"), "InvalidPath"),
    ] {
        let error = builder.send().await.unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{error:?}");
    }
    let read = client(&platform, &caller, &[Capability::ApiRead]);
    assert_eq!(read.post("/x").send().await, Err(ApiError::MissingCapability(Capability::ApiWrite)));
    let write = client(&platform, &caller, &[Capability::ApiWrite]);
    assert_eq!(write.get("/x").send().await, Err(ApiError::MissingCapability(Capability::ApiRead)));
    assert_eq!(client(&platform, &caller.without_actor(), BOTH).get("/x").send().await, Err(ApiError::NoActor));
    assert_eq!(platform.api_calls(), []);
}

#[tokio::test]
async fn a_body_has_a_largest_size() {
    let platform = FixturePlatform::new();
    let api = client(&platform, &TestCaller::new(3), BOTH);
    let form = |bytes: usize| Form::new().text("a", "x").bytes("b", "b", "c/d", vec![0; bytes]);
    assert!(api.post("/x").multipart(form(MAX_API_PAYLOAD_BYTES - 1)).send().await.is_ok());
    let error = api.post("/x").multipart(form(MAX_API_PAYLOAD_BYTES)).send().await.unwrap_err();
    assert_eq!(error, ApiError::TooLarge { bytes: MAX_API_PAYLOAD_BYTES + 1, limit: MAX_API_PAYLOAD_BYTES });
}

#[tokio::test]
async fn a_failing_platform_fails_calls_too() {
    let platform = FixturePlatform::new().failing(PlatformError::TimedOut);
    let failed = client(&platform, &TestCaller::new(3), BOTH).get("/x").send().await;
    assert_eq!(failed, Err(ApiError::Platform(PlatformError::TimedOut)));
}
