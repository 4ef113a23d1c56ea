use std::fmt;
#[cfg(target_family = "wasm")]
use std::sync::Arc;

/// The right to call the platform's API as a user, with no more than that user's permissions.
///
/// It is part of an [`AuthenticatedCaller`](crate::AuthenticatedCaller), and what a [`Platform`](crate::platform::Platform) gets with a
/// call. What it is made of stays with the launcher. It holds for 15 minutes from the request's arrival, also after its end.
#[derive(Clone)]
pub struct Actor {
    user_id: i32,
    #[cfg(target_family = "wasm")]
    handle: Arc<crate::wasm::Caller>,
}

impl Actor {
    /// The user's id.
    #[must_use]
    pub fn user_id(&self) -> i32 {
        self.user_id
    }
}

#[cfg(target_family = "wasm")]
impl Actor {
    pub(crate) fn new(user_id: i32, handle: crate::wasm::Caller) -> Self {
        Self { user_id, handle: Arc::new(handle) }
    }

    pub(crate) fn handle(&self) -> &crate::wasm::Caller {
        &self.handle
    }
}

#[cfg(not(target_family = "wasm"))]
impl Actor {
    pub(crate) fn new(user_id: i32) -> Self {
        Self { user_id }
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Actor").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}
