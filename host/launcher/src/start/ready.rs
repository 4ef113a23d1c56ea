use super::Running;
use super::bound::Parts;
use crate::events::Keeper;
use crate::handshake::HostOutput;

/// The host has been told that it may come.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(super) parts: Parts,
    pub(super) keeper: Keeper,
    pub(super) output: HostOutput,
}

impl Ready {
    /// Goes on: see [`Running`].
    pub(crate) fn run(self) -> Running {
        Running::from_ready(self)
    }
}
