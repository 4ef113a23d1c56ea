//! Takes until it is refused, or as often as it is told to. What it opens it keeps.

use std::cell::RefCell;

use wasip2::filesystem::types::{
    Descriptor, DescriptorFlags, DirectoryEntryStream, ErrorCode, OpenFlags, PathFlags, filesystem_error_code,
};
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

use super::{With, root};

/// Kept for as long as the instance lives, or until `let-go`. Streams go before what they belong to.
#[derive(Default)]
struct Kept {
    readers: Vec<InputStream>,
    writers: Vec<OutputStream>,
    listings: Vec<DirectoryEntryStream>,
    descriptors: Vec<Descriptor>,
}

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

fn keep(what: impl FnOnce(&mut Kept)) {
    KEPT.with_borrow_mut(what);
}

type Taken = (u64, Option<ErrorCode>);

pub(crate) fn take(call: &str, With { path, size, .. }: &With) -> Taken {
    let opened = |flags| root().and_then(|root| open(&root, path, flags));
    match call {
        "files" => times(|n| root()?.open_at(PathFlags::empty(), &format!("{path}{n}"), OpenFlags::CREATE, writing()).map(drop)),
        "folders" => times(|n| root()?.create_directory_at(&format!("{path}{n}"))),
        "deep" => deep(path, *size),
        "size" => (0, opened(OpenFlags::CREATE).and_then(|file| file.set_size(*size)).err()),
        "bytes" => opened(OpenFlags::CREATE).map_or_else(failed, |file| bytes(&file, *size)),
        "unlinked" => opened(OpenFlags::CREATE).map_or_else(failed, |file| {
            let unlinked = root().and_then(|root| root.unlink_file_at(path));
            let taken = unlinked.map_or_else(failed, |()| bytes(&file, *size));
            keep(|kept| kept.descriptors.push(file));
            taken
        }),
        "then-unlinked" => opened(OpenFlags::CREATE).map_or_else(failed, |file| {
            let taken = bytes(&file, *size);
            keep(|kept| kept.descriptors.push(file));
            root().and_then(|root| root.unlink_file_at(path)).map_or_else(failed, |()| taken)
        }),
        "append" => opened(OpenFlags::CREATE).map_or_else(failed, |file| streamed(file.append_via_stream())),
        "write-stream" => opened(OpenFlags::CREATE).map_or_else(failed, |file| streamed(file.write_via_stream(*size))),
        "open" => times(|_| {
            let file = opened(OpenFlags::empty())?;
            keep(|kept| kept.descriptors.push(file));
            Ok(())
        }),
        "readers" => opened(OpenFlags::empty()).map_or_else(failed, |file| {
            let taken = times(|_| {
                let reader = file.read_via_stream(0)?;
                keep(|kept| kept.readers.push(reader));
                Ok(())
            });
            keep(|kept| kept.descriptors.push(file));
            taken
        }),
        "listings" => times(|_| {
            let listing = root()?.read_directory()?;
            keep(|kept| kept.listings.push(listing));
            Ok(())
        }),
        "let-go" => (0, KEPT.take().let_go()),
        "trap-while-writing" => trap_while_writing(opened(OpenFlags::CREATE)),
        _ => failed(ErrorCode::Unsupported),
    }
}

impl Kept {
    fn let_go(self) -> Option<ErrorCode> {
        let Self { readers, writers, listings, descriptors } = self;
        drop((readers, writers, listings, descriptors));
        None
    }
}

fn failed(code: ErrorCode) -> Taken {
    (0, Some(code))
}

fn writing() -> DescriptorFlags {
    DescriptorFlags::READ | DescriptorFlags::WRITE
}

fn open(root: &Descriptor, path: &str, flags: OpenFlags) -> Result<Descriptor, ErrorCode> {
    root.open_at(PathFlags::empty(), path, flags, writing())
}

fn times(mut once: impl FnMut(u64) -> Result<(), ErrorCode>) -> Taken {
    for n in 0.. {
        if let Err(code) = once(n) {
            return (n, Some(code));
        }
    }
    unreachable!("there is a limit")
}

/// Folders within each other, each made from the one above it.
fn deep(name: &str, depth: u64) -> Taken {
    let below = |folder: &Descriptor| {
        folder.create_directory_at(name)?;
        folder.open_at(PathFlags::empty(), name, OpenFlags::DIRECTORY, DescriptorFlags::READ)
    };
    let mut here = match root() {
        Ok(root) => root,
        Err(code) => return failed(code),
    };
    for n in 0..depth {
        match below(&here) {
            Ok(folder) => here = folder,
            Err(code) => return (n, Some(code)),
        }
    }
    (depth, None)
}

/// Writes pieces of `size` bytes one behind the other.
fn bytes(file: &Descriptor, size: u64) -> Taken {
    let piece = vec![b'b'; usize::try_from(size).unwrap()];
    let mut written = 0;
    loop {
        match file.write(&piece, written) {
            Ok(count) => written += count,
            Err(code) => return (written, Some(code)),
        }
    }
}

fn streamed(stream: Result<OutputStream, ErrorCode>) -> Taken {
    let stream = match stream {
        Ok(stream) => stream,
        Err(code) => return failed(code),
    };
    let mut written = 0;
    loop {
        match stream.blocking_write_and_flush(&[b's'; 4096]) {
            Ok(()) => written += 4096,
            Err(StreamError::LastOperationFailed(error)) => return (written, filesystem_error_code(&error)),
            Err(StreamError::Closed) => return (written, None),
        }
    }
}

/// Writes that are under way when the instance ends.
fn trap_while_writing(file: Result<Descriptor, ErrorCode>) -> Taken {
    let file = match file {
        Ok(file) => file,
        Err(code) => return failed(code),
    };
    for n in 0..16 {
        let stream = file.write_via_stream(n << 16).unwrap();
        stream.write(&vec![b't'; 1 << 16]).unwrap();
        keep(|kept| kept.writers.push(stream));
    }
    std::process::abort()
}
