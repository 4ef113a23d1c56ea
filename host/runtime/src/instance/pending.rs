//! The calls that a guest has not answered. They live in the store's data, so that they can be settled after it has failed.

use slab::Slab;
use tokio::sync::oneshot;
use wasmtime::component::GuestTaskId;

use super::Failure;
use crate::call::Answer;

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallError {
    /// This call made the instance fail.
    #[error("the plugin failed: {0}")]
    AtFault(Failure),
    /// The instance failed under it, by another call or by background work.
    #[error("the plugin failed meanwhile: {0}")]
    Bystander(Failure),
    /// The instance is failing again and again, and is not tried again before some time.
    #[error("the plugin keeps failing")]
    BackingOff,
    /// The plugin has stopped.
    #[error("the plugin has stopped")]
    Stopped,
}

/// What a call ended with.
pub(crate) type Outcome<T> = Result<T, CallError>;

/// Where an outcome goes. Nobody may be waiting for it any more.
pub(crate) enum Reply {
    Request(oneshot::Sender<Outcome<Answer>>),
    Event(oneshot::Sender<Outcome<Result<(), String>>>),
}

impl Reply {
    pub(crate) fn fail(self, error: CallError) {
        match self {
            Self::Request(reply) => drop(reply.send(Err(error))),
            Self::Event(reply) => drop(reply.send(Err(error))),
        }
    }
}

struct Call {
    task: Option<GuestTaskId>,
    reply: Reply,
}

/// The calls under way in one store.
#[derive(Default)]
pub(crate) struct Pending(Slab<Call>);

impl Pending {
    /// Takes a call up; the key finds it again.
    pub(crate) fn insert(&mut self, reply: Reply) -> usize {
        self.0.insert(Call { task: None, reply })
    }

    /// The guest's task that works on the call.
    pub(crate) fn started(&mut self, key: usize, task: GuestTaskId) {
        if let Some(call) = self.0.get_mut(key) {
            call.task = Some(task);
        }
    }

    /// The calls under way.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The call has ended.
    pub(crate) fn remove(&mut self, key: usize) -> Option<Reply> {
        self.0.try_remove(key).map(|call| call.reply)
    }

    /// Settles every call after the instance has failed; `culprits` are the tasks that were running then.
    pub(crate) fn fail_all(&mut self, failure: &Failure, culprits: &[GuestTaskId]) {
        for call in self.0.drain() {
            let at_fault = call.task.is_some_and(|task| culprits.contains(&task));
            call.reply.fail(if at_fault { CallError::AtFault(failure.clone()) } else { CallError::Bystander(failure.clone()) });
        }
    }
}
