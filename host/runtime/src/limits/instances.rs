use super::Kind;

/// How many instances a plugin may have: from 1 to [`InstanceCount::MOST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceCount(u32);

impl InstanceCount {
    /// One, which is what a plugin that does not say that it is stateless always has.
    pub const ONE: Self = Self(1);

    /// The most: 64, the cores of a large server. More than there are cores gain nothing, and each costs a thread, memory of its own, and 32 GiB of
    /// addresses, of which a process has 128 TiB.
    pub const MOST: Self = Self(64);

    /// This many. None for zero, and for more than [`InstanceCount::MOST`].
    #[must_use]
    pub const fn new(count: u32) -> Option<Self> {
        if count >= Self::ONE.0 && count <= Self::MOST.0 { Some(Self(count)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Kind for InstanceCount {
    const EXPECTED: &'static str = "a count from 1 to 64";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().and_then(Self::new)
    }

    fn write(self) -> String {
        self.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{INSTANCES, Limits};
    use super::*;

    #[test]
    fn there_is_a_least_and_a_most() {
        let mut limits = Limits::default();
        assert_eq!((limits.instances(), INSTANCES), (InstanceCount::ONE, InstanceCount::ONE));
        for count in [1, 2, 64] {
            limits.set("instances", &count.to_string()).unwrap();
            assert_eq!(limits.instances().get(), count);
        }
        for wrong in ["0", "65", "-1", "two", "1KiB", ""] {
            let error = limits.set("instances", wrong).unwrap_err().to_string();
            assert!(error.contains(&format!("`{wrong}` is not a count from 1 to {}", InstanceCount::MOST.get())), "{error}");
        }
        assert_eq!(limits.instances(), InstanceCount::MOST);
    }
}
