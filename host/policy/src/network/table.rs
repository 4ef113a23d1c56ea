use super::{Grants, parse_private};
use crate::Fault;
use crate::table::{Entry, Wrong};

const KEYS: &[&str] = &["allow", "allow_private"];

pub(crate) fn read(table: &Entry<'_>) -> Result<Grants, Wrong> {
    let mut grants = Grants::default();
    for entry in table.table()? {
        match entry.key {
            "allow" => {
                let expected = "a list of strings, such as [\"https://api.example.org\"]";
                grants.allow = entry.strings("network.allow", expected, |text| {
                    text.parse().map_err(|fault| {
                        // What stands before it may be a password.
                        let shown = text.rsplit_once('@').map_or_else(|| text.to_owned(), |(_, host)| format!("..@{host}"));
                        Fault::Grant { text: shown, fault }
                    })
                })?;
            }
            "allow_private" => {
                let expected = "a list of strings, such as [\"10.1.2.0/24\"]";
                grants.private = entry.strings("network.allow_private", expected, |text| {
                    parse_private(text).map_err(|fault| Fault::Private { text: text.to_owned(), fault })
                })?;
            }
            _ => return Err(entry.unknown("[network]", KEYS)),
        }
    }
    Ok(grants)
}
