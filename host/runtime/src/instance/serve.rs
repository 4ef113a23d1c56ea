//! The event loop's own part: initialise the instance, then take jobs, all of them at once.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures::StreamExt;
use futures::future::Either;
use futures::stream::FuturesUnordered;
use temps_plugin_protocol::cut;
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc, oneshot};
use wasmtime::component::{Accessor, FutureReader};
use wasmtime::{AsContextMut, StoreContextMut};

use super::calls::CallProgress;
use super::cpu::CpuMeter;
use super::pending::Reply;
use super::supervisor::Shared;
use super::{EventJob, Job, RequestJob, State};
use crate::bindings::{Plugin, events, routes};
use crate::call::{Answer, RouteTable};

/// How the event loop came to its end without a trap.
pub(crate) enum Served {
    /// `lifecycle.shutdown` has run, or there was nothing to shut down yet.
    Stopped,
    /// `lifecycle.init` returned an error, with the guest's words.
    NotInitialised(String),
}

/// Runs jobs until one says stop. A trap of any of them ends the future with an error.
pub(crate) async fn serve(
    store: &Accessor<State>,
    plugin: &Plugin,
    jobs: &mut mpsc::UnboundedReceiver<Job>,
    shared: &Shared,
    cpu: &CpuMeter,
    up: &Notify,
) -> wasmtime::Result<Served> {
    // Jobs wait meanwhile, and with them the one that says stop.
    let initialised = tokio::select! {
        initialised = plugin.temps_plugin_lifecycle().call_init(store) => initialised?,
        () = shared.stop.cancelled() => return Ok(Served::Stopped),
    };
    if let Err(words) = initialised {
        return Ok(Served::NotInitialised(cut(&words, line_bytes(store)).into_owned()));
    }
    let table = plugin.temps_plugin_routes().call_table(store).await?;
    let table = match RouteTable::new(table.into_iter().map(|route| (route.method, route.path))) {
        Ok(table) => table,
        Err(error) => return Ok(Served::NotInitialised(error.to_string())),
    };
    shared.initialised(table);
    up.notify_one();

    let mut calls = FuturesUnordered::new();
    loop {
        tokio::select! {
            job = jobs.recv() => match job {
                Some(Job::Request(job)) => calls.push(Either::Left(request(store, plugin, job, shared, cpu))),
                Some(Job::Event(job)) => calls.push(Either::Right(Either::Left(event(store, plugin, job, shared, cpu)))),
                Some(Job::Enter(reply)) => calls.push(Either::Right(Either::Right(enter(store, plugin, reply)))),
                Some(Job::Ping(reply)) => drop(reply.send(())),
                Some(Job::Stats(reply)) => drop(reply.send(store.with(|access| stats(access, shared)))),
                Some(Job::Stop) | None => break,
            },
            Some(ended) = calls.next(), if !calls.is_empty() => ended?,
        }
    }
    shared.stopping();
    plugin.temps_plugin_lifecycle().call_shutdown(store).await?;
    Ok(Served::Stopped)
}

/// Calls into the guest, for something that it has at hand.
async fn enter(store: &Accessor<State>, plugin: &Plugin, reply: oneshot::Sender<()>) -> wasmtime::Result<()> {
    plugin.temps_plugin_routes().call_table(store).await?;
    // Who asked may have given up.
    let _ = reply.send(());
    Ok(())
}

/// The most bytes of the guest's that a line of the log has.
fn line_bytes(store: &Accessor<State>) -> usize {
    store.with(|mut access| access.data_mut().log.line_limit())
}

async fn request(
    store: &Accessor<State>,
    plugin: &Plugin,
    job: Box<RequestJob>,
    shared: &Shared,
    cpu: &CpuMeter,
) -> wasmtime::Result<()> {
    let RequestJob { head, caller, body, id, at_work, permit, reply } = *job;
    let handle = plugin.temps_plugin_routes().func_handle();
    let (key, call) = store.with(|mut access| {
        let key = access.data_mut().pending.insert(Reply::Request(reply));
        let body = body.into_guest(access.as_context_mut())?;
        let caller = caller.map(|(caller, until)| access.data_mut().platform().caller(caller, until)).transpose()?;
        let request = routes::Request {
            id,
            method: head.method,
            path_with_query: head.path_with_query,
            headers: head.headers,
            caller,
            body,
        };
        let call = handle.start_call_concurrent(access.as_context_mut(), (request,))?;
        access.data_mut().pending.started(key, call.task());
        Ok::<_, wasmtime::Error>((key, call))
    })?;
    let (response,) = handle.finish_call_concurrent(store, call).await?;
    drop(at_work);
    settle(store, key, response, permit)?;
    cpu.progressed();
    shared.ended.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

/// Word for the guest that a call is cancelled, as long as it may be.
fn signal(store: StoreContextMut<'_, State>, call: Arc<CallProgress>) -> wasmtime::Result<FutureReader<()>> {
    FutureReader::new(store, async move {
        call.cancelled().await;
        Ok::<_, wasmtime::Error>(())
    })
}

/// Hands the guest's response to whoever waits for it.
fn settle(store: &Accessor<State>, key: usize, response: routes::Response, permit: OwnedSemaphorePermit) -> wasmtime::Result<()> {
    store.with(|mut access| {
        let Some(Reply::Request(reply)) = access.data_mut().pending.remove(key) else {
            return Ok(());
        };
        let answer = Answer::from_guest(response, permit, access.as_context_mut())?;
        // A receiver that is gone drops the answer, and with it the streams of its body.
        drop(reply.send(Ok(answer)));
        Ok(())
    })
}

async fn event(
    store: &Accessor<State>,
    plugin: &Plugin,
    job: Box<EventJob>,
    shared: &Shared,
    cpu: &CpuMeter,
) -> wasmtime::Result<()> {
    let EventJob { event, attempt, at_work, reply } = *job;
    let on_event = plugin.temps_plugin_events().func_on_event();
    let (key, call) = store.with(|mut access| {
        let key = access.data_mut().pending.insert(Reply::Event(reply));
        let event = events::Event {
            id: event.id,
            event_type: event.event_type,
            timestamp: event.timestamp,
            project_id: event.project_id,
            data: event.data.to_string(),
            attempt,
            cancelled: signal(access.as_context_mut(), Arc::clone(&at_work.0))?,
        };
        let call = on_event.start_call_concurrent(access.as_context_mut(), (event,))?;
        access.data_mut().pending.started(key, call.task());
        Ok::<_, wasmtime::Error>((key, call))
    })?;
    let (result,) = on_event.finish_call_concurrent(store, call).await?;
    drop(at_work);
    // Kept for each event, and logged each time.
    let result = result.map_err(|words| cut(&words, line_bytes(store)).into_owned());
    if let Some(Reply::Event(reply)) = store.with(|mut access| access.data_mut().pending.remove(key)) {
        drop(reply.send(Ok(result)));
    }
    cpu.progressed();
    shared.ended.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

fn stats(mut access: wasmtime::component::Access<'_, State>, shared: &Shared) -> crate::Stats {
    let tasks = access.as_context_mut().concurrent_state_table_size();
    let state = access.data_mut();
    crate::Stats {
        instance: shared.generation(),
        memory: state.memory.used(),
        calls: state.pending.len(),
        concurrent_entries: tasks,
        resources: state.resources(),
    }
}
