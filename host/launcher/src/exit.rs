//! How the launcher ends: the one table from an ending to its exit code.

/// How the process ended. Hosts read only zero or not; operators and tests tell the kinds apart by [`code`](Self::code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExitStatus {
    /// SIGTERM, SIGINT, SIGHUP or SIGQUIT came, and everything was put in order; or all is prepared.
    Stopped,
    /// The host's side of the handshake went wrong: the secret, the launch line, or a stream that was closed or did not go on.
    Handshake,
    /// An argument is missing or has a value that cannot be used.
    Usage,
    /// No component was found, or it cannot be read.
    ComponentMissing,
    /// The file is no component, or not one that can run as a plugin; or the binary's bundle is not whole.
    ComponentInvalid,
    /// The manifest, the OpenAPI document or the user interface is not valid.
    ManifestInvalid,
    /// The guest failed, trapped or took too long in `manifest` or `init`.
    GuestFailed,
    /// The socket cannot be bound.
    Socket,
    /// The data directory or its event inbox cannot be used, or another launcher uses it.
    DataDir,
    /// The host did not open the channel in time.
    NoChannel,
    /// The channel was lost, and the host did not open another in time.
    HostGone,
    /// The policy file cannot be used, something that it names is not there, its limit `memory` is below
    /// the component's own minimum, or it does not set a key that the plugin requires.
    Policy,
    /// The policy asks for a signature that the plugin does not have.
    Untrusted,
    /// The event loop did not turn for too long, so the watchdog ended the process.
    Stalled,
    /// A fault of the launcher itself, or of the system below it.
    Internal,
    /// A second signal came while the launcher was putting things in order: it stopped at once.
    Interrupted(Signal),
}

/// A signal that asks the launcher to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// SIGINT, as Ctrl-C sends.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// SIGHUP, as a terminal that is closed sends.
    Hangup,
    /// SIGQUIT, as Ctrl-\ sends.
    Quit,
}

impl Signal {
    /// The signal's name, such as `SIGTERM`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::Hangup => "SIGHUP",
            Self::Quit => "SIGQUIT",
        }
    }

    const fn number(self) -> u8 {
        match self {
            Self::Hangup => 1,
            Self::Interrupt => 2,
            Self::Quit => 3,
            Self::Terminate => 15,
        }
    }
}

impl ExitStatus {
    /// Every kind of ending with what it means, as `--help` prints it.
    pub const TABLE: &'static [(Self, &'static str)] = &[
        (Self::Stopped, "stopped by a signal, everything in order"),
        (Self::Handshake, "the handshake with the host failed"),
        (Self::Usage, "an argument is missing or wrong"),
        (Self::ComponentMissing, "no component found, or it cannot be read"),
        (Self::ComponentInvalid, "not a component, or not one that can run as a Temps plugin; or a bundle that is not whole"),
        (Self::ManifestInvalid, "the manifest, the OpenAPI document or the user interface is not valid"),
        (Self::GuestFailed, "the guest failed or took too long in `manifest` or `init`"),
        (Self::Socket, "the socket cannot be bound"),
        (Self::DataDir, "the data directory or its event inbox cannot be used, or another launcher uses it"),
        (Self::NoChannel, "the host did not open the channel in time"),
        (Self::HostGone, "the channel was lost, and the host did not open another in time"),
        (Self::Policy, "the policy file cannot be used, or what it names or the plugin requires is not there"),
        (Self::Untrusted, "the plugin is not signed with a key that the policy file trusts"),
        (Self::Stalled, "the event loop did not turn for too long: stopped at once"),
        (Self::Internal, "a fault of the launcher or the system"),
        (Self::Interrupted(Signal::Hangup), "a second signal, SIGHUP: stopped at once"),
        (Self::Interrupted(Signal::Interrupt), "a second signal, SIGINT: stopped at once"),
        (Self::Interrupted(Signal::Quit), "a second signal, SIGQUIT: stopped at once"),
        (Self::Interrupted(Signal::Terminate), "a second signal, SIGTERM: stopped at once"),
    ];

    /// The exit code. 1 is what the protocol asks for when the handshake fails; 70 is `EX_SOFTWARE`; 128 and the signal's number is
    /// what shells use.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Stopped => 0,
            Self::Handshake => 1,
            Self::Usage => 2,
            Self::ComponentMissing => 3,
            Self::ComponentInvalid => 4,
            Self::ManifestInvalid => 5,
            Self::GuestFailed => 6,
            Self::Socket => 7,
            Self::DataDir => 8,
            Self::NoChannel => 9,
            Self::HostGone => 10,
            Self::Policy => 11,
            Self::Untrusted => 12,
            Self::Stalled => 13,
            Self::Internal => 70,
            Self::Interrupted(signal) => 128 + signal.number(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_ending_has_a_code_of_its_own() {
        let codes: HashSet<u8> = ExitStatus::TABLE.iter().map(|(status, _)| status.code()).collect();
        assert_eq!(codes.len(), ExitStatus::TABLE.len());
    }

    #[test]
    fn the_codes_that_others_rely_on_stay() {
        assert_eq!(ExitStatus::Stopped.code(), 0);
        assert_eq!(ExitStatus::Handshake.code(), 1);
        assert_eq!(ExitStatus::NoChannel.code(), 9);
        assert_eq!(ExitStatus::HostGone.code(), 10);
        assert_eq!(ExitStatus::Interrupted(Signal::Terminate).code(), 143);
    }
}
