use serde_json::{Value, json};
use temps_plugin_policy::Policy;

use super::text::{capability_name, header_name, section_name};
use super::{Beside, Form, INCOMPLETE, Inspection, Signed, Wanted, covering, routes};
use crate::interface::Interface;

impl Inspection {
    /// As programs read it: one line of JSON. What is not known is null.
    #[must_use]
    pub fn json(&self) -> String {
        let description = &self.examined.description;
        let manifest = &description.manifest;
        let signature = match self.examined.form {
            Form::Component | Form::Packed(Signed::Not) => Value::Null,
            Form::Packed(Signed::Unchecked(key)) => json!({ "key": key.to_string(), "checked": false }),
            Form::Packed(Signed::With(key)) => json!({ "key": key.to_string(), "checked": true }),
        };
        let nav = manifest.nav.iter().map(|entry| {
            json!({ "label": entry.label, "section": section_name(entry.section), "path": entry.path, "order": entry.order })
        });
        let route = |route: routes::Route| json!({ "method": route.method, "path": route.path, "summary": route.summary });
        let routes = description.openapi.as_ref().map(|document| routes::of(document).into_iter().map(route).collect::<Vec<_>>());
        let interfaces = self.examined.interfaces.as_ref().ok();
        let limits = self.in_force.limits();
        let limits = limits.iter().map(|limit| {
            let changed = limit.value != limit.default;
            (limit.name.to_owned(), json!({ "value": limit.value, "default": limit.default, "changed": changed }))
        });
        let line = json!({
            "file": self.examined.path.display().to_string(),
            "form": match self.examined.form { Form::Packed(_) => "packed", Form::Component => "component" },
            "bytes": self.examined.bytes,
            "sha256": self.examined.sha256,
            "signature": signature,
            "name": manifest.name,
            "version": manifest.version,
            "display_name": manifest.display_name,
            "description": manifest.description,
            "policy": self.policy_json(),
            "wants": self.wants_json(),
            "granted": self.granted_json(),
            "routes": routes,
            "routes_from": routes.as_ref().map(|_| "openapi"),
            "nav": nav.collect::<Vec<_>>(),
            "ui": manifest.ui,
            "ui_files": self.examined.interface.map(|Interface { files, bytes }| json!({ "files": files, "bytes": bytes })),
            "content_security_policy": description.content_security_policy,
            "stateless": description.stateless,
            "concurrent_events": description.concurrent_events,
            "imports": interfaces.map(|interfaces| &interfaces.imports),
            "exports": interfaces.map(|interfaces| &interfaces.exports),
            "limits": limits.collect::<serde_json::Map<_, _>>(),
            "cannot": self.cannot(),
        });
        line.to_string()
    }

    fn policy_json(&self) -> Value {
        let policy = self.in_force.beside.policy();
        let keys = |policy: &Policy| policy.trusted_keys().iter().map(|key| key.id().to_string()).collect::<Vec<_>>();
        let config = |policy: &Policy| policy.config().iter().map(|entry| entry.key.clone()).collect::<Vec<_>>();
        let incomplete = self.incomplete();
        let error = match &self.in_force.beside {
            Beside::Invalid(error) => Some(error.to_string()),
            Beside::None | Beside::Valid(..) => incomplete.as_ref().map(ToString::to_string),
        };
        json!({
            "file": self.in_force.path.display().to_string(),
            "state": incomplete.map_or(self.in_force.beside.state(), |_| INCOMPLETE),
            "error": error,
            "trusted_keys": policy.map(keys).unwrap_or_default(),
            "config_keys": policy.map(config).unwrap_or_default(),
            "undeclared_config": self.undeclared_json(),
        })
    }

    fn wants_json(&self) -> Value {
        let manifest = &self.examined.description.manifest;
        let grants = self.in_force.beside.policy().map(|policy| policy.network());
        let network = Wanted::all(&self.examined.description.network).into_iter().map(|wanted| {
            let by = grants.and_then(|grants| covering(grants, &wanted.origin)).map(ToString::to_string);
            json!({ "origin": wanted.origin.to_string(), "reason": wanted.reason, "granted_by": by })
        });
        let capabilities = manifest.capabilities.iter().map(|capability| capability_name(*capability));
        json!({
            "network": network.collect::<Vec<_>>(),
            "config": self.config_json(),
            "capabilities": capabilities.collect::<Vec<_>>(),
            "host_permissions": manifest.host_permissions,
            "events": manifest.events,
            "unknown_events": manifest.unknown_events().map(|event| event.subscription).collect::<Vec<_>>(),
            "public_paths": manifest.public_paths,
        })
    }

    fn granted_json(&self) -> Value {
        let policy = self.in_force.beside.policy();
        let network = policy.map_or(&[][..], |policy| policy.network().allow());
        let private = policy.map_or(&[][..], |policy| policy.network().allow_private());
        let headers = policy.map_or(&[][..], |policy| policy.pass_headers());
        json!({
            "network": network.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "unasked": self.unasked(),
            "allow_private": private.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "pass_headers": headers.iter().map(|header| header_name(*header)).collect::<Vec<_>>(),
        })
    }
}
