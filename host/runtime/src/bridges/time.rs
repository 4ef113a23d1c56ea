//! `time`: waiting that leaves the instance free.

use std::time::Duration;

use wasmtime::component::{Accessor, HasData, Linker};

use crate::bindings::time as wit;
use crate::instance::State;

/// The bridge has no state: each sleep is bounded by the guest's handles.
pub(crate) struct TimeBridge;

impl HasData for TimeBridge {
    type Data<'a> = Self;
}

impl wit::Host for TimeBridge {}

impl<T: Send> wit::HostWithStore<T> for TimeBridge {
    async fn sleep(_: &Accessor<T, Self>, nanoseconds: u64) -> wasmtime::Result<()> {
        tokio::time::sleep(Duration::from_nanos(nanoseconds)).await;
        Ok(())
    }
}

pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wit::add_to_linker::<State, TimeBridge>(linker, |_| TimeBridge)
}
