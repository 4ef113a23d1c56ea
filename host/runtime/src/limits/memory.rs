use std::str::FromStr;

use super::Kind;

/// The bytes of linear memory that a guest may have: from 1 to [`MemoryBytes::MOST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemoryBytes(usize);

impl MemoryBytes {
    /// The most: 4 GiB, which is all that the 32-bit addresses of a WebAssembly memory reach. The
    /// engine reserves as many addresses for each memory and refuses a larger one.
    pub const MOST: Self = Self(4 << 30);

    /// So many bytes. None for zero, and for more than [`MemoryBytes::MOST`].
    #[must_use]
    pub const fn new(bytes: usize) -> Option<Self> {
        if bytes > 0 && bytes <= Self::MOST.0 { Some(Self(bytes)) } else { None }
    }

    /// So many MiB. More than [`MemoryBytes::MOST`] are as many as that.
    #[must_use]
    pub const fn mebibytes(count: u16) -> Self {
        let bytes = (count as usize) << 20;
        if bytes > Self::MOST.0 { Self::MOST } else { Self(bytes) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> usize {
        self.0
    }
}

impl Kind for MemoryBytes {
    const EXPECTED: &'static str = "a size above zero and at most 4GiB, such as 256MiB";

    fn read(text: &str) -> Option<Self> {
        let bytes = bytesize::ByteSize::from_str(text).ok()?.as_u64();
        usize::try_from(bytes).ok().and_then(Self::new)
    }

    fn write(self) -> String {
        self.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Limits;

    #[test]
    fn the_most_is_what_32_bits_address() {
        let mut limits = Limits::default();
        for (text, bytes) in [("1", 1), ("4GiB", 1 << 32), ("4294967296", 1 << 32), ("4GB", 4_000_000_000)] {
            limits.set("memory", text).unwrap();
            assert_eq!(limits.memory().get(), bytes);
        }
        for wrong in ["0", "4294967297", "5GiB", "-1", "lots", ""] {
            let error = limits.set("memory", wrong).unwrap_err().to_string();
            let said = format!("limit `memory`: `{wrong}` is not a size above zero and at most 4GiB, such as 256MiB");
            assert_eq!(error, said);
        }
    }
}
