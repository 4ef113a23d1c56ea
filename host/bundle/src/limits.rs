//! How much of a bundle there may be, for writers and readers, and the defaults.

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident / $setter:ident: $kind:ty = $constant:ident($default:expr);)+) => {
        $($(#[doc = $doc])+ pub const $constant: $kind = $default;)+

        /// What a bundle is held to. The default of each is the constant of its name in this module, which also argues it.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Limits { $(pub(crate) $name: $kind,)+ }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $constant,)+ }
            }
        }

        impl Limits {
            $(#[doc = concat!("Sets [`", stringify!($constant), "`].")]
            #[must_use] pub const fn $setter(mut self, value: $kind) -> Self { self.$name = value; self })+
        }
    };
}

limits! {
    /// Sections of a bundle: 32, where five kinds are known. The directory has 72 bytes for each, so it also bounds what is read before
    /// anything is checked. Beyond it the bundle is refused.
    sections / with_sections: usize = SECTIONS(32);

    /// Bytes of one section: 1 GiB. Components and their code have some ten MiB, and who looks at a foreign bundle holds a section in
    /// memory. Beyond it the bundle is refused. A component has as many at most when it is decompressed, too.
    section_bytes / with_section_bytes: u64 = SECTION_BYTES(1 << 30);
}
