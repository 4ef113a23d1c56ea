use serde_json::{Value, json};

use super::{Listed, Row};
use crate::inspect::Beside;
use crate::launcher::Style;
use crate::terminal::{columns, plain, size};

/// The widest name that is shown whole: with the other columns it makes 80.
const NAME: usize = 29;

/// The widest version that is shown whole.
const VERSION: usize = 16;

const HEAD: [&str; 5] = ["NAME", "VERSION", "SIZE", "NETWORK", "POLICY"];

impl Listed {
    /// A table with a line for each plugin, then what is wrong with which, then how many files are none.
    #[must_use]
    pub fn text(&self, style: Style) -> String {
        let rows: Vec<[String; 5]> = self.plugins.iter().map(cells).collect();
        let mut widths = HEAD.map(str::len);
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = columns(cell).max(*width);
            }
        }
        let line = |row: &[String; 5]| {
            let padded = row.iter().zip(widths).map(|(cell, width)| {
                let pad = width.saturating_sub(columns(cell));
                format!("{cell}{}", " ".repeat(pad))
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        let mut lines = Vec::new();
        if !rows.is_empty() {
            lines.push(style.paint("2", &line(&HEAD.map(str::to_owned))));
            lines.extend(self.plugins.iter().zip(&rows).map(|(plugin, row)| {
                let starts = !matches!(plugin.policy, Beside::Invalid(_)) && plugin.incomplete.is_none();
                let runs = plugin.examined.is_ok() && starts;
                if runs { line(row) } else { style.paint("33", &line(row)) }
            }));
        }
        let mut page = crate::terminal::Page::new(style);
        for plugin in &self.plugins {
            if let Err(error) = &plugin.examined {
                page.sentence(&format!("{} does not run: {error}", plugin.file));
            }
            if let Beside::Invalid(error) = &plugin.policy {
                page.sentence(&format!("{} would not start: {error}", plugin.file));
            }
            if let Some(incomplete) = &plugin.incomplete {
                page.sentence(&format!("{} would not start: {}", plugin.file, incomplete.summary()));
                incomplete.lines().iter().for_each(|line| page.code(line));
            }
        }
        lines.extend(Some(page.text()).filter(|text| !text.is_empty()));
        if rows.is_empty() {
            lines.push("no packed plugins".to_owned());
        }
        match self.others {
            0 => {}
            1 => lines.push("1 other program".to_owned()),
            others => lines.push(format!("{others} other programs")),
        }
        lines.join("\n")
    }

    /// One line of JSON. What is not known of a plugin that does not run is null.
    #[must_use]
    pub fn json(&self) -> String {
        let plugin = |plugin: &Row| {
            let examined = plugin.examined.as_ref().ok();
            let (granted, wanted) = plugin.network();
            let error = match &plugin.policy {
                Beside::Invalid(error) => Some(error.to_string()),
                Beside::None | Beside::Valid(..) => plugin.incomplete.as_ref().map(ToString::to_string),
            };
            json!({
                "file": plugin.file,
                "path": plugin.path.display().to_string(),
                "name": examined.map(|examined| &examined.description.manifest.name),
                "version": examined.map(|examined| &examined.description.manifest.version),
                "bytes": plugin.bytes,
                "sha256": examined.map(|examined| &examined.sha256),
                "error": plugin.examined.as_ref().err(),
                "network": examined.map(|_| json!({ "granted": granted, "wanted": wanted })),
                "policy": { "state": plugin.policy_state(), "error": error },
            })
        };
        let plugins: Vec<Value> = self.plugins.iter().map(plugin).collect();
        json!({ "plugins": plugins, "others": self.others }).to_string()
    }
}

fn cells(plugin: &Row) -> [String; 5] {
    let (granted, wanted) = plugin.network();
    let (name, version) = match &plugin.examined {
        Ok(examined) => {
            let manifest = &examined.description.manifest;
            let name =
                if manifest.name == plugin.file { plugin.file.clone() } else { format!("{} ({})", plugin.file, manifest.name) };
            (name, manifest.version.clone())
        }
        Err(_) => (plugin.file.clone(), "-".to_owned()),
    };
    let network = if wanted == 0 { "-".to_owned() } else { format!("{granted} of {wanted}") };
    [cut(&plain(&name), NAME), cut(&plain(&version), VERSION), size(plugin.bytes), network, plugin.policy_state().to_owned()]
}

/// The text, or its beginning with a mark.
fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        if columns(&cut) + 2 + 1 > width {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("longer", 5), "lon…");
        assert_eq!(columns(&cut(&"語".repeat(9), 6)), 5);
    }
}
