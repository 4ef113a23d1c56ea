//! The machine code that this process has mapped: the launcher's own, and the plugin's where that is run from the same file.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use rustix::fs::{major, minor};
use rustix::mm::{Advice, madvise};

/// When the start's part of the code is unmapped: 100 ms after the host was told that the plugin is ready. By then it has asked what it asks at first.
pub(crate) const SETTLED: Duration = Duration::from_millis(100);

/// Unmaps the pages of code, so that only those stay with this process that it goes on to use: each comes back from the file when it is next run, and the system keeps the
/// file's pages for as long as it has room. A start runs through much code once, and of what is beside it the system maps 64 KiB at a time.
///
/// Returns how many bytes of addresses that was.
///
/// # Errors
///
/// What the system says. Nothing is lost then.
pub(crate) fn unmap() -> io::Result<usize> {
    let maps = fs::read_to_string("/proc/self/maps")?;
    let own = File::open("/proc/self/exe")?.metadata()?;
    let file = format!("{:02x}:{:02x} {}", major(own.dev()), minor(own.dev()), own.ino());
    let mut bytes = 0;
    for range in maps.lines().filter_map(|line| code_of(line, &file)) {
        let length = range.end.saturating_sub(range.start);
        give_back(range.start, length)?;
        bytes += length;
    }
    Ok(bytes)
}

/// The addresses of a line of `maps`, if they are code of this file that nobody can have written to.
fn code_of(line: &str, file: &str) -> Option<std::ops::Range<usize>> {
    let (addresses, rest) = line.split_once(' ')?;
    let (protection, rest) = rest.split_once(' ')?;
    let (_offset, rest) = rest.split_once(' ')?;
    if protection != "r-xp" || rest.strip_prefix(file)?.chars().next().is_some_and(|next| next.is_ascii_digit()) {
        return None;
    }
    let (start, end) = addresses.split_once('-')?;
    Some(usize::from_str_radix(start, 16).ok()?..usize::from_str_radix(end, 16).ok()?)
}

#[expect(unsafe_code, reason = "memory is unmapped")]
fn give_back(start: usize, length: usize) -> io::Result<()> {
    let start = std::ptr::with_exposed_provenance_mut(start);
    // SAFETY: it is a private map of the running executable, which nobody can write to on disk, and in memory it cannot be written either: neither the linker nor
    // wasmtime changes code after it was mapped. Read again it is the same.
    unsafe { madvise(start, length, Advice::LinuxDontNeed) }.map_err(io::Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "fe:00 101";

    #[test]
    fn only_code_of_the_file_is_meant() {
        let line = |protection, place| format!("560c0010a000-560c01122000 {protection} 004de000 {place}    /plugins/hello");
        assert_eq!(code_of(&line("r-xp", "fe:00 101"), FILE), Some(0x560c_0010_a000..0x560c_0112_2000));
        for (protection, place) in [
            ("r--p", "fe:00 101"),
            ("rwxp", "fe:00 101"),
            ("r-xs", "fe:00 101"),
            ("r-xp", "fe:00 1012"),
            ("r-xp", "fe:00 10"),
            ("r-xp", "fe:01 101"),
        ] {
            assert_eq!(code_of(&line(protection, place), FILE), None, "{protection} {place}");
        }
        assert_eq!(code_of("560c0010a000-560c01122000 r-xp 00000000 00:00 0", FILE), None);
        assert_eq!(code_of("", FILE), None);
    }

    #[test]
    fn what_is_unmapped_goes_on() {
        let bytes = unmap().unwrap();
        // This test is part of the code, and still here.
        assert!(bytes > 100_000, "{bytes}");
    }
}
