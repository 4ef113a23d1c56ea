use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::RefCell;
use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

/// What is allocated, with its layout: fails when a block is freed with another one, twice, or not at all.
#[derive(Default)]
struct Checked {
    live: RefCell<HashMap<usize, Layout>>,
    /// Fails from now on.
    empty: Cell<bool>,
}

impl Checked {
    fn count(&self) -> usize {
        self.live.borrow().len()
    }
}

// SAFETY: it is `System`, but for failing, which an allocator may.
unsafe impl GlobalAlloc for Checked {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.empty.get() {
            return ptr::null_mut();
        }
        // SAFETY: the caller's layout.
        let block = unsafe { System.alloc(layout) };
        self.live.borrow_mut().insert(block.addr(), layout);
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        assert_eq!(self.live.borrow_mut().remove(&block.addr()), Some(layout));
        // SAFETY: it was allocated so, as has just been checked.
        unsafe { System.dealloc(block, layout) };
    }
}

/// A block with what was written into it.
struct Held {
    block: *mut u8,
    layout: Layout,
    filled: u8,
}

impl Held {
    fn new(allocator: &SmallBlocks<Checked>, layout: Layout, filled: u8) -> Self {
        // SAFETY: sizes here are at least 1.
        let block = unsafe { allocator.alloc(layout) };
        let held = Self { block, layout, filled };
        held.fill();
        held
    }

    fn fill(&self) {
        assert!(!self.block.is_null() && self.block.addr().is_multiple_of(self.layout.align()));
        // SAFETY: the block is as large.
        unsafe { self.block.write_bytes(self.filled, self.layout.size()) };
    }

    fn whole(&self, bytes: usize) {
        // SAFETY: as above, and it has been filled.
        let content = unsafe { std::slice::from_raw_parts(self.block, bytes) };
        assert!(
            content.iter().all(|byte| *byte == self.filled),
            "a block of {:?} was written to by another's owner",
            self.layout
        );
    }

    fn resize(&mut self, allocator: &SmallBlocks<Checked>, size: usize) {
        self.whole(self.layout.size());
        // SAFETY: its block, its layout.
        self.block = unsafe { allocator.realloc(self.block, self.layout, size) };
        let kept = self.layout.size().min(size);
        self.layout = Layout::from_size_align(size, self.layout.align()).unwrap();
        self.whole(kept);
        self.fill();
    }

    fn free(self, allocator: &SmallBlocks<Checked>) {
        self.whole(self.layout.size());
        // SAFETY: its block, its layout.
        unsafe { allocator.dealloc(self.block, self.layout) };
    }
}

fn allocator() -> SmallBlocks<Checked> {
    SmallBlocks::new(Checked::default())
}

fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).unwrap()
}

/// Gives what is kept back, which a guest never does.
fn emptied(allocator: &SmallBlocks<Checked>) -> usize {
    for (index, blocks) in allocator.free.iter().enumerate() {
        let rounded = layout((index + 1) * STEP, ALIGN);
        while !blocks.first.get().is_null() {
            // SAFETY: what is kept is handed out, and freed as it was made.
            unsafe {
                let block = allocator.alloc(rounded);
                allocator.inner.dealloc(block, rounded);
            }
        }
        assert_eq!(blocks.room.get(), KEPT);
    }
    allocator.inner.count()
}

#[derive(Clone, Debug)]
enum Step {
    Make { size: usize, align: usize },
    Resize { nth: usize, size: usize },
    Free { nth: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Around the sizes that matter, and everywhere.
    let size = || prop_oneof![1..=40_usize, 1..=2 * LARGEST, LARGEST - 1..=LARGEST + 1, 1..=64 * LARGEST];
    let align = prop_oneof![4 => Just(1_usize), 4 => Just(8), 1 => Just(16), 1 => Just(64)];
    let step = prop_oneof![
        3 => (size(), align).prop_map(|(size, align)| Step::Make { size, align }),
        1 => (any::<usize>(), size()).prop_map(|(nth, size)| Step::Resize { nth, size }),
        2 => any::<usize>().prop_map(|nth| Step::Free { nth }),
    ];
    prop::collection::vec(step, 1..400)
}

proptest! {
    #[test]
    fn blocks_are_nobody_elses_and_go_back_as_they_came(steps in steps()) {
        let allocator = allocator();
        let mut held: Vec<Held> = Vec::new();
        for (n, step) in steps.into_iter().enumerate() {
            match step {
                Step::Make { size, align } => held.push(Held::new(&allocator, layout(size, align), n as u8)),
                Step::Resize { nth, size } if !held.is_empty() => {
                    let nth = nth % held.len();
                    held[nth].resize(&allocator, size);
                }
                Step::Free { nth } if !held.is_empty() => held.swap_remove(nth % held.len()).free(&allocator),
                Step::Resize { .. } | Step::Free { .. } => {}
            }
        }
        for block in held {
            block.free(&allocator);
        }
        prop_assert_eq!(emptied(&allocator), 0);
    }
}

#[test]
fn a_freed_block_is_the_next_of_its_size() {
    let allocator = allocator();
    let first = Held::new(&allocator, layout(33, 8), 1);
    let block = first.block;
    first.free(&allocator);
    let other = Held::new(&allocator, layout(49, 8), 2);
    assert_ne!(other.block, block);
    let again = Held::new(&allocator, layout(48, 1), 3);
    assert_eq!(again.block, block);
    assert_eq!(allocator.inner.count(), 2);
    other.free(&allocator);
    again.free(&allocator);
    assert_eq!(emptied(&allocator), 0);
}

#[test]
fn no_more_is_kept_than_the_constant_says() {
    let allocator = allocator();
    for (size, kept) in [(STEP, KEPT / STEP), (LARGEST, KEPT / LARGEST), (LARGEST + 1, 0)] {
        let blocks: Vec<_> = (0..=kept).map(|_| Held::new(&allocator, layout(size, 8), 7)).collect();
        assert_eq!(allocator.inner.count(), kept + 1);
        for block in blocks {
            block.free(&allocator);
        }
        assert_eq!(allocator.inner.count(), kept, "of {size} bytes");
        assert_eq!(emptied(&allocator), 0);
    }
}

#[test]
fn zeroed_blocks_are_zero_though_they_were_used_before() {
    let allocator = allocator();
    for size in [1, 24, LARGEST, LARGEST + 1] {
        Held::new(&allocator, layout(size, 8), 0xff).free(&allocator);
        // SAFETY: the sizes are not 0.
        let block = unsafe { allocator.alloc_zeroed(layout(size, 8)) };
        let zeroed = Held { block, layout: layout(size, 8), filled: 0 };
        zeroed.free(&allocator);
    }
    assert_eq!(emptied(&allocator), 0);
}

#[test]
fn a_block_that_cannot_grow_stays_as_it_was() {
    let allocator = allocator();
    let held = Held::new(&allocator, layout(100, 8), 5);
    allocator.inner.empty.set(true);
    for size in [200, 2 * LARGEST] {
        // SAFETY: its block, its layout.
        assert!(unsafe { allocator.realloc(held.block, held.layout, size) }.is_null());
    }
    // SAFETY: the sizes are not 0.
    assert!(unsafe { allocator.alloc_zeroed(layout(300, 8)) }.is_null());
    held.free(&allocator);
    assert_eq!(emptied(&allocator), 0);
}
