use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::frame::{frame_type, id, object, other_type};
use super::{ChannelError, FrameError};
use crate::{PluginEvent, ProtocolVersion, json};

const RESPONSE: &str = "response";
const EVENT: &str = "event";

/// What a host sends on the channel.
#[derive(Debug, Clone, PartialEq)]
pub enum HostFrame {
    /// The answer to a request.
    Response {
        /// The request's id.
        id: u64,
        /// The result, whose form depends on the method, or why there is none.
        outcome: Result<Value, ChannelError>,
    },
    /// A platform event. Nothing is sent back for it.
    Event(PluginEvent),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Wire<'a> {
    Response {
        id: u64,
        #[serde(flatten)]
        body: Body<'a>,
    },
    Event {
        event: &'a PluginEvent,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Body<'a> {
    Result(&'a Value),
    Error(&'a ChannelError),
    Outcome(Outcome<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome<'a> {
    Ok { method: &'a str, result: &'a Value },
    Err(&'a ChannelError),
}

/// Reads a host's frame, as a plugin does.
///
/// Of a v2 answer's `method` nothing is checked: the id says which question it answers.
///
/// # Errors
///
/// [`FrameError`]. Where [`FrameError::id`] gives a number, that request has been answered, but
/// nobody can tell what.
pub fn decode_host_frame(version: ProtocolVersion, text: &str) -> Result<HostFrame, FrameError> {
    let mut fields = object(text)?;
    match frame_type(&fields) {
        Some(RESPONSE) => {
            let id = id(&fields, RESPONSE)?;
            let outcome = match version {
                ProtocolVersion::V1 => v1_outcome(id, fields)?,
                ProtocolVersion::V2 => v2_outcome(id, fields)?,
            };
            Ok(HostFrame::Response { id, outcome })
        }
        Some(EVENT) => {
            let event = fields.remove("event").unwrap_or_default();
            let event = PluginEvent::deserialize(event).map_err(|reason| FrameError::Event { reason })?;
            Ok(HostFrame::Event(event))
        }
        _ => Err(other_type(&fields)),
    }
}

fn v1_outcome(id: u64, mut fields: Map<String, Value>) -> Result<Result<Value, ChannelError>, FrameError> {
    if let Some(error) = present(&mut fields, "error") {
        return channel_error(id, error).map(Err);
    }
    match fields.remove("result") {
        Some(result) => Ok(Ok(result)),
        None => Err(FrameError::NoOutcome { id, version: ProtocolVersion::V1 }),
    }
}

fn v2_outcome(id: u64, mut fields: Map<String, Value>) -> Result<Result<Value, ChannelError>, FrameError> {
    let missing = || FrameError::NoOutcome { id, version: ProtocolVersion::V2 };
    let Some(Value::Object(mut outcome)) = fields.remove("outcome") else {
        return Err(missing());
    };
    if let Some(error) = present(&mut outcome, "err") {
        return channel_error(id, error).map(Err);
    }
    match outcome.remove("ok") {
        Some(Value::Object(mut ok)) => ok.remove("result").map(Ok).ok_or_else(missing),
        _ => Err(missing()),
    }
}

/// A field that is there and not `null`.
fn present(fields: &mut Map<String, Value>, field: &str) -> Option<Value> {
    fields.remove(field).filter(|value| !value.is_null())
}

fn channel_error(id: u64, error: Value) -> Result<ChannelError, FrameError> {
    ChannelError::deserialize(error).map_err(|reason| FrameError::Error { id, reason })
}

/// A host's answer. `method` is the request's, which v2 repeats in an answer with a result.
#[must_use]
pub fn encode_response(version: ProtocolVersion, id: u64, method: &str, outcome: &Result<Value, ChannelError>) -> String {
    let body = match (version, outcome) {
        (ProtocolVersion::V1, Ok(result)) => Body::Result(result),
        (ProtocolVersion::V1, Err(error)) => Body::Error(error),
        (ProtocolVersion::V2, Ok(result)) => Body::Outcome(Outcome::Ok { method, result }),
        (ProtocolVersion::V2, Err(error)) => Body::Outcome(Outcome::Err(error)),
    };
    json::text(&Wire::Response { id, body })
}

/// A host's push of an event. It is the same in both versions.
#[must_use]
pub fn encode_event(event: &PluginEvent) -> String {
    json::text(&Wire::Event { event })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ErrorCode;
    use ProtocolVersion::{V1, V2};

    fn decode(version: ProtocolVersion, frame: &Value) -> Result<HostFrame, FrameError> {
        decode_host_frame(version, &frame.to_string())
    }

    fn outcome(version: ProtocolVersion, frame: &Value) -> Result<Value, ChannelError> {
        match decode(version, frame).unwrap() {
            HostFrame::Response { id: 5, outcome } => outcome,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_no_host_frame_has_no_id() {
        for version in [V1, V2] {
            let error = decode_host_frame(version, "").unwrap_err();
            assert!(matches!(error, FrameError::NotJson { .. }), "{error:?}");
            let error = decode(version, &json!("response")).unwrap_err();
            assert!(matches!(error, FrameError::NotAnObject), "{error:?}");
            for frame in [json!({}), json!({"type": "request", "id": 5}), json!({"type": "grant", "id": 5})] {
                let error = decode(version, &frame).unwrap_err();
                assert!(matches!(error, FrameError::Type { .. }), "{error:?}");
                assert_eq!(error.id(), None);
            }
            let error = decode(version, &json!({"type": "response", "id": "5"})).unwrap_err();
            assert!(matches!(error, FrameError::Id { frame: "response" }), "{error:?}");
            assert_eq!(error.id(), None);
        }
    }

    #[test]
    fn a_null_error_is_none() {
        let frame = json!({"type": "response", "id": 5, "result": [], "error": null});
        assert_eq!(outcome(V1, &frame), Ok(json!([])));
        let frame = json!({"type": "response", "id": 5, "outcome": {"ok": {"result": []}, "err": null}});
        assert_eq!(outcome(V2, &frame), Ok(json!([])));
    }

    #[test]
    fn an_error_goes_before_a_result() {
        let error = ChannelError::new(ErrorCode::Internal, "?");
        let frame = json!({"type": "response", "id": 5, "result": null, "error": error});
        assert_eq!(outcome(V1, &frame), Err(error.clone()));
        let frame = json!({"type": "response", "id": 5, "outcome": {"ok": null, "err": error}});
        assert_eq!(outcome(V2, &frame), Err(error));
    }

    #[test]
    fn an_answer_without_an_outcome_still_has_its_id() {
        let frames = [
            (V1, json!({"type": "response", "id": 5})),
            (V1, json!({"type": "response", "id": 5, "error": null})),
            (V2, json!({"type": "response", "id": 5})),
            (V2, json!({"type": "response", "id": 5, "outcome": "ok"})),
            (V2, json!({"type": "response", "id": 5, "outcome": {}})),
            (V2, json!({"type": "response", "id": 5, "outcome": {"ok": 1}})),
            (V2, json!({"type": "response", "id": 5, "outcome": {"ok": {"method": "get_project"}}})),
        ];
        for (version, frame) in frames {
            let error = decode(version, &frame).unwrap_err();
            assert!(matches!(error, FrameError::NoOutcome { .. }), "{error:?}");
            assert_eq!(error.id(), Some(5));
        }
    }

    #[test]
    fn an_error_of_another_form_still_has_its_id() {
        let frames = [
            (V1, json!({"type": "response", "id": 5, "error": "no"})),
            (V2, json!({"type": "response", "id": 5, "outcome": {"err": {"message": "no"}}})),
        ];
        for (version, frame) in frames {
            let error = decode(version, &frame).unwrap_err();
            assert!(matches!(error, FrameError::Error { .. }), "{error:?}");
            assert_eq!(error.id(), Some(5));
        }
    }

    #[test]
    fn an_event_has_to_be_whole() {
        for frame in [json!({"type": "event"}), json!({"type": "event", "event": {"id": "1"}})] {
            let error = decode(V2, &frame).unwrap_err();
            assert!(matches!(error, FrameError::Event { .. }), "{error:?}");
            assert_eq!(error.id(), None);
        }
    }

    #[test]
    fn every_other_frame_error_is_answered_as_bad_parameters() {
        let error = decode(V1, &json!({"type": "response", "id": 5})).unwrap_err();
        assert_eq!(error.to_channel_error(), ChannelError::new(ErrorCode::InvalidParams, error.to_string()));
    }
}
