use serde::Serialize;
use serde_json::{Map, Value};

use super::call::is_known;
use super::frame::{frame_type, id, object, other_type};
use super::{FrameError, MAX_API_PAYLOAD_BYTES, PlatformCall};
use crate::ProtocolVersion;

const REQUEST: &str = "request";

#[derive(Serialize)]
#[serde(tag = "type", rename = "request")]
struct V1<'a> {
    id: u64,
    #[serde(flatten)]
    call: &'a PlatformCall,
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "request")]
struct V2<'a> {
    id: u64,
    call: &'a PlatformCall,
}

/// A plugin's request. The id is the caller's choice, and has to differ from those under way.
///
/// # Errors
///
/// [`FrameError::MethodUnknown`] for an API call in v1, which has none;
/// [`FrameError::PayloadTooLarge`] for one beyond [`MAX_API_PAYLOAD_BYTES`].
pub fn encode_request(version: ProtocolVersion, id: u64, call: &PlatformCall) -> Result<String, FrameError> {
    if !is_known(version, call.method()) {
        return Err(FrameError::MethodUnknown { id, method: call.method().to_owned(), version });
    }
    check_payload(id, call)?;
    match version {
        ProtocolVersion::V1 => serde_json::to_string(&V1 { id, call }),
        ProtocolVersion::V2 => serde_json::to_string(&V2 { id, call }),
    }
    .map_err(|reason| FrameError::Encode { id, reason })
}

/// Reads a plugin's frame, as a host does: the request's id and what it asks. Missing or `null`
/// parameters are taken as none.
///
/// # Errors
///
/// [`FrameError`]. Where [`FrameError::id`] gives a number, the plugin waits for an answer, and
/// [`FrameError::to_channel_error`] is one.
pub fn decode_plugin_frame(version: ProtocolVersion, text: &str) -> Result<(u64, PlatformCall), FrameError> {
    let mut fields = object(text)?;
    if frame_type(&fields) != Some(REQUEST) {
        return Err(other_type(&fields));
    }
    let id = id(&fields, REQUEST)?;
    let (field, mut call) = match version {
        ProtocolVersion::V1 => ("method", fields),
        ProtocolVersion::V2 => match fields.remove("call") {
            Some(Value::Object(call)) => ("call.method", call),
            _ => ("call", Map::new()),
        },
    };
    let Some(Value::String(method)) = call.remove("method") else {
        return Err(FrameError::MethodMissing { id, field, version });
    };
    if !is_known(version, &method) {
        return Err(FrameError::MethodUnknown { id, method, version });
    }
    let params = call.remove("params").filter(|params| !params.is_null()).unwrap_or_else(|| Value::Object(Map::new()));
    let call = Map::from_iter([("method".to_owned(), Value::String(method.clone())), ("params".to_owned(), params)]);
    let call = serde_json::from_value(Value::Object(call)).map_err(|reason| FrameError::Params { id, method, reason })?;
    check_payload(id, &call)?;
    Ok((id, call))
}

