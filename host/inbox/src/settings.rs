//! What an inbox is held to, and the defaults.

use std::time::Duration;

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident / $setter:ident: $kind:ty = $constant:ident($default:expr);)+) => {
        $($(#[doc = $doc])+ pub const $constant: $kind = $default;)+

        /// What an inbox is held to. The default of each is the constant of its name in this module, which also argues it.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Settings { $(pub(crate) $name: $kind,)+ }

        impl Default for Settings {
            fn default() -> Self {
                Self { $($name: $constant,)+ }
            }
        }

        impl Settings {
            $(#[doc = concat!("Sets [`", stringify!($constant), "`].")]
            #[must_use] pub const fn $setter(mut self, value: $kind) -> Self { self.$name = value; self })+
        }
    };
}

settings! {
    /// Events that wait for their delivery, those that are being delivered among them: 10,000, as many as a busy platform emits in some
    /// hours in which the plugin takes none. Beyond it an event is refused.
    pending / with_pending: usize = PENDING(10_000);

    /// The bytes of the inbox's file: 256 MiB, so that no host fills the disk with it. Beyond it an event is refused.
    bytes / with_bytes: usize = BYTES(256 << 20);

    /// Deliveries of an event: 8, the last about two minutes after the first. After the last it is dead.
    tries / with_tries: usize = TRIES(8);

    /// The pause before the second delivery: 1 s. Then it doubles. Each is shortened at random by up to a half, so that plugins that
    /// wait for the same thing do not come back at the same time.
    first_wait / with_first_wait: Duration = FIRST_WAIT(Duration::from_secs(1));

    /// The longest such pause: 1 min. The events behind one wait for it too.
    longest_wait / with_longest_wait: Duration = LONGEST_WAIT(Duration::from_secs(60));

    /// Events that are done or dropped and still known by their id: 10,000. A host repeats an event within minutes, if it does.
    history / with_history: usize = HISTORY(10_000);

    /// Dead events that are kept: 1,000. Beyond it the oldest goes, and the log names it.
    dead / with_dead: usize = DEAD(1_000);
}
