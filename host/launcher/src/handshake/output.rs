use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, fstat};
use rustix::pipe::PIPE_BUF;
use tokio::time::timeout;

use super::HandshakeFailure;

/// The pipe that was the process's stdout.
///
/// [`take`](Self::take) moves it out of file descriptor 1, which leads to `/dev/null` from then on: whatever any library or panic prints,
/// the host reads the two lines and nothing else. It stays open for the life of the process, since a host may take its end for ours.
#[derive(Debug)]
pub(crate) struct HostOutput {
    pipe: File,
}

impl HostOutput {
    /// Takes stdout away from the rest of the process.
    ///
    /// # Errors
    ///
    /// What the system says if a descriptor cannot be had.
    pub(crate) fn take() -> io::Result<Self> {
        // Above the three standard descriptors, so that it becomes none of them.
        let pipe = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?;
        let null = OpenOptions::new().write(true).open("/dev/null")?;
        rustix::stdio::dup2_stdout(&null)?;
        Ok(Self { pipe: File::from(pipe) })
    }

    /// Writes `text` and a newline. `line` names it in errors.
    ///
    /// # Errors
    ///
    /// [`HandshakeFailure`] if the pipe is closed, or the host does not read it within `limit`.
    pub(crate) async fn send(&self, line: &'static str, mut text: String, limit: Duration) -> Result<(), HandshakeFailure> {
        let failed = |source| HandshakeFailure::Write { line, source };
        text.push('\n');
        if self.has_room_for(text.len()) {
            return (&self.pipe).write_all(text.as_bytes()).map_err(failed);
        }
        let mut pipe = self.pipe.try_clone().map_err(failed)?;
        // A pipe blocks: on a thread of its own it holds nothing but itself.
        let write = tokio::task::spawn_blocking(move || pipe.write_all(text.as_bytes()).and_then(|()| pipe.flush()));
        match timeout(limit, write).await {
            Ok(Ok(written)) => written.map_err(failed),
            Ok(Err(thread)) => Err(failed(io::Error::other(thread))),
            Err(_) => Err(HandshakeFailure::WriteTimedOut { line, limit }),
        }
    }

    /// Whether as many bytes can be written at once, which saves the host the start of a thread. A pipe to which something can be written takes
    /// `PIPE_BUF` bytes in one piece: pipe(7).
    fn has_room_for(&self, bytes: usize) -> bool {
        let is_pipe = fstat(&self.pipe).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Fifo);
        let mut polled = [PollFd::new(&self.pipe, PollFlags::OUT)];
        let now = Timespec::default();
        let can_be_written =
            poll(&mut polled, Some(&now)).is_ok_and(|_| polled.iter().all(|pipe| pipe.revents() == PollFlags::OUT));
        bytes <= PIPE_BUF && is_pipe && can_be_written
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::os::fd::OwnedFd;

    use super::*;

    fn pipe() -> (io::PipeReader, HostOutput) {
        let (reader, writer) = io::pipe().unwrap();
        (reader, HostOutput { pipe: File::from(OwnedFd::from(writer)) })
    }

    #[tokio::test]
    async fn a_line_ends_with_one_newline() {
        let (reader, output) = pipe();
        output.send("manifest line", "{}".into(), Duration::from_secs(30)).await.unwrap();
        output.send("ready line", "[]".into(), Duration::from_secs(30)).await.unwrap();
        drop(output);
        let lines: Vec<String> = BufReader::new(reader).lines().map(Result::unwrap).collect();
        assert_eq!(lines, ["{}", "[]"]);
    }

    #[tokio::test]
    async fn a_line_has_room_in_a_pipe_that_takes_all_of_it_at_once() {
        let (reader, output) = pipe();
        assert!(output.has_room_for(PIPE_BUF));
        assert!(!output.has_room_for(PIPE_BUF + 1));
        let all = rustix::pipe::fcntl_getpipe_size(&reader).unwrap();
        (&output.pipe).write_all(&vec![b'x'; all - PIPE_BUF]).unwrap();
        assert!(output.has_room_for(PIPE_BUF));
        (&output.pipe).write_all(b"x").unwrap();
        assert!(!output.has_room_for(1));
        let file = HostOutput { pipe: tempfile::tempfile().unwrap() };
        assert!(!file.has_room_for(1));
    }

    #[tokio::test]
    async fn a_full_pipe_takes_the_line_once_it_is_read() {
        let (mut reader, output) = pipe();
        let all = rustix::pipe::fcntl_getpipe_size(&reader).unwrap();
        (&output.pipe).write_all(&vec![b'x'; all]).unwrap();
        let read = tokio::task::spawn_blocking(move || {
            let mut text = vec![0; all + 3];
            std::io::Read::read_exact(&mut reader, &mut text).map(|()| text)
        });
        output.send("ready line", "[]".into(), Duration::from_secs(30)).await.unwrap();
        assert!(read.await.unwrap().unwrap().ends_with(b"x[]\n"));
    }

    #[tokio::test]
    async fn a_closed_pipe_is_an_error_that_names_the_line() {
        let (reader, output) = pipe();
        drop(reader);
        let error = output.send("manifest line", "{}".into(), Duration::from_secs(30)).await.unwrap_err();
        assert!(error.to_string().contains("manifest line") && error.to_string().contains("pipe"), "{error}");
    }

    #[tokio::test]
    async fn a_host_that_does_not_read_is_not_waited_for_for_ever() {
        let (reader, output) = pipe();
        let more_than_a_pipe_holds = "x".repeat(4 << 20);
        let error = output.send("ready line", more_than_a_pipe_holds, Duration::from_millis(50)).await.unwrap_err();
        assert!(matches!(error, HandshakeFailure::WriteTimedOut { .. }), "{error}");
        drop(reader);
    }
}
