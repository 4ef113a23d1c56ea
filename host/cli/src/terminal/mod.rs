//! What goes to a terminal.

mod page;

pub(crate) use page::{Page, Tone, columns, wrapped};

/// A text that cannot steer a terminal: events, errors and manifests come from elsewhere.
pub(crate) fn plain(text: &str) -> String {
    text.chars().flat_map(|c| if steers(c) { c.escape_default().collect() } else { vec![c] }).collect()
}

/// Control characters, and those that are not seen themselves and change in which order, or whether, others are: a text must not look like another one.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A number of bytes, as people read it.
pub(crate) fn size(bytes: u64) -> String {
    const KIB: u64 = 1024;
    const MIB: u64 = KIB * 1024;
    match bytes {
        0..KIB => format!("{bytes} bytes"),
        KIB..MIB => format!("{}.{} KiB", bytes / KIB, bytes % KIB * 10 / KIB),
        _ => format!("{}.{} MiB", bytes / MIB, bytes % MIB * 10 / MIB),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_readable() {
        let shown: Vec<String> = [0, 1023, 1024, 1536, 1024 * 1024, 2 * 1024 * 1024 + 300 * 1024].into_iter().map(size).collect();
        assert_eq!(shown, ["0 bytes", "1023 bytes", "1.0 KiB", "1.5 KiB", "1.0 MiB", "2.2 MiB"]);
    }

    #[test]
    fn control_characters_are_shown() {
        assert_eq!(plain("a\x1b[2J\nä"), r"a\u{1b}[2J\nä");
        assert_eq!(plain("ok\u{202e}gpj\u{200b}"), r"ok\u{202e}gpj\u{200b}");
    }
}
