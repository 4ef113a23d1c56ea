use std::path::Path;

use temps_plugin_policy::{ConfigSource, UserHeader};
use temps_plugin_protocol::{Capability, NavSection};

use super::cannot::plural;
use super::config::put_incomplete;
use super::interfaces::Interfaces;
use super::{Beside, Examined, Form, Inspection, Signed, Wanted, covering, routes};
use crate::interface::Interface;
use crate::launcher::Style;
use crate::terminal::{Page, Tone, size};

/// The routes that are shown: 20, a screen with the rest. All are in the JSON.
const SHOWN_ROUTES: usize = 20;

impl Inspection {
    /// As people read it, 80 columns wide. What is the plugin's own text cannot steer the terminal.
    #[must_use]
    pub fn text(&self, style: Style) -> String {
        let mut page = Page::new(style);
        self.examined.head(&mut page);
        self.policy(&mut page);
        if let Some(incomplete) = self.incomplete() {
            put_incomplete(&mut page, &incomplete);
        }
        page.title("Wants");
        self.wants(&mut page);
        page.title("Gives");
        self.gives(&mut page);
        page.title("Interfaces");
        interfaces(&mut page, self.examined.interfaces.as_ref());
        page.title("Limits");
        self.limits(&mut page);
        page.title("It cannot");
        self.cannot().iter().for_each(|sentence| page.sentence(sentence));
        if let Form::Packed(Signed::Not | Signed::Unchecked(_)) = self.examined.form {
            page.title("Note");
            page.sentence(
                "The launcher in the file sees to all this, and is as trustworthy as whoever packed it: `--key` checks who that was.",
            );
        }
        page.text()
    }

    fn policy(&self, page: &mut Page) {
        let path = self.in_force.path.display();
        match &self.in_force.beside {
            Beside::None => page.put("policy", &format!("none: there is no {path}, and the defaults hold")),
            Beside::Invalid(error) => {
                page.put_in(Tone::Bad, "policy", &format!("cannot be used, so it would not start: {error}"))
            }
            Beside::Valid(policy, _) => {
                page.put("policy", &path.to_string());
                if !policy.trusted_keys().is_empty() {
                    let keys: Vec<_> = policy.trusted_keys().iter().map(|key| key.id().to_string()).collect();
                    page.put("", &format!("starts only what is signed with {}", keys.join(" or ")));
                }
                for header in policy.pass_headers() {
                    let name = header_name(*header);
                    page.put_in(Tone::Bad, "", &format!("shows it the user's own `{name}` header, to act as the user anywhere"));
                }
                for entry in policy.config() {
                    let from = match &entry.source {
                        ConfigSource::Text(_) => "the policy".to_owned(),
                        ConfigSource::Env(name) => format!("the environment variable {name}"),
                        ConfigSource::File(path) => format!("the file {}", path.display()),
                    };
                    page.put("", &format!("tells it `{}`, from {from}", entry.key));
                }
            }
        }
    }

    fn wants(&self, page: &mut Page) {
        let manifest = &self.examined.description.manifest;
        let wanted = Wanted::all(&self.examined.description.network);
        let grants = self.in_force.beside.policy().map(|policy| policy.network());
        let mut label = "network";
        for Wanted { origin, reason } in &wanted {
            let by = grants.and_then(|grants| covering(grants, origin));
            match by {
                Some(grant) if grant == origin => page.put_in(Tone::Good, label, &format!("{origin}  granted")),
                Some(grant) => page.put_in(Tone::Good, label, &format!("{origin}  granted by {grant}")),
                None => page.put_in(Tone::Bad, label, &format!("{origin}  not granted")),
            }
            page.put_in(Tone::Dim, "", &format!("\"{reason}\""));
            label = "";
        }
        for grant in self.unasked() {
            page.put_in(Tone::Bad, label, &format!("{grant}  granted, and not asked for"));
            label = "";
        }
        if label == "network" {
            page.put_in(Tone::Dim, label, "nothing");
        }
        for net in grants.map_or(&[][..], |grants| grants.allow_private()) {
            page.put_in(Tone::Bad, "", &format!("{net}  granted, addresses that are not public"));
        }
        self.config(page);
        let capabilities: Vec<_> = manifest.capabilities.iter().map(|capability| capability_text(*capability)).collect();
        list(page, "API", &capabilities);
        list(page, "permissions", &manifest.host_permissions);
        list(page, "events", &manifest.events);
        for event in manifest.unknown_events() {
            page.put_in(Tone::Bad, "", &event.to_string());
        }
        if !manifest.public_paths.is_empty() {
            list(page, "public", &manifest.public_paths);
            page.put_in(Tone::Bad, "", "reached without signing in");
        }
    }

