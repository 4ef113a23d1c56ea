//! The allocator of a component: a block that was freed is the next one of its size, without the C library's search.
//!
//! `wasm32-wasip2` has dlmalloc for an allocator, which was a third of what a small request costs in the guest. A request makes and frees blocks of the same
//! few sizes as the one before it.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::ptr;

/// Bytes from one size to the next. dlmalloc gives no finer ones, and the pointer to the next free block fits in.
const STEP: usize = 16;

/// The size of the largest blocks that are kept, in bytes. What is larger is made seldom, and grows in place with the C library.
const LARGEST: usize = 1024;

const SIZES: usize = LARGEST / STEP;

/// Bytes that are kept of each size, at most: 1 MiB in all, which a guest that needs large blocks later does without. What is beyond goes back to the C library,
/// which makes it large again.
const KEPT: usize = 16 * 1024;

/// What dlmalloc aligns to without being asked. Types that need more are few.
const ALIGN: usize = 8;

#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: SmallBlocks<std::alloc::System> = SmallBlocks::new(std::alloc::System);

/// Keeps freed small blocks of `A` in a list for each size, and gives the one that was freed last.
///
/// It is for one thread: [`Sync`] only where there is no second one.
struct SmallBlocks<A> {
    free: [FreeBlocks; SIZES],
    inner: A,
}

// SAFETY: `Sync` allows a value to be used from several threads. Wasm without atomics, which is all that the SDK is compiled for (see the `compile_error!` in `wasm`),
// has one.
#[cfg(target_family = "wasm")]
#[expect(unsafe_code, reason = "a global allocator has to be Sync")]
unsafe impl<A> Sync for SmallBlocks<A> {}

/// Free blocks of one size, each with the pointer to the next in its first bytes.
struct FreeBlocks {
    first: Cell<*mut u8>,
    /// Bytes that may still be kept.
    room: Cell<usize>,
}

impl<A> SmallBlocks<A> {
    const fn new(inner: A) -> Self {
        Self { free: [const { FreeBlocks { first: Cell::new(ptr::null_mut()), room: Cell::new(KEPT) } }; SIZES], inner }
    }

    /// The free blocks that serve `layout`. `None` for one that is left to `A`.
    #[inline]
    fn of(&self, layout: Layout) -> Option<&FreeBlocks> {
        if layout.align() > ALIGN { None } else { self.free.get(layout.size().wrapping_sub(1) / STEP) }
    }

    /// The layout that `A` is asked for: with the size of all blocks that [`of`](Self::of) finds together.
    fn asked(&self, layout: Layout) -> Layout {
        let rounded = self.of(layout).and_then(|_| Layout::from_size_align(rounded(layout), ALIGN).ok());
        rounded.unwrap_or(layout)
    }
}

/// A small size in whole steps.
#[inline]
const fn rounded(layout: Layout) -> usize {
    layout.size().next_multiple_of(STEP)
}

#[expect(unsafe_code, reason = "an allocator")]
impl<A: GlobalAlloc> SmallBlocks<A> {
    // Apart from what is quick, which then has no registers to save.
    #[cold]
    #[inline(never)]
    unsafe fn make(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's layout, or a larger one.
        unsafe { self.inner.alloc(self.asked(layout)) }
    }

    #[cold]
    #[inline(never)]
    unsafe fn give_back(&self, block: *mut u8, layout: Layout) {
        // SAFETY: `make` asked for it with this layout, now or when the block was made first.
        unsafe { self.inner.dealloc(block, self.asked(layout)) }
    }
}

// SAFETY: a block is either one of `inner` for exactly the layout that was asked for, or one for the rounded layout that `asked` gives for each layout of its size. Both are as
// large and as aligned as asked, and which of them it is follows from the layout alone, which callers give back unchanged. A free block is in one list, once: it comes in when it
// is freed and leaves when it is given away.
#[expect(unsafe_code, reason = "an allocator")]
unsafe impl<A: GlobalAlloc> GlobalAlloc for SmallBlocks<A> {
    // Inlined, these make a component a fifth larger.
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if let Some(blocks) = self.of(layout) {
            let first = blocks.first.get();
            if !first.is_null() {
                // SAFETY: `dealloc` wrote this pointer, into a block of at least `STEP` bytes that is aligned to `ALIGN`, which pointers need.
                blocks.first.set(unsafe { first.cast::<*mut u8>().read() });
                blocks.room.set(blocks.room.get() + rounded(layout));
                return first;
            }
        }
        // SAFETY: the caller's layout.
        unsafe { self.make(layout) }
    }

    #[inline(never)]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if let Some(blocks) = self.of(layout)
            && let Some(room) = blocks.room.get().checked_sub(rounded(layout))
        {
            // SAFETY: as in `alloc`, and the block is nobody's any more.
            unsafe { block.cast::<*mut u8>().write(blocks.first.get()) };
            blocks.first.set(block);
            blocks.room.set(room);
            return;
        }
        // SAFETY: the caller's block and layout.
        unsafe { self.give_back(block, layout) }
    }

    #[inline(never)]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if self.of(layout).is_none() {
            // SAFETY: the caller's layout, unchanged. The C library knows which pages are zero already.
            return unsafe { self.inner.alloc_zeroed(layout) };
        }
        // SAFETY: the caller's layout, and as many bytes of the block that it gave.
        unsafe {
            let block = self.alloc(layout);
            if !block.is_null() {
                block.write_bytes(0, layout.size());
            }
            block
        }
    }

    #[inline(never)]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: callers see to it that the new size, rounded up to the alignment, is a valid one.
        let new = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        let small = self.of(layout).is_some();
        if small != self.of(new).is_some() || (small && rounded(layout) != rounded(new)) {
            // SAFETY: the blocks are two, each at least as large as what is copied, and the old one is freed only when there is a new one.
            unsafe {
                let moved = self.alloc(new);
                if !moved.is_null() {
                    ptr::copy_nonoverlapping(block, moved, layout.size().min(new_size));
                    self.dealloc(block, layout);
                }
                moved
            }
        } else if small {
            block
        } else {
            // SAFETY: `inner` made the block with this layout.
            unsafe { self.inner.realloc(block, layout, new_size) }
        }
    }
}

#[cfg(test)]
#[expect(unsafe_code, reason = "callers of an allocator")]
mod tests;
