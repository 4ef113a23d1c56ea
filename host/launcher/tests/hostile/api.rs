//! A guest that calls the platform's API with more than it may.

use http::StatusCode;
use temps_plugin_protocol::channel::MAX_API_PAYLOAD_BYTES;
use temps_plugin_runtime::limits::CALL_BYTES;

use crate::support::{Start, User};
use crate::survives;

/// More than what stands around a body in a call to the host.
const AROUND: usize = 1 << 10;

#[tokio::test]
async fn a_guest_that_sends_too_much_is_refused_or_ends() {
    survives(
        || Start::with(test_guests::API_RAW),
        async |launcher| {
            let (client, user) = (launcher.client(), User::new(7));
            // What fits into a call to the host is an error of the guest's own, from the first byte too many.
            for bytes in [MAX_API_PAYLOAD_BYTES + 1, CALL_BYTES - AROUND] {
                let answers = futures::future::join_all((0..3).map(|_| user.get(client, &format!("/large/{bytes}")))).await;
                for answer in answers {
                    assert_eq!(answer.text, format!("ApiError::TooLarge({bytes})"));
                }
            }
            // What does not fit is no call at all.
            let answer = user.get(client, &format!("/large/{}", CALL_BYTES + 1)).await;
            assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", answer.text);
        },
    )
    .await;
}
