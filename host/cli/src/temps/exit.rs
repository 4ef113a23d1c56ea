use std::fmt;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

/// How a plugin's process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// The number of the signal that ended it.
    pub signal: Option<i32>,
}

impl Exit {
    /// Whether the process ended by itself with code 0.
    #[must_use]
    pub fn success(self) -> bool {
        self.code == Some(0)
    }
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Self {
        Self { code: status.code(), signal: status.signal() }
    }
}

/// `exit code 3`, or `signal 9 (SIGKILL)`.
impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.signal) {
            (Some(code), _) => write!(f, "exit code {code}"),
            (None, Some(signal)) => {
                write!(f, "signal {signal}")?;
                match signal {
                    2 => f.write_str(" (SIGINT)"),
                    6 => f.write_str(" (SIGABRT)"),
                    9 => f.write_str(" (SIGKILL)"),
                    11 => f.write_str(" (SIGSEGV)"),
                    15 => f.write_str(" (SIGTERM)"),
                    _ => Ok(()),
                }
            }
            (None, None) => f.write_str("unknown status"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_a_process_ended() {
        assert_eq!(Exit::from(ExitStatus::from_raw(3 << 8)).to_string(), "exit code 3");
        assert_eq!(Exit::from(ExitStatus::from_raw(9)).to_string(), "signal 9 (SIGKILL)");
        assert!(Exit::from(ExitStatus::from_raw(0)).success());
        assert!(!Exit::from(ExitStatus::from_raw(15)).success());
    }
}