fn check_payload(id: u64, call: &PlatformCall) -> Result<(), FrameError> {
    if let PlatformCall::ApiCall(call) = call
        && call.payload_bytes() > MAX_API_PAYLOAD_BYTES
    {
        return Err(FrameError::PayloadTooLarge { id, bytes: call.payload_bytes() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{ApiBody, ApiCall, ApiMethod, ErrorCode, MultipartPart, PartContent};
    use ProtocolVersion::{V1, V2};

    fn frame(version: ProtocolVersion, id: Value, call: Value) -> Value {
        match version {
            V1 => {
                let mut frame = call;
                frame["type"] = json!("request");
                frame["id"] = id;
                frame
            }
            V2 => json!({"type": "request", "id": id, "call": call}),
        }
    }

    fn decode(version: ProtocolVersion, frame: &Value) -> Result<(u64, PlatformCall), FrameError> {
        decode_plugin_frame(version, &frame.to_string())
    }

    fn api_call(body: ApiBody) -> PlatformCall {
        PlatformCall::ApiCall(ApiCall {
            method: ApiMethod::Post,
            path: "/projects".into(),
            query: None,
            body: Some(body),
            actor: "token".into(),
        })
    }

    #[test]
    fn what_is_no_request_has_no_id() {
        for version in [V1, V2] {
            let error = decode_plugin_frame(version, "ping").unwrap_err();
            assert!(matches!(error, FrameError::NotJson { .. }), "{error:?}");
            assert_eq!(error.id(), None);
            let error = decode(version, &json!([1])).unwrap_err();
            assert!(matches!(error, FrameError::NotAnObject), "{error:?}");
            assert_eq!(error.id(), None);
            for frame in [json!({"id": 1}), json!({"type": "event", "id": 1}), json!({"type": 1, "id": 1})] {
                let error = decode(version, &frame).unwrap_err();
                assert!(matches!(error, FrameError::Type { .. }), "{error:?}");
                assert_eq!(error.id(), None);
            }
        }
        let error = decode(V2, &json!({"type": "hello"})).unwrap_err();
        assert_eq!(error.to_string(), r#"channel frame: `type` is "hello", which this side does not take"#);
    }

    #[test]
    fn an_id_is_an_unsigned_64_bit_number() {
        let call = json!({"method": "get_project", "params": {"project_id": 7}});
        for version in [V1, V2] {
            for id in [0, u64::MAX] {
                assert_eq!(decode(version, &frame(version, json!(id), call.clone())).unwrap().0, id);
            }
            for id in [json!(-1), json!(1.5), json!("1"), json!(1e20), Value::Null] {
                let error = decode(version, &frame(version, id, call.clone())).unwrap_err();
                assert!(matches!(error, FrameError::Id { frame: "request" }), "{error:?}");
            }
        }
    }

    #[test]
    fn an_unknown_method_can_be_answered() {
        for version in [V1, V2] {
            let frame = frame(version, json!(5), json!({"method": "drop_project", "params": {"project_id": 7}}));
            let error = decode(version, &frame).unwrap_err();
            assert!(matches!(error, FrameError::MethodUnknown { .. }), "{error:?}");
            assert_eq!(error.id(), Some(5));
            assert_eq!(error.to_channel_error().code, ErrorCode::MethodNotFound);
            assert!(error.to_channel_error().message.contains("drop_project"));
        }
    }

    #[test]
    fn a_missing_method_can_be_answered() {
        let calls = [json!({}), json!({"method": null}), json!({"method": 1})];
        for (version, call) in [V1, V2].into_iter().flat_map(|version| calls.clone().map(|call| (version, call))) {
            let error = decode(version, &frame(version, json!(5), call)).unwrap_err();
            assert!(matches!(error, FrameError::MethodMissing { .. }), "{error:?}");
            assert_eq!(error.id(), Some(5));
            assert_eq!(error.to_channel_error().code, ErrorCode::InvalidParams);
        }
    }

    #[test]
    fn bad_parameters_can_be_answered() {
        let calls = [
            json!({"method": "get_project", "params": {}}),
            json!({"method": "get_project"}),
            json!({"method": "get_project", "params": {"project_id": "7"}}),
            json!({"method": "get_project", "params": {"project_id": 2_147_483_648_u64}}),
            json!({"method": "get_project", "params": 7}),
            json!({"method": "list_projects", "params": {"limit": -1}}),
        ];
        for (version, call) in [V1, V2].into_iter().flat_map(|version| calls.clone().map(|call| (version, call))) {
            let error = decode(version, &frame(version, json!(5), call)).unwrap_err();
            assert!(matches!(error, FrameError::Params { .. }), "{error:?}");
            assert_eq!(error.id(), Some(5));
            assert_eq!(error.to_channel_error().code, ErrorCode::InvalidParams);
        }
    }

    #[test]
    fn parameters_that_are_all_optional_may_be_missing() {
        for call in [json!({"method": "list_projects"}), json!({"method": "list_projects", "params": null})] {
            for version in [V1, V2] {
                let read = decode(version, &frame(version, json!(5), call.clone())).unwrap();
                assert_eq!(read, (5, PlatformCall::ListProjects { limit: None }));
            }
        }
    }

    #[test]
    fn an_optional_parameter_may_be_null() {
        let params = json!({"project_id": 7, "environment_id": null, "limit": null});
        let read = decode(V1, &frame(V1, json!(5), json!({"method": "list_deployments", "params": params}))).unwrap();
        assert_eq!(read.1, PlatformCall::ListDeployments { project_id: 7, environment_id: None, limit: None });
    }

    #[test]
    fn v1_has_no_api_calls() {
        let call = api_call(ApiBody::Json("{}".into()));
        let error = encode_request(V1, 5, &call).unwrap_err();
        assert!(matches!(error, FrameError::MethodUnknown { id: 5, .. }), "{error:?}");
        assert_eq!(error.to_string(), r#"channel request 5: v1 has no method "api_call""#);
        let error = decode(V1, &frame(V1, json!(5), serde_json::to_value(&call).unwrap())).unwrap_err();
        assert!(matches!(error, FrameError::MethodUnknown { id: 5, .. }), "{error:?}");
    }

    #[test]
    fn an_api_call_carries_at_most_32_mib() {
        let text = |bytes| PartContent::Text("x".repeat(bytes));
        let parts = |contents: [PartContent; 2]| {
            let part = |content| MultipartPart { name: "p".into(), filename: None, content_type: None, content };
            ApiBody::Multipart(contents.map(part).into())
        };
        let half = MAX_API_PAYLOAD_BYTES / 2;
        let most = [ApiBody::Json("x".repeat(MAX_API_PAYLOAD_BYTES)), parts([text(half), PartContent::Binary(vec![0; half])])];
        for body in most {
            let call = api_call(body);
            let frame = encode_request(V2, 5, &call).unwrap();
            assert!(decode_plugin_frame(V2, &frame).unwrap() == (5, call));
        }
        let too_much =
            [ApiBody::Json("x".repeat(MAX_API_PAYLOAD_BYTES + 1)), parts([text(half), PartContent::Binary(vec![0; half + 1])])];
        for body in too_much {
            let call = api_call(body);
            let error = encode_request(V2, 5, &call).unwrap_err();
            assert!(matches!(error, FrameError::PayloadTooLarge { id: 5, .. }), "{error:?}");
            assert!(error.to_string().contains("33554433 bytes"), "{error}");
            let frame = frame(V2, json!(5), serde_json::to_value(&call).unwrap());
            let error = decode(V2, &frame).unwrap_err();
            assert!(matches!(error, FrameError::PayloadTooLarge { id: 5, .. }), "{error:?}");
            assert_eq!(error.to_channel_error().code, ErrorCode::InvalidParams);
        }
    }
}
