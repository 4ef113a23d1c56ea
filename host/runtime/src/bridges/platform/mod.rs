//! `platform` and `identity`: typed queries of the guest, and API calls for its callers, as calls on the channel that somebody else holds.
//!
//! | module | what it is about |
//! |---|---|
//! | [`queries`] | the seven queries |
//! | [`caller`] | the handle of a caller, and what is checked before a call goes out in that caller's name |
//! | [`convert`] | an API call and its answer in both sides' terms |

mod caller;
mod convert;
mod queries;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::BoxFuture;
use serde_json::Value;
use temps_plugin_protocol::{Capability, ChannelError, ErrorCode, PlatformCall};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use wasmtime::component::{HasData, Linker, Resource, ResourceTable, ResourceTableError};

use crate::Limits;
use crate::bindings::{identity, platform as wit};
use crate::call::Caller;
use crate::instance::{Setup, State};

#[expect(unreachable_pub, reason = "the generated code exports it again")]
pub use caller::CallerHandle;

/// The platform, as the runtime sees it.
///
/// An implementation bounds the time of a call, and how many are under way and wait. The future is dropped when nobody waits for
/// the answer any more; it must then let go of what it holds for the call.
pub trait Platform: Send + Sync + 'static {
    /// Makes a call, and gives the answer's JSON as it came.
    fn call(&self, call: PlatformCall) -> BoxFuture<'static, Result<Value, PlatformError>>;
}

/// Why a call to the platform gave nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlatformError {
    /// The platform answered with an error.
    #[error("the platform answered {}: {}", .0.code, .0.message)]
    Channel(ChannelError),
    /// The channel to the platform is closed.
    #[error("the channel to Temps is closed")]
    Disconnected,
    /// No answer came in time.
    #[error("Temps did not answer in time")]
    TimedOut,
    /// More calls wait than are held.
    #[error("too many calls to Temps are waiting")]
    Overloaded,
    /// The answer was not what the protocol says.
    #[error("Temps answered something unexpected: {0}")]
    Protocol(String),
}

impl From<PlatformError> for wit::Error {
    fn from(error: PlatformError) -> Self {
        match error {
            PlatformError::Channel(ChannelError { code, message }) => match code {
                ErrorCode::MethodNotFound => Self::MethodNotFound(message),
                ErrorCode::InvalidParams => Self::InvalidParams(message),
                ErrorCode::PermissionDenied => Self::PermissionDenied(message),
                ErrorCode::NotFound => Self::NotFound(message),
                ErrorCode::Unauthenticated => Self::Unauthenticated(message),
                ErrorCode::Internal => Self::Internal(message),
                ErrorCode::Other(code) => Self::Internal(format!("{code}: {message}")),
            },
            PlatformError::Disconnected => Self::Disconnected,
            PlatformError::TimedOut => Self::TimedOut,
            PlatformError::Overloaded => Self::Overloaded,
            PlatformError::Protocol(reason) => Self::Protocol(reason),
        }
    }
}

/// What the calls of one store go through.
pub(crate) struct PlatformLink {
    backend: Arc<dyn Platform>,
    /// Whether there was a call, for the time limit of `init`.
    called: Arc<AtomicBool>,
    /// What the manifest asks for.
    capabilities: Arc<[Capability]>,
    /// A permit for each byte of API calls that may wait or be under way.
    api_bytes: Arc<Semaphore>,
}

impl PlatformLink {
    pub(crate) fn new(setup: &Setup, limits: &Limits) -> Self {
        Self {
            backend: Arc::clone(&setup.platform),
            called: Arc::new(AtomicBool::new(false)),
            capabilities: setup.capabilities.as_slice().into(),
            api_bytes: Arc::new(Semaphore::new(limits.api_bytes().min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Becomes true with the first call.
    pub(crate) fn called(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.called)
    }

    fn call(&self, call: PlatformCall) -> BoxFuture<'static, Result<Value, PlatformError>> {
        self.called.store(true, Ordering::Relaxed);
        self.backend.call(call)
    }
}

/// The bridge's part of the store, with the table that handles are in.
pub(crate) struct PlatformView<'a> {
    pub(crate) link: &'a PlatformLink,
    pub(crate) table: &'a mut ResourceTable,
}

impl PlatformView<'_> {
    /// A request's caller as the guest gets it. It can be acted for until then.
    ///
    /// # Errors
    ///
    /// If the guest holds as many handles as it may already.
    pub(crate) fn caller(&mut self, caller: Arc<Caller>, until: Instant) -> Result<Resource<CallerHandle>, ResourceTableError> {
        self.table.push(CallerHandle::new(caller, until))
    }
}

pub(crate) struct PlatformBridge;

impl HasData for PlatformBridge {
    type Data<'a> = PlatformView<'a>;
}

impl wit::Host for PlatformView<'_> {}
impl identity::Host for PlatformView<'_> {}

pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wit::add_to_linker::<State, PlatformBridge>(linker, State::platform)?;
    identity::add_to_linker::<State, PlatformBridge>(linker, State::platform)
}
