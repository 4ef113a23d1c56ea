//! Everything that fetches are held to, and its default.

use std::time::Duration;

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident / $setter:ident: $kind:ty = $constant:ident($default:expr);)+) => {
        $($(#[doc = $doc])+ pub const $constant: $kind = $default;)+

        /// What fetches are held to. The default of each is the constant of its name in this module, which also argues it.
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
    /// Fetches under way at once, each until its response's body has ended or is dropped; default 32. A crawl is polite with fewer, and each may
    /// cost a connection and a decoder's window of 16 MiB. More wait in order, within their own time.
    at_once / with_at_once: usize = AT_ONCE(32);

    /// Fetches that wait for their turn; default 1,024, one for each request in flight. Beyond it a fetch fails at once.
    queue / with_queue: usize = QUEUE(1024);

    /// The bytes of the requests that wait or are under way: URLs, headers, and bodies in one piece; default 64 MiB. The guest's own memory
    /// does not count them. Beyond it a fetch fails at once. Streamed bodies hold next to nothing, and are bounded by [`TIME`] alone.
    request_bytes / with_request_bytes: usize = REQUEST_BYTES(64 << 20);

    /// The bytes of a response's body, both as they come and decompressed; default 64 MiB. Ample for pages, feeds and archives, and an end to bombs
    /// and to bodies without one. Beyond it the body fails.
    response_bytes / with_response_bytes: usize = RESPONSE_BYTES(64 << 20);

    /// The bytes of a response's headers: names and values, with 4 for each; default 64 KiB, what common clients accept. Beyond it the
    /// fetch fails. There may be 100 headers.
    header_bytes / with_header_bytes: usize = HEADER_BYTES(64 << 10);

    /// The time of a fetch, from the call to the end of the body, redirects and the wait for its turn included; default 5 min, enough for a slow API
    /// and for a large download. A fetch may have less, not more.
    time / with_time: Duration = TIME(Duration::from_secs(300));

    /// The time for a connection: to resolve the name, to connect, and for TLS; default 10 s, in which a lost packet is sent again thrice.
    connect_time / with_connect_time: Duration = CONNECT_TIME(Duration::from_secs(10));

    /// How long the body of a response may bring nothing while it is read; default 30 s, longer than servers that stream stay silent.
    idle_time / with_idle_time: Duration = IDLE_TIME(Duration::from_secs(30));

    /// Redirects that are followed at most; default 20, as browsers do. A fetch may follow fewer. Beyond it the fetch fails.
    redirects / with_redirects: usize = REDIRECTS(20);
}
