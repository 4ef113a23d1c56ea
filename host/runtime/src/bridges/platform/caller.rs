//! The handle of a caller: the guest holds it, and what it is made of stays here.

use std::sync::Arc;

use temps_plugin_protocol::channel::MAX_API_PAYLOAD_BYTES;
use temps_plugin_protocol::{
    ApiBody, ApiCall, ApiMethod, ApiResponse, ApiTargetError, Capability, PlatformCall, check_api_path, check_api_query,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use wasmtime::component::{Accessor, Resource};

use super::convert::held_bytes;
use super::{PlatformBridge, PlatformView};
use crate::bindings::{identity, platform as wit};
use crate::call::Caller;

/// A guest's handle of a caller.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the generated code exports it again")]
pub struct CallerHandle {
    caller: Arc<Caller>,
    /// From when on the caller cannot be acted for.
    until: Instant,
}

impl CallerHandle {
    pub(super) fn new(caller: Arc<Caller>, until: Instant) -> Self {
        Self { caller, until }
    }

    fn user(&self) -> identity::User {
        let Caller { id, email, role, permissions: _, actor: _ } = &*self.caller;
        let permissions = self.caller.permissions().map(str::to_owned).collect();
        identity::User { id: *id, email: email.clone(), role: role.clone(), permissions }
    }

    /// What the platform is asked, if the plugin may ask it for this caller.
    fn call(&self, request: wit::ApiRequest, granted: &[Capability]) -> Result<PlatformCall, wit::ApiError> {
        let method = ApiMethod::from(request.method);
        let needed = method.capability();
        if !granted.contains(&needed) {
            return Err(wit::ApiError::MissingCapability(needed.into()));
        }
        let query = request.query.as_deref();
        check_api_path(&request.path).and_then(|()| query.map_or(Ok(()), check_api_query))?;
        let body = request.body.map(ApiBody::from);
        let bytes = body.as_ref().map_or(0, ApiBody::payload_bytes);
        if bytes > MAX_API_PAYLOAD_BYTES {
            return Err(wit::ApiError::TooLarge(bytes as u64));
        }
        let Some(token) = &self.caller.actor else {
            return Err(wit::ApiError::NoActor);
        };
        if Instant::now() >= self.until {
            return Err(wit::ApiError::Expired);
        }
        let actor = token.text().to_owned();
        Ok(PlatformCall::ApiCall(ApiCall { method, path: request.path, query: request.query, body, actor }))
    }
}

impl From<ApiTargetError> for wit::ApiError {
    fn from(error: ApiTargetError) -> Self {
        Self::InvalidTarget(error.to_string())
    }
}

/// Room for a call's bytes, held until the call has ended.
fn room(bytes: &Arc<Semaphore>, wanted: usize) -> Result<OwnedSemaphorePermit, wit::ApiError> {
    let permits = u32::try_from(wanted).ok();
    let permit = permits.and_then(|permits| Arc::clone(bytes).try_acquire_many_owned(permits).ok());
    permit.ok_or(wit::ApiError::Platform(wit::Error::Overloaded))
}

impl identity::HostCaller for PlatformView<'_> {
    fn user(&mut self, handle: Resource<CallerHandle>) -> wasmtime::Result<identity::User> {
        Ok(self.table.get(&handle)?.user())
    }

    fn drop(&mut self, handle: Resource<CallerHandle>) -> wasmtime::Result<()> {
        self.table.delete(handle)?;
        Ok(())
    }
}

