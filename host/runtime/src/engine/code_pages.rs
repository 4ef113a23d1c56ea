//! Making pages executable that wasmtime does not own.

use std::ffi::c_void;

use rustix::mm::{MprotectFlags, mprotect};
use rustix::param::page_size;
use wasmtime::CustomCodeMemory;

/// Turns pages of a private map that can only be read into ones that can be run, and back. They are never writable.
pub(super) struct CodePages;

/// Whether `bytes` begin where a page does, as what is made executable has to.
pub(crate) fn are_whole_pages(bytes: &[u8]) -> bool {
    bytes.as_ptr().addr().is_multiple_of(page_size())
}

impl CustomCodeMemory for CodePages {
    fn required_alignment(&self) -> usize {
        page_size()
    }

    fn publish_executable(&self, ptr: *const u8, len: usize) -> wasmtime::Result<()> {
        protect(ptr, len, MprotectFlags::READ | MprotectFlags::EXEC)
    }

    fn unpublish_executable(&self, ptr: *const u8, len: usize) -> wasmtime::Result<()> {
        protect(ptr, len, MprotectFlags::READ)
    }
}

#[expect(unsafe_code, reason = "the protection of memory is changed")]
fn protect(ptr: *const u8, len: usize, flags: MprotectFlags) -> wasmtime::Result<()> {
    // SAFETY: wasmtime gives the text of code that it was given to run, which is a page's beginning and length, and part of a map that stays for as long as the
    // process does: `Component::from_code` takes no other with this. Nobody writes to it, since it is made of bytes that are borrowed, and the flags leave it readable
    // for them. Instructions come from a file that is mapped, so the system sees to the caches.
    unsafe { mprotect(ptr.cast::<c_void>().cast_mut(), len, flags) }.map_err(wasmtime::Error::from)
}
