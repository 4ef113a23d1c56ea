//! The limit on linear memory, which remembers that it was reached: the trap that follows in the guest does not say so.

use wasmtime::ResourceLimiter;

/// Bounds all linear memory of a store together.
#[derive(Debug)]
pub(crate) struct MemoryLimit {
    limit: usize,
    used: usize,
    refused: Option<usize>,
}

/// Elements of a guest's tables: Rust guests have one for each function whose address is taken.
const TABLE_ELEMENTS: usize = 1 << 20;

impl MemoryLimit {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, used: 0, refused: None }
    }

    /// The bytes of linear memory in use.
    pub(crate) fn used(&self) -> usize {
        self.used
    }

    /// What to add to the cause of a trap, if the guest was refused memory before it.
    pub(crate) fn explanation(&self) -> Option<String> {
        let wanted = bytesize::ByteSize::b(u64::try_from(self.refused?).unwrap_or(u64::MAX));
        let limit = bytesize::ByteSize::b(u64::try_from(self.limit).unwrap_or(u64::MAX));
        Some(format!("out of memory: it asked for {wanted}, and its limit is {limit}"))
    }
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let total = self.used.saturating_sub(current).saturating_add(desired);
        let allowed = total <= self.limit;
        if allowed {
            self.used = total;
        } else {
            self.refused = Some(total);
        }
        Ok(allowed)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_the_last_that_is_allowed() {
        let mut memory = MemoryLimit::new(100);
        assert!(memory.memory_growing(0, 60, None).unwrap());
        assert!(memory.memory_growing(60, 100, None).unwrap());
        assert_eq!(memory.explanation(), None);
        assert!(!memory.memory_growing(100, 101, None).unwrap());
        assert_eq!(memory.used(), 100);
        assert!(memory.explanation().unwrap().contains("101 B"));
    }

    #[test]
    fn memories_count_together() {
        let mut memory = MemoryLimit::new(100);
        assert!(memory.memory_growing(0, 60, None).unwrap());
        assert!(!memory.memory_growing(0, 41, None).unwrap());
        assert!(memory.memory_growing(0, 40, None).unwrap());
    }
}
