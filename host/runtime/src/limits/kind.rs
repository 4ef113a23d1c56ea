use std::str::FromStr;
use std::time::Duration;

/// A kind of limit: how its text is read.
pub(super) trait Kind: Sized {
    /// What would be accepted, in words.
    const EXPECTED: &'static str;

    /// The value, unless it is none of this kind.
    fn read(text: &str) -> Option<Self>;

    /// A text that [`Kind::read`] takes for the same.
    fn write(self) -> String;
}

impl Kind for usize {
    const EXPECTED: &'static str = "a size or count above zero, such as 256MiB or 1024";
    fn read(text: &str) -> Option<Self> {
        let bytes = bytesize::ByteSize::from_str(text).ok()?.as_u64();
        usize::try_from(bytes).ok().filter(|bytes| *bytes > 0)
    }

    fn write(self) -> String {
        self.to_string()
    }
}

impl Kind for Duration {
    const EXPECTED: &'static str = "a time above zero, such as 250ms or 30s";
    fn read(text: &str) -> Option<Self> {
        humantime::parse_duration(text).ok().filter(|time| !time.is_zero())
    }

    fn write(self) -> String {
        humantime::format_duration(self).to_string()
    }
}