    fn gives(&self, page: &mut Page) {
        let description = &self.examined.description;
        match &description.openapi {
            None => {
                page.put_in(Tone::Dim, "routes", "not known: it has no OpenAPI document, and its table is there once it runs")
            }
            Some(document) => {
                let routes = routes::of(document);
                let title = if routes.is_empty() { "none in its OpenAPI document" } else { "as its OpenAPI document says" };
                page.put_in(Tone::Dim, "routes", title);
                for route in routes.iter().take(SHOWN_ROUTES) {
                    let summary = route.summary.as_deref().map_or(String::new(), |summary| format!("  {summary}"));
                    page.put("", &format!("{} {}{summary}", route.method, route.path));
                }
                if let Some(more) = routes.len().checked_sub(SHOWN_ROUTES).filter(|more| *more > 0) {
                    page.put_in(Tone::Dim, "", &format!("and {more} more, which are in the JSON"));
                }
            }
        }
        let mut label = "navigation";
        for entry in &description.manifest.nav {
            let section = section_name(entry.section);
            page.put(label, &format!("{} ({section}) {}", entry.label, entry.path));
            label = "";
        }
        let mut label = "interface";
        if let Some(Interface { files, bytes }) = self.examined.interface {
            page.put(label, &format!("{files} {}, {}, at /ui/", plural(files, "file"), size(bytes)));
            label = "";
        }
        if let Some(policy) = &description.content_security_policy {
            page.put(label, &format!("its pages have a policy of the plugin's own: {policy}"));
            label = "";
        }
        if let Some(ui) = &description.manifest.ui {
            page.put(label, &ui.entry_js);
            ui.routes.iter().for_each(|route| page.put("", &format!("{}  {}", route.path, route.title)));
        }
        page.put(
            "instances",
            if description.stateless {
                "several, if `instances` says so: it keeps nothing in memory that matters"
            } else {
                "one"
            },
        );
        if !description.manifest.events.is_empty() {
            page.put(
                "events",
                if description.concurrent_events { "several at once, in any order" } else { "one at a time, in order" },
            );
        }
    }

    fn limits(&self, page: &mut Page) {
        let limits = self.in_force.limits();
        let mut defaults = 0;
        for limit in &limits {
            if limit.value == limit.default {
                defaults += 1;
            } else {
                page.put("changed", &format!("{} {} (default {})", limit.name, limit.value, limit.default));
            }
        }
        page.put("defaults", &format!("{defaults} of {}: docs/policy.md has them, and --json", limits.len()));
        for name in ["memory", "cpu_budget", "file_bytes", "database_size"] {
            if let Some(limit) = limits.iter().find(|limit| limit.name == name && limit.value == limit.default) {
                page.put_in(Tone::Dim, "", &format!("{} {}", limit.name, limit.value));
            }
        }
    }

    /// Grants that allow nothing that the plugin asks for.
    pub(super) fn unasked(&self) -> Vec<String> {
        let Some(policy) = self.in_force.beside.policy() else { return Vec::new() };
        let wanted = Wanted::all(&self.examined.description.network);
        let used: Vec<_> = wanted.iter().filter_map(|wanted| covering(policy.network(), &wanted.origin)).collect();
        let grants = policy.network().allow().iter().filter(|grant| !used.contains(grant));
        grants.map(ToString::to_string).collect()
    }
}

