//! What goes to a terminal.

mod page;

pub(crate) use page::{Page, Tone, columns, wrapped};

/// A text that cannot steer a terminal: events, errors and manifests come from elsewhere.
pub(crate) fn plain(text: &str) -> String {
    text.chars().flat_map(|c| if steers(c) { c.escape_default().collect() } else { vec![c] }).collect()
}

/// The text for a terminal, lines and colours as they are, with everything else escaped that steers it: part of it may be a file's name, or
/// come from a plugin.
pub(crate) fn lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if c == '\u{1b}' { colour(rest) } else { 0 };
        let (piece, after) = rest.split_at(length.max(c.len_utf8()));
        if length > 0 || matches!(c, '\n' | '\t') || !steers(c) {
            shown.push_str(piece);
        } else {
            shown.extend(c.escape_default());
        }
        rest = after;
    }
    shown
}

/// The length of the sequence that sets colours which a text begins with. 0 without one.
fn colour(text: &str) -> usize {
    let Some(inner) = text.strip_prefix("\u{1b}[") else { return 0 };
    let numbers = inner.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(inner.len());
    if inner.get(numbers..).is_some_and(|rest| rest.starts_with('m')) { text.len() - inner.len() + numbers + 1 } else { 0 }
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
    fn lines_keep_colours_and_nothing_else() {
        let text = "a\n\u{1b}[1;31mred\u{1b}[0m\tb";
        assert_eq!(lines(text), text);
        assert_eq!(lines("\u{1b}[2Jx\u{1b}]0;t\u{7}\u{9b}1m\u{202e}\u{1b}"), r"\u{1b}[2Jx\u{1b}]0;t\u{7}\u{9b}1m\u{202e}\u{1b}");
        assert_eq!(lines("\u{1b}[31"), r"\u{1b}[31");
    }

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
