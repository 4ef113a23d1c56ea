use serde_json::Value;
use temps_plugin_protocol::{
    FrameError, HostFrame, ProtocolVersion, decode_host_frame, decode_plugin_frame, encode_event, encode_request, encode_response,
};

/// A text frame on the channel, in both directions and both versions. Returns why each of them refuses it.
pub(crate) fn channel_frame(bytes: &[u8]) -> Vec<FrameError> {
    // The WebSocket lets no other text through.
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    let mut refusals = Vec::new();
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        refusals.extend(host_frame(version, text));
        refusals.extend(plugin_frame(version, text));
    }
    for error in &refusals {
        let channel_error = error.to_channel_error();
        assert_eq!(channel_error.message, error.to_string());
        assert!(!channel_error.message.is_empty());
        if let Some(id) = error.id() {
            assert_eq!(id_of(text), Some(id), "{error}");
        }
    }
    refusals
}

fn host_frame(version: ProtocolVersion, text: &str) -> Option<FrameError> {
    let frame = match decode_host_frame(version, text) {
        Ok(frame) => frame,
        Err(error) => return Some(error),
    };
    let again = match &frame {
        HostFrame::Response { id, outcome } => {
            assert_eq!(id_of(text), Some(*id));
            encode_response(version, *id, "get_project", outcome)
        }
        HostFrame::Event(event) => encode_event(event),
    };
    assert!(!again.contains('\n'), "{again}");
    assert_eq!(decode_host_frame(version, &again).unwrap(), frame);
    None
}

fn plugin_frame(version: ProtocolVersion, text: &str) -> Option<FrameError> {
    let (id, call) = match decode_plugin_frame(version, text) {
        Ok(request) => request,
        Err(error) => return Some(error),
    };
    assert_eq!(id_of(text), Some(id));
    let again = encode_request(version, id, &call).unwrap();
    assert_eq!(decode_plugin_frame(version, &again).unwrap(), (id, call));
    None
}

fn id_of(text: &str) -> Option<u64> {
    serde_json::from_str::<Value>(text).ok()?.get("id")?.as_u64()
}