impl Examined {
    /// What the plugin is, and the file.
    pub(crate) fn head(&self, page: &mut Page) {
        let manifest = &self.description.manifest;
        let display = manifest.display_name.as_ref().map_or(String::new(), |name| format!(" ({name})"));
        page.put("plugin", &format!("{} {}{display}", manifest.name, manifest.version));
        if let Some(text) = &manifest.description {
            page.put_in(Tone::Dim, "", text);
        }
        let form = match self.form {
            Form::Packed(_) => "packed, whole",
            Form::Component => "a component, not packed",
        };
        page.put("file", &format!("{}, {form}, {}", name_of(&self.path), size(self.bytes)));
        page.put("sha256", &self.sha256);
        match self.form {
            Form::Component => {}
            Form::Packed(Signed::Not) => page.put("signature", "none"),
            Form::Packed(Signed::Unchecked(key)) => page.put("signature", &format!("{key}, not checked against a key")),
            Form::Packed(Signed::With(key)) => page.put_in(Tone::Good, "signature", &format!("{key}, checked")),
        }
    }
}

fn interfaces(page: &mut Page, interfaces: Result<&Interfaces, &String>) {
    match interfaces {
        Err(error) => page.put_in(Tone::Bad, "unknown", &format!("the component cannot be read: {error}")),
        Ok(Interfaces { imports, exports }) => {
            list(page, "takes", &grouped(imports));
            list(page, "gives", &grouped(exports));
        }
    }
}

/// `a:b/x@1`, `a:b/y@1` as `a:b@1: x, y`.
fn grouped(names: &[String]) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for name in names {
        let (package, interface) = name.split_once('/').unwrap_or((name, ""));
        let (interface, version) = interface.split_once('@').unwrap_or((interface, ""));
        let package = if version.is_empty() { package.to_owned() } else { format!("{package}@{version}") };
        match groups.iter_mut().find(|(known, _)| *known == package) {
            Some((_, interfaces)) => interfaces.push(interface),
            None => groups.push((package, vec![interface])),
        }
    }
    let text = |(package, interfaces): (String, Vec<&str>)| match interfaces.as_slice() {
        [""] => package,
        interfaces => format!("{package}: {}", interfaces.join(", ")),
    };
    groups.into_iter().map(text).collect()
}

/// A value a line, or that there is none.
pub(crate) fn list<T: AsRef<str>>(page: &mut Page, label: &str, values: &[T]) {
    if values.is_empty() {
        page.put_in(Tone::Dim, label, "nothing");
    }
    for (index, value) in values.iter().enumerate() {
        page.put(if index == 0 { label } else { "" }, value.as_ref());
    }
}

pub(super) fn capability_name(capability: Capability) -> &'static str {
    match capability {
        Capability::ApiRead => "api_read",
        Capability::ApiWrite => "api_write",
    }
}

pub(crate) fn capability_text(capability: Capability) -> String {
    let what = match capability {
        Capability::ApiRead => "reads what the user of a request may read",
        Capability::ApiWrite => "changes what the user of a request may change",
    };
    format!("{}  {what}; Temps decides", capability_name(capability))
}

pub(super) const fn header_name(header: UserHeader) -> &'static str {
    match header {
        UserHeader::Cookie => "cookie",
        UserHeader::Authorization => "authorization",
    }
}

pub(super) const fn section_name(section: NavSection) -> &'static str {
    match section {
        NavSection::Platform => "platform",
        NavSection::Settings => "settings",
        NavSection::Project => "project",
    }
}

fn name_of(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_are_grouped_by_package() {
        let names = ["temps:plugin/log@0.1.0", "wasi:io/poll@0.2.6", "temps:plugin/time@0.1.0", "odd"].map(str::to_owned);
        assert_eq!(grouped(&names), ["temps:plugin@0.1.0: log, time", "wasi:io@0.2.6: poll", "odd"]);
    }
}
