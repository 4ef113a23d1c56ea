//! What goes to a terminal.

/// A text that cannot steer a terminal: events, errors and manifests come from elsewhere.
pub(crate) fn plain(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
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
    }
}
