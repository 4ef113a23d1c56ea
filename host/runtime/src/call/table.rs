//! The table of routes that a guest declares, so that 404 and 405 need no guest.

use std::collections::BTreeMap;

use http::Method;

/// What the guest declares: patterns, each with its methods. Empty: the guest routes everything.
#[derive(Debug, Default)]
pub(crate) struct RouteTable {
    patterns: matchit::Router<Entry>,
    declared: bool,
}

#[derive(Debug, Default)]
struct Entry {
    pattern: String,
    /// Empty: any.
    methods: Vec<Method>,
    any: bool,
}

/// A table that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TableError {
    #[error("route `{method} {path}`: `{method}` is no HTTP method; give one, or `*` for any")]
    Method { method: String, path: String },
    #[error("route `{path}`: a path begins with `/`")]
    Relative { path: String },
    #[error("route `{path}`: {reason}")]
    Pattern { path: String, reason: String },
}

/// What the table says of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lookup<'a> {
    /// The guest answers, at this pattern if there is a table.
    Guest(Option<&'a str>),
    /// No pattern matches.
    NotFound,
    /// A pattern matches, and its methods are these, as `Allow` names them.
    NotAllowed { allow: String },
}

impl RouteTable {
    /// A table of methods and patterns.
    pub(crate) fn new(routes: impl Iterator<Item = (String, String)>) -> Result<Self, TableError> {
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for (method, path) in routes {
            if !path.starts_with('/') {
                return Err(TableError::Relative { path });
            }
            let parsed = match method.as_str() {
                "*" => None,
                name => match Method::from_bytes(name.as_bytes()) {
                    Ok(parsed) => Some(parsed),
                    Err(_) => return Err(TableError::Method { method, path }),
                },
            };
            let entry = entries.entry(path).or_default();
            match parsed {
                Some(method) => entry.methods.push(method),
                None => entry.any = true,
            }
        }
        let declared = !entries.is_empty();
        let mut patterns = matchit::Router::new();
        for (path, mut entry) in entries {
            entry.pattern.clone_from(&path);
            patterns.insert(path.clone(), entry).map_err(|error| TableError::Pattern { path, reason: error.to_string() })?;
        }
        Ok(Self { patterns, declared })
    }

    /// Where a request goes. `GET` includes `HEAD`, as in axum.
    pub(crate) fn lookup(&self, method: &Method, path: &str) -> Lookup<'_> {
        if !self.declared {
            return Lookup::Guest(None);
        }
        let Ok(found) = self.patterns.at(path) else {
            return Lookup::NotFound;
        };
        let entry = found.value;
        let has = |wanted: &Method| entry.methods.contains(wanted);
        if entry.any || has(method) || (method == Method::HEAD && has(&Method::GET)) {
            return Lookup::Guest(Some(&entry.pattern));
        }
        let mut allow: Vec<&str> = entry.methods.iter().map(Method::as_str).collect();
        if has(&Method::GET) && !has(&Method::HEAD) {
            allow.push("HEAD");
        }
        Lookup::NotAllowed { allow: allow.join(", ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(routes: &[(&str, &str)]) -> Result<RouteTable, TableError> {
        RouteTable::new(routes.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())))
    }

    #[test]
    fn an_empty_table_leaves_everything_to_the_guest() {
        for empty in [table(&[]).unwrap(), RouteTable::default()] {
            assert_eq!(empty.lookup(&Method::PUT, "/x"), Lookup::Guest(None));
        }
    }

    #[test]
    fn a_table_decides() {
        let table = table(&[("GET", "/items/{id}"), ("DELETE", "/items/{id}"), ("*", "/files/{*path}")]).unwrap();
        let pattern = Lookup::Guest(Some("/items/{id}"));
        assert_eq!(table.lookup(&Method::GET, "/items/7"), pattern);
        assert_eq!(table.lookup(&Method::HEAD, "/items/7"), pattern);
        assert_eq!(table.lookup(&Method::DELETE, "/items/7"), pattern);
        let not_allowed = Lookup::NotAllowed { allow: "GET, DELETE, HEAD".to_owned() };
        assert_eq!(table.lookup(&Method::POST, "/items/7"), not_allowed);
        assert_eq!(table.lookup(&Method::GET, "/items"), Lookup::NotFound);
        assert_eq!(table.lookup(&Method::PATCH, "/files/a/b"), Lookup::Guest(Some("/files/{*path}")));
    }

    #[test]
    fn a_wrong_table_names_its_route() {
        for (routes, said) in [
            (&[("GET", "items")][..], "`items`: a path begins with `/`"),
            (&[("G T", "/items")][..], "`G T /items`"),
            (&[("GET", "/a/{x}"), ("GET", "/a/{y}")][..], "`/a/{y}`"),
        ] {
            let error = table(routes).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
