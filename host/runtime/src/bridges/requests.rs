//! `requests`: word for the guest that nobody waits for an answer any more.

use std::sync::Arc;

use wasmtime::component::{Accessor, HasData, Linker};

use crate::bindings::requests as wit;
use crate::instance::{Calls, State};

/// The bridge's state: the requests under way.
pub(crate) struct RequestsBridge;

impl HasData for RequestsBridge {
    type Data<'a> = Arc<Calls>;
}

impl wit::Host for Arc<Calls> {}

impl<T: Send> wit::HostWithStore<T> for RequestsBridge {
    async fn cancelled(store: &Accessor<T, Self>, id: u64) -> wasmtime::Result<()> {
        let call = store.with(|mut access| access.get().get(id));
        if let Some(call) = call {
            call.cancelled().await;
        }
        Ok(())
    }
}

pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wit::add_to_linker::<State, RequestsBridge>(linker, |state| Arc::clone(&state.calls))
}
