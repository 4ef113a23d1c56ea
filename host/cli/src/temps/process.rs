//! A plugin's process: its pipes, its signals, its end.

use std::collections::VecDeque;
use std::io;
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::BufReader;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::{mpsc, watch};
use tokio_util::task::AbortOnDropHandle;

use super::lines::next_line;
use super::{Exit, Notice, Told};

/// How many of the last lines on stderr are kept: as many as Temps keeps.
pub const STDERR_TAIL_LINES: usize = 20;

/// The longest piece of stderr that is handled as one line: 64 KiB, more than any log line and little to hold in memory.
const MAX_STDERR_LINE: u64 = 64 * 1024;

/// How long stderr may stay open after the process has ended: a child of the plugin's own may have inherited it.
const STDERR_DRAIN: Duration = Duration::from_secs(1);

/// The last lines that a plugin wrote to stderr.
#[derive(Debug, Default)]
struct Tail(Mutex<VecDeque<String>>);

impl Tail {
    fn lines(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, line: String) {
        let mut lines = self.lines();
        if lines.len() == STDERR_TAIL_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }
}

/// A running plugin, or what is left of it. Dropping it kills the process.
#[derive(Debug)]
pub(super) struct Process {
    pid: u32,
    orders: mpsc::UnboundedSender<Order>,
    exit: watch::Receiver<Option<Exit>>,
    tail: Arc<Tail>,
    owner: AbortOnDropHandle<()>,
}

#[derive(Debug)]
enum Order {
    Send(Signal),
    /// The end is wanted: it is not reported as a failure.
    Expect,
}

/// The ends of the pipes that the handshake needs.
#[derive(Debug)]
pub(super) struct Pipes {
    /// There if the command asked for it.
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: BufReader<ChildStdout>,
}

impl Process {
    /// Starts the command with stdout and stderr piped. It inherits this process's environment.
    pub(super) fn spawn(mut command: Command, told: Told) -> io::Result<(Self, Pipes)> {
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let missing = |pipe: &str| io::Error::other(format!("the process has no {pipe} pipe"));
        let pid = child.id().ok_or_else(|| io::Error::other("the process ended before it was started"))?;
        let stdout = child.stdout.take().ok_or_else(|| missing("stdout"))?;
        let stderr = child.stderr.take().ok_or_else(|| missing("stderr"))?;
        let pipes = Pipes { stdin: child.stdin.take(), stdout: BufReader::new(stdout) };

        let tail = Arc::new(Tail::default());
        let (orders, received) = mpsc::unbounded_channel();
        let (ended, exit) = watch::channel(None);
        let logs = AbortOnDropHandle::new(tokio::spawn(collect(stderr, Arc::clone(&tail), told.clone())));
        let owner = AbortOnDropHandle::new(tokio::spawn(own(child, received, logs, ended, told)));
        Ok((Self { pid, orders, exit, tail, owner }, pipes))
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// Sends a signal, unless the process has ended.
    pub(super) fn signal(&self, signal: Signal) {
        // Without a receiver the process is gone, and there is nobody to signal.
        let _ = self.orders.send(Order::Send(signal));
    }

    /// Marks the end as wanted.
    pub(super) fn expect_exit(&self) {
        let _ = self.orders.send(Order::Expect);
    }

    pub(super) fn exit(&self) -> Option<Exit> {
        *self.exit.borrow()
    }

    /// Waits for the end. The last lines of stderr have been read then.
    pub(super) async fn wait(&self) -> Exit {
        let mut exit = self.exit.clone();
        match exit.wait_for(Option::is_some).await {
            Ok(exit) => exit.unwrap_or(UNKNOWN),
            Err(_) => UNKNOWN,
        }
    }

    pub(super) fn last_stderr(&self) -> Vec<String> {
        self.tail.lines().iter().cloned().collect()
    }

    /// Kills the process at once and without a word to the observer.
    pub(super) fn abandon(&self) {
        self.owner.abort();
    }
}

const UNKNOWN: Exit = Exit { code: None, signal: None };

/// The task that owns the child. Signals go through it because only it knows that the child is not reaped: a pid is reused.
async fn own(
    mut child: Child,
    mut orders: mpsc::UnboundedReceiver<Order>,
    logs: AbortOnDropHandle<()>,
    ended: watch::Sender<Option<Exit>>,
    told: Told,
) {
    let mut expected = false;
    let exit = loop {
        tokio::select! {
            status = child.wait() => break status.map_or(UNKNOWN, Exit::from),
            Some(order) = orders.recv() => match order {
                Order::Send(signal) => send(&child, signal),
                Order::Expect => expected = true,
            },
        }
    };
    while let Ok(order) = orders.try_recv() {
        expected |= matches!(order, Order::Expect);
    }
    // After the time the handle is dropped, which ends the reading.
    let _ = tokio::time::timeout(STDERR_DRAIN, logs).await;
    ended.send_replace(Some(exit));
    told.tell(Notice::Exited { exit, expected });
}

fn send(child: &Child, signal: Signal) {
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // The only failure left is that it has ended, which `wait` is about to say.
        let _ = kill_process(pid, signal);
    }
}

async fn collect(stderr: ChildStderr, tail: Arc<Tail>, told: Told) {
    let mut stderr = BufReader::new(stderr);
    while let Ok(Some(line)) = next_line(&mut stderr, MAX_STDERR_LINE).await {
        told.tell(Notice::Stderr(&line));
        tail.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Process {
        let mut command = Command::new("sh");
        command.arg("-c").arg(script).stdin(Stdio::null());
        Process::spawn(command, Told::nobody()).unwrap().0
    }

    #[tokio::test]
    async fn keeps_the_last_lines_of_stderr() {
        let process = shell("i=1; while [ $i -le 21 ]; do echo line $i >&2; i=$((i+1)); done; exit 3");
        assert_eq!(process.wait().await.code, Some(3));
        let lines = process.last_stderr();
        assert_eq!(lines.len(), STDERR_TAIL_LINES);
        assert_eq!(lines.first().unwrap(), "line 2");
        assert_eq!(lines.last().unwrap(), "line 21");
    }

    #[tokio::test]
    async fn a_signal_reaches_it() {
        let process = shell("exec sleep 60");
        process.signal(Signal::TERM);
        assert_eq!(process.wait().await.signal, Some(15));
        process.signal(Signal::TERM);
        assert_eq!(process.exit().unwrap().signal, Some(15));
    }

    #[tokio::test]
    async fn dropping_it_kills() {
        let mut command = Command::new("sh");
        command.arg("-c").arg("exec sleep 60").stdin(Stdio::null());
        let (process, mut pipes) = Process::spawn(command, Told::nobody()).unwrap();
        drop(process);
        // The pipe ends when its only writer is dead.
        assert_eq!(next_line(&mut pipes.stdout, 10).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_grandchild_that_holds_stderr_does_not_hide_the_end() {
        let process = shell("sleep 3 & exit 4");
        assert_eq!(process.wait().await.code, Some(4));
    }
}
