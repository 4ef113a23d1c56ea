use std::cmp::Ordering;
use std::collections::HashSet;

use temps_plugin_policy::network::Grant;

use super::plan::{Plan, Replaced};
use crate::inspect::{Wanted, capability_text, covering, key_text};
use crate::launcher::Style;
use crate::terminal::{Page, Tone};

impl Plan {
    /// What is about to be done, in short.
    pub(super) fn text(&self, style: Style, dry_run: bool) -> String {
        let mut page = Page::new(style);
        self.examined.head(&mut page);
        page.put("to", &self.target.display().to_string());
        self.replacing(&mut page);
        let grants = self.added.grants.len();
        let changes = match (&self.policy, grants) {
            (None, _) => "new".to_owned(),
            (Some(_), 0) if self.added.is_empty() => "kept".to_owned(),
            (Some(_), 0) => "kept, and added to".to_owned(),
            (Some(_), 1) => "kept, with one grant more".to_owned(),
            (Some(_), _) => format!("kept, with {grants} grants more"),
        };
        page.put("policy", &format!("{}, {changes}", self.policy_path.display()));
        if let Some(key) = &self.added.trusted {
            page.put("", &format!("starts only what is signed with {} from now on", key.id()));
        }
        self.network(&mut page);
        self.config(&mut page);
        let manifest = &self.examined.description.manifest;
        let capabilities: Vec<_> = manifest.capabilities.iter().map(|capability| capability_text(*capability)).collect();
        some(&mut page, "API", &capabilities);
        some(&mut page, "permissions", &manifest.host_permissions);
        some(&mut page, "events", &manifest.events);
        some(&mut page, "public", &manifest.public_paths);
        if !manifest.public_paths.is_empty() {
            page.put_in(Tone::Bad, "", "reached without signing in");
        }
        let open = self.open().len() + self.missing().len();
        if dry_run && open > 0 {
            page.put("would ask", &format!("for {open} of these, and whether to install"));
        }
        page.text()
    }

    fn replacing(&self, page: &mut Page) {
        match &self.replaced {
            None => {}
            Some(Replaced::Other) => page.put_in(Tone::Bad, "replaces", "a file that is no packed plugin"),
            Some(Replaced::Broken(error)) => page.put_in(Tone::Bad, "replaces", &format!("one that does not run: {error}")),
            Some(Replaced::Plugin(before)) => {
                let (old, new) = (&before.description.manifest, &self.examined.description.manifest);
                let is_same = before.sha256 == self.examined.sha256;
                let (tone, how) = match self.compared() {
                    _ if old.name != new.name => (Tone::Bad, "ANOTHER PLUGIN"),
                    _ if is_same => (Tone::Dim, "the same file"),
                    Some(Ordering::Less) => (Tone::Bad, "a DOWNGRADE"),
                    Some(Ordering::Greater) => (Tone::Plain, "an upgrade"),
                    Some(Ordering::Equal) => (Tone::Bad, "the same version, other content"),
                    None => (Tone::Bad, "versions that do not compare"),
                };
                page.put_in(tone, "replaces", &format!("{} {}: {how}", old.name, old.version));
            }
        }
    }

    fn network(&self, page: &mut Page) {
        let mut label = "network";
        let (asked_before, added) = (self.asked_before(), self.added_grants());
        for Wanted { origin, reason } in &self.wanted {
            let (tone, state) = if self.is_granted(origin) {
                (Tone::Good, "granted before")
            } else if covering(&added, origin).is_some() {
                (Tone::Good, "granted now")
            } else {
                (Tone::Bad, "not granted")
            };
            let new = if self.replaced.is_some() && !asked_before.contains(origin) { "NEW, " } else { "" };
            page.put_in(tone, label, &format!("{origin}  {new}{state}"));
            page.put_in(Tone::Dim, "", &format!("\"{reason}\""));
            label = "";
        }
        let wanted: HashSet<&Grant> = self.wanted.iter().map(|wanted| &wanted.origin).collect();
        for grant in self.added.grants.iter().filter(|grant| !wanted.contains(grant)) {
            page.put_in(Tone::Bad, label, &format!("{grant}  granted now, and not asked for as such"));
            label = "";
        }
        if label == "network" {
            page.put_in(Tone::Dim, label, "nothing");
        }
    }

    fn config(&self, page: &mut Page) {
        let mut label = "config";
        for key in &self.examined.description.config {
            let is_set = self.is_set(&key.name) || self.added.value(&key.name).is_some();
            let (tone, text) = key_text(key, is_set);
            page.put_in(tone, label, &text);
            page.put_in(Tone::Dim, "", &format!("\"{}\"", key.description));
            label = "";
        }
    }
}

/// Values, if there are any.
fn some<T: AsRef<str>>(page: &mut Page, label: &str, values: &[T]) {
    if !values.is_empty() {
        crate::inspect::list(page, label, values);
    }
}
