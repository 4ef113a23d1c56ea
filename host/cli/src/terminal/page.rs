use crate::launcher::Style;

/// The width of a page, in columns: what every terminal has.
const WIDTH: usize = 80;

/// Where values begin.
const COLUMN: usize = 13;

/// How a value is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    /// What is allowed.
    Good,
    /// What needs a look.
    Bad,
    /// What may be passed over.
    Dim,
}

/// Labels with values beside them, none of the lines wider than a terminal. Values may be anybody's text: nothing in them steers the terminal.
#[derive(Debug)]
pub(crate) struct Page {
    style: Style,
    lines: Vec<String>,
}

impl Page {
    pub(crate) const fn new(style: Style) -> Self {
        Self { style, lines: Vec::new() }
    }

    /// An empty line, then a title.
    pub(crate) fn title(&mut self, title: &str) {
        self.lines.push(String::new());
        self.lines.push(self.style.paint("1", title));
    }

    /// A label with its value. Without a label, it is one more value of the label before.
    pub(crate) fn put(&mut self, label: &str, value: &str) {
        self.put_in(Tone::Plain, label, value);
    }

    pub(crate) fn put_in(&mut self, tone: Tone, label: &str, value: &str) {
        let code = match tone {
            Tone::Plain => None,
            Tone::Good => Some("32"),
            Tone::Bad => Some("33"),
            Tone::Dim => Some("2"),
        };
        for (index, line) in wrapped(&super::plain(value), WIDTH - COLUMN).iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            let value = code.map_or_else(|| line.clone(), |code| self.style.paint(code, line));
            self.lines.push(format!("{label:<COLUMN$}{value}").trim_end().to_owned());
        }
    }

    /// A sentence that takes the width for itself.
    pub(crate) fn sentence(&mut self, text: &str) {
        for (index, line) in wrapped(&super::plain(text), WIDTH - 2).iter().enumerate() {
            self.lines.push(format!("{}{line}", if index == 0 { "- " } else { "  " }));
        }
    }

    /// A line to be copied, which is indented and not wrapped. It is the caller's to keep it short.
    pub(crate) fn code(&mut self, line: &str) {
        self.lines.push(format!("    {}", super::plain(line)));
    }

    /// All lines, without an end of the last.
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }
}

/// The columns that a text takes, those of a wide character counted as two. Some that are counted so take one.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(c: char) -> usize {
    if c >= '\u{1100}' && !matches!(c, '\u{2010}'..='\u{2027}') { 2 } else { 1 }
}

/// The words in lines of at most `width` columns. A word that is wider is broken.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        if word.is_empty() {
            // One of several spaces: it stays within a line.
            if let Some(line) = lines.last_mut().filter(|_| used > 0 && used < width) {
                line.push(' ');
                used += 1;
            }
            continue;
        }
        let wide = columns(word);
        if used > 0 && used + 1 + wide > width {
            lines.push(String::new());
            used = 0;
        }
        let Some(mut line) = lines.pop() else { continue };
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for c in word.chars() {
            if used + columns_of(c) > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += columns_of(c);
        }
        lines.push(line);
    }
    lines.iter_mut().for_each(|line| line.truncate(line.trim_end().len()));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { colour: false };

    #[test]
    fn words_are_kept_whole_where_they_can_be() {
        assert_eq!(wrapped("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrapped("a  b c", 9), ["a  b c"]);
        assert_eq!(wrapped("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrapped("a abcdef", 4), ["a", "abcd", "ef"]);
        assert_eq!(wrapped("語語語", 4), ["語語", "語"]);
        assert_eq!(wrapped("", 4), [""]);
    }

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        let mut page = Page::new(PLAIN);
        for text in ["a ".repeat(90), "b".repeat(200), "語".repeat(90), "\x1b[2J".repeat(30)] {
            page.put("label", &text);
            page.sentence(&text);
        }
        let text = page.text();
        assert!(text.lines().all(|line| columns(line) <= WIDTH), "{text}");
        assert!(text.lines().any(|line| columns(line) == WIDTH), "{text}");
        assert!(!text.contains('\x1b'), "{text}");
    }

    #[test]
    fn colours_are_a_choice() {
        let shown = |colour| {
            let mut page = Page::new(Style { colour });
            page.put_in(Tone::Bad, "network", "refused");
            page.text()
        };
        assert_eq!(shown(false), "network      refused");
        assert_eq!(shown(true), "network      \x1b[33mrefused\x1b[0m");
    }
}
