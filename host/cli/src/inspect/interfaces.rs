//! The WIT interfaces of a component.

use wasmparser::{Parser, Payload};

/// What a component takes and gives, by the names of WIT, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Interfaces {
    pub(crate) imports: Vec<String>,
    pub(crate) exports: Vec<String>,
}

impl Interfaces {
    /// Those of the component itself, not of those within it. The rest of it is not looked at.
    ///
    /// # Errors
    ///
    /// What is wrong, for bytes that are no component.
    pub(crate) fn of(component: &[u8]) -> Result<Self, String> {
        let mut found = Self::default();
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(component) {
            match payload.map_err(|error| error.message().to_owned())? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        let import = import.map_err(|error| error.message().to_owned())?;
                        found.imports.push(import.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section {
                        let export = export.map_err(|error| error.message().to_owned())?;
                        found.exports.push(export.name.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugins_are_those_of_its_world() {
        let component = std::fs::read(test_guests::TEMPS_HELLO_PLUGIN).unwrap();
        let Interfaces { imports, exports } = Interfaces::of(&component).unwrap();
        assert!(imports.iter().any(|name| name == "temps:plugin/log@0.1.0"), "{imports:?}");
        assert!(imports.iter().any(|name| name.starts_with("wasi:clocks/")), "{imports:?}");
        for name in ["manifest", "lifecycle", "routes", "events"] {
            assert!(exports.iter().any(|export| *export == format!("temps:plugin/{name}@0.1.0")), "{exports:?}");
        }
        assert!(imports.iter().all(|name| name.starts_with("temps:plugin/") || name.starts_with("wasi:")), "{imports:?}");
    }

    #[test]
    fn what_is_no_component_says_so() {
        assert_eq!(Interfaces::of(b"\0asm\x0d\0\x01\0"), Ok(Interfaces::default()));
        for none in [&b""[..], b"text", b"\0asm\x0d\0\x01\0{}"] {
            assert!(Interfaces::of(none).is_err(), "{none:?}");
        }
    }
}