impl<S: Send + 'static> identity::HostCallerWithStore<S> for PlatformBridge {
    async fn api_call(
        store: &Accessor<S, Self>,
        handle: Resource<CallerHandle>,
        request: wit::ApiRequest,
    ) -> wasmtime::Result<Result<wit::ApiResponse, wit::ApiError>> {
        let begun = store.with(|mut access| {
            let view = access.get();
            let caller = view.table.get(&handle)?;
            let held = held_bytes(&request);
            let call = caller.call(request, &view.link.capabilities);
            Ok::<_, wasmtime::Error>(call.and_then(|call| {
                let room = room(&view.link.api_bytes, held)?;
                Ok((view.link.call(call), room))
            }))
        })?;
        let (answer, _room) = match begun {
            Ok(begun) => begun,
            Err(refused) => {
                // Not louder: a plugin may try as often as it likes.
                tracing::debug!(reason = %refused, "an API call of the plugin was refused");
                return Ok(Err(refused));
            }
        };
        let answer = match answer.await {
            Ok(value) => serde_json::from_value::<ApiResponse>(value).map_err(|error| wit::Error::Protocol(error.to_string())),
            Err(error) => Err(error.into()),
        };
        Ok(answer.map(Into::into).map_err(wit::ApiError::Platform))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::call::ActorToken;
    use crate::limits::ACTOR_TIME;

    fn caller(actor: Option<&str>) -> CallerHandle {
        let actor = actor.map(|token| ActorToken::new(token.to_owned()));
        let caller = Caller { id: 7, email: "a@b".into(), role: "user".into(), permissions: "x:read".into(), actor };
        CallerHandle::new(Arc::new(caller), Instant::now() + ACTOR_TIME)
    }

    fn request(method: wit::ApiMethod, path: &str, body: Option<wit::ApiBody>) -> wit::ApiRequest {
        wit::ApiRequest { method, path: path.to_owned(), query: None, body }
    }

    fn get(path: &str) -> wit::ApiRequest {
        request(wit::ApiMethod::Get, path, None)
    }

    const BOTH: &[Capability] = &[Capability::ApiRead, Capability::ApiWrite];

    #[tokio::test]
    async fn who_it_is_does_not_depend_on_a_token() {
        for handle in [caller(None), caller(Some("the token"))] {
            let user = handle.user();
            assert_eq!((user.id, user.email.as_str(), user.role.as_str()), (7, "a@b", "user"));
            assert_eq!(user.permissions, ["x:read"]);
        }
        assert!(matches!(caller(None).call(get("/projects"), BOTH), Err(wit::ApiError::NoActor)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_is_acted_for_for_so_long() {
        let caller = caller(Some("the token"));
        tokio::time::advance(ACTOR_TIME - Duration::from_millis(1)).await;
        let call = caller.call(get("/projects"), BOTH).unwrap();
        assert!(matches!(call, PlatformCall::ApiCall(call) if call.actor == "the token" && call.path == "/projects"));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(matches!(caller.call(get("/projects"), BOTH), Err(wit::ApiError::Expired)));
    }

    #[tokio::test]
    async fn a_method_needs_its_capability() {
        let caller = caller(Some("the token"));
        for (method, needed) in [
            (wit::ApiMethod::Get, Capability::ApiRead),
            (wit::ApiMethod::Post, Capability::ApiWrite),
            (wit::ApiMethod::Put, Capability::ApiWrite),
            (wit::ApiMethod::Patch, Capability::ApiWrite),
            (wit::ApiMethod::Delete, Capability::ApiWrite),
        ] {
            let others: Vec<_> = BOTH.iter().copied().filter(|capability| *capability != needed).collect();
            assert!(caller.call(request(method, "/x", None), &[needed]).is_ok());
            for granted in [&others[..], &[]] {
                let refused = caller.call(request(method, "/x", None), granted);
                assert!(matches!(refused, Err(wit::ApiError::MissingCapability(missing)) if Capability::from(missing) == needed));
            }
        }
    }

    #[tokio::test]
    async fn a_call_stays_below_the_api() {
        let caller = caller(Some("the token"));
        for path in ["projects", "/../admin", "/a/%2e%2e/%2e%2e/b", "/a?b"] {
            assert!(matches!(caller.call(get(path), BOTH), Err(wit::ApiError::InvalidTarget(_))), "{path}");
        }
        let request = wit::ApiRequest { query: Some("a#b".to_owned()), ..get("/x") };
        assert!(matches!(caller.call(request, BOTH), Err(wit::ApiError::InvalidTarget(_))));
    }

    #[tokio::test]
    async fn a_body_has_a_largest_size() {
        let caller = caller(Some("the token"));
        let json = |bytes| Some(wit::ApiBody::Json("x".repeat(bytes)));
        assert!(caller.call(request(wit::ApiMethod::Post, "/x", json(MAX_API_PAYLOAD_BYTES)), BOTH).is_ok());
        let refused = caller.call(request(wit::ApiMethod::Post, "/x", json(MAX_API_PAYLOAD_BYTES + 1)), BOTH);
        assert!(matches!(refused, Err(wit::ApiError::TooLarge(33_554_433))));
    }

    #[test]
    fn calls_hold_so_many_bytes_together() {
        let bytes = Arc::new(Semaphore::new(100));
        let (first, second) = (room(&bytes, 60).unwrap(), room(&bytes, 40).unwrap());
        assert!(matches!(room(&bytes, 1), Err(wit::ApiError::Platform(wit::Error::Overloaded))));
        drop(first);
        assert!(room(&bytes, 61).is_err());
        assert!(room(&bytes, 60).is_ok());
        drop(second);
        assert!(room(&bytes, usize::MAX).is_err());
    }

    #[test]
    fn all_that_a_call_holds_counts() {
        let part =
            |content| wit::Part { name: "n".into(), filename: Some("fn".into()), content_type: Some("ct/".into()), content };
        let parts = vec![part(wit::PartContent::Text("1234".into())), part(wit::PartContent::Binary(vec![0; 5]))];
        let request = wit::ApiRequest {
            query: Some("123456".into()),
            ..request(wit::ApiMethod::Post, "/234567", Some(wit::ApiBody::Multipart(parts)))
        };
        assert_eq!(held_bytes(&request), 7 + 6 + (1 + 2 + 3) * 2 + 4 + 5 + 2 * size_of::<wit::Part>());
    }
}
