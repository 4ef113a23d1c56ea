//! How much of a user interface there may be, and the defaults.

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident / $setter:ident = $constant:ident($default:expr);)+) => {
        $($(#[doc = $doc])+ pub const $constant: usize = $default;)+

        /// What a user interface is held to. The default of each is the constant of its name in this module, which also argues it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Limits { $(pub(crate) $name: usize,)+ }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $constant,)+ }
            }
        }

        impl Limits {
            $(#[doc = concat!("Sets [`", stringify!($constant), "`].")]
            #[must_use] pub const fn $setter(mut self, value: usize) -> Self { self.$name = value; self })+
        }
    };
}

limits! {
    /// Files: 4,096. A built interface has some tens, one with an icon for each of many things some hundreds, and each costs the launcher a
    /// kilobyte of headers made in advance. Beyond it the start fails.
    files / with_files = FILES(4096);

    /// Bytes of one file: 16 MiB. Scripts have a few, fonts and pictures fewer, and it is copied out of the guest in one piece. Beyond it
    /// the start fails.
    file_bytes / with_file_bytes = FILE_BYTES(16 << 20);

    /// Bytes of all files, uncompressed: 64 MiB, a quarter of the memory that a guest has by default, whose own copy counts against that.
    /// Beyond it the start fails.
    bytes / with_bytes = BYTES(64 << 20);

    /// Bytes of a path: 512. Build tools stay below 200, and clients send some kilobytes of it. A longer one ends the start.
    path_bytes / with_path_bytes = PATH_BYTES(512);
}
