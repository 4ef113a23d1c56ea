use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt as _, stream};
use serde_json::json;

use crate::temps::Shared;
use crate::temps::activity::Message;

/// The pause between signs of life: 15 s. A page finds out by them that the run has ended without a word.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Tells what is kept, between `hello` and `live`, and then what comes. A listener that is too slow is cut off, and gets all of it anew when it comes again.
pub(super) async fn follow(State(shared): State<Arc<Shared>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let options = &shared.options;
    let hello = json!({
        "run": options.activity.run(),
        "protocol": options.protocol.number(),
        "identity": options.identity.name(),
    });
    let (kept, live) = options.activity.listen();
    let hello = stream::once(async move { Event::default().event("hello").data(hello.to_string()) });
    let end_of_kept = stream::once(async { Event::default().event("live").data("{}") });
    let live = stream::unfold(live, |mut live| async move {
        let message = live.recv().await.ok()?;
        Some((event(&message), live))
    });
    let kept = stream::iter(kept).map(|message| event(&message));
    Sse::new(hello.chain(kept).chain(end_of_kept).chain(live).map(Ok)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

fn event(message: &Message) -> Event {
    Event::default().event(message.kind.name()).data(&*message.data)
}
