use std::fmt;

/// The name of the custom section in which the SDK leaves its version in a component, as text such as
/// `0.1.0`. The launcher reads it when a component does not fit.
pub const SDK_VERSION_SECTION: &str = "temps-sdk-version";

/// The generation of the protocol that a host speaks.
///
/// A plugin tells them apart by its command line: with `--auth-secret` it is [`V1`](Self::V1),
/// without it is [`V2`](Self::V2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProtocolVersion {
    /// The secret comes as an argument, requests are unsigned, and the messages carry no version
    /// number.
    V1,
    /// The secret comes on standard input, every request is signed, and the handshake's messages
    /// carry the number 2.
    V2,
}

impl ProtocolVersion {
    /// The number as the handshake's messages write it: 1 or 2. No message of version 1 carries it.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
        }
    }
}

/// `v1` or `v2`.
impl fmt::Display for ProtocolVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_as_people_write_it() {
        assert_eq!(ProtocolVersion::V1.to_string(), "v1");
        assert_eq!(ProtocolVersion::V2.to_string(), "v2");
    }
}
