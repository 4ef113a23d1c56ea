use serde_json::{Value, json};
use temps_plugin_bundle::{Entry, Kind};

use super::{Signed, Verified};
use crate::description::Identity;
use crate::interface::Interface;
use crate::terminal::{plain, size};

/// Where values begin: as wide as the longest name of a part that is known.
const COLUMN: usize = 11;

impl Verified {
    /// As people read it: a line for each thing, and one for each hash.
    #[must_use]
    pub fn text(&self) -> String {
        let plugin = match &self.identity {
            Some(Identity { name, version }) => format!("{} {}", plain(name), plain(version)),
            None => "not described".to_owned(),
        };
        let mut lines = vec![
            line("plugin", &plugin),
            line("file", &format!("{}, whole", plain(&self.path.display().to_string()))),
            line("launcher", &size(self.launcher)),
        ];
        for Entry { kind, length, digest, .. } in &self.sections {
            let holds = self.interface.filter(|_| *kind == Kind::UI).map(|Interface { files, bytes }| {
                let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
                format!(", {files} of {} uncompressed", size(bytes))
            });
            lines.push(line(&kind.to_string(), &format!("{}{}", size(*length), holds.unwrap_or_default())));
            lines.push(line("", &digest.to_string()));
        }
        lines.push(line(
            "signature",
            &match self.signature {
                Signed::Not => "none".to_owned(),
                Signed::Unchecked(key) => format!("{key}, not checked against a key"),
                Signed::With(key) => format!("{key}, checked"),
            },
        ));
        lines.join("\n")
    }

    /// As programs read it: one line of JSON.
    #[must_use]
    pub fn json(&self) -> String {
        let sections = self.sections.iter().map(|Entry { kind, offset, length, optional, digest }| {
            let (kind, digest) = (kind.to_string(), digest.to_string());
            json!({ "kind": kind, "offset": offset, "bytes": length, "optional": optional, "blake3": digest })
        });
        let signature = match self.signature {
            Signed::Not => Value::Null,
            Signed::Unchecked(key) => json!({ "key": key.to_string(), "checked": false }),
            Signed::With(key) => json!({ "key": key.to_string(), "checked": true }),
        };
        let line = json!({
            "file": self.path.display().to_string(),
            "name": self.identity.as_ref().map(|identity| &identity.name),
            "version": self.identity.as_ref().map(|identity| &identity.version),
            "launcher_bytes": self.launcher,
            "sections": sections.collect::<Vec<_>>(),
            "ui_files": self.interface.map(|Interface { files, bytes }| json!({ "files": files, "bytes": bytes })),
            "signature": signature,
        });
        line.to_string()
    }
}

fn line(name: &str, value: &str) -> String {
    format!("{name:<width$}{value}", width = COLUMN.max(name.len() + 2))
}

#[cfg(test)]
mod tests {
    use temps_plugin_bundle::{Bundle, KeyPair};

    use super::super::verify;
    use super::*;

    fn verified(description: &'static [u8], key: Option<&KeyPair>) -> Verified {
        let dir = tempfile::tempdir().unwrap();
        let (launcher, file) = (dir.path().join("launcher"), dir.path().join("plugin"));
        std::fs::write(&launcher, "launcher").unwrap();
        let unknown = "of-another-kind".parse().unwrap();
        let builder = Bundle::builder().section(Kind::COMPONENT, b"c".as_slice()).section(Kind::MANIFEST, description);
        let builder = builder.optional_section(unknown, b"x".as_slice());
        match key {
            Some(key) => builder.signed_with(key),
            None => builder,
        }
        .write(&launcher, &file)
        .unwrap();
        Verified { path: "./plugin".into(), ..verify(&file, &[]).unwrap() }
    }

    #[test]
    fn all_parts_are_shown_and_nothing_steers_the_terminal() {
        let text = verified(br#"{"manifest":{"name":"a\u001b[2J","version":"1\n2"}}"#, None).text();
        let expected = [
            r"plugin     a\u{1b}[2J 1\n2",
            "file       ./plugin, whole",
            "launcher   8 bytes",
            "component  1 bytes",
            "           ea7aa1fc9efdbe106dbb70369a75e9671fa29d52bd55536711bf197477b8f021",
            "manifest   51 bytes",
            "           ",
            "of-another-kind  1 bytes",
            "           3ae7d805f6789a6402acb70ad4096a85a56bf6804eaf25c0493ac697548d30b5",
            "signature  none",
        ];
        for (line, expected) in text.lines().zip(expected) {
            assert!(line.starts_with(expected) && line.len() <= 80, "{line:?}, not {expected:?}");
        }
        assert_eq!(text.lines().count(), expected.len());
    }

    #[test]
    fn a_signature_is_shown_as_a_claim() {
        let key = KeyPair::generate().unwrap();
        let verified = verified(b"no description", Some(&key));
        let (text, id) = (verified.text(), key.public().id());
        assert!(text.starts_with("plugin     not described\n"), "{text}");
        assert!(text.ends_with(&format!("\nsignature  {id}, not checked against a key")), "{text}");
        let json: Value = serde_json::from_str(&verified.json()).unwrap();
        assert_eq!((&json["name"], &json["signature"]), (&Value::Null, &json!({ "key": id.to_string(), "checked": false })));
        assert_eq!((&json["sections"][0]["kind"], &json["sections"][0]["bytes"]), (&json!("component"), &json!(1)));
    }
}
