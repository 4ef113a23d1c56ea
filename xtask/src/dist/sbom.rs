use std::collections::HashMap;
use std::fs;

use cargo_metadata::{Package, PackageId};
use cyclonedx_bom::external_models::normalized_string::NormalizedString;
use cyclonedx_bom::external_models::uri::Purl;
use cyclonedx_bom::models::bom::SpecVersion;
use cyclonedx_bom::models::component::{Classification, Component, Components};
use cyclonedx_bom::models::dependency::{Dependencies, Dependency};
use cyclonedx_bom::models::hash::{Hash, HashAlgorithm, HashValue, Hashes};
use cyclonedx_bom::models::license::{LicenseChoice, Licenses};
use cyclonedx_bom::models::metadata::Metadata;
use cyclonedx_bom::prelude::Bom;
use toml_edit::DocumentMut;

use super::error::At as _;
use super::graph::Graph;
use super::{DistError, PROGRAMS};

/// Checksums in Cargo.lock by name and version, in hexadecimal digits.
type Checksums = HashMap<(String, String), String>;

/// The software bill of materials of the programs: CycloneDX 1.5 as JSON.
///
/// The same sources give the same bytes: it has neither a serial number nor a time.
pub(super) fn json(graph: &Graph) -> Result<Vec<u8>, DistError> {
    let checksums = checksums(graph)?;
    let packages = graph.of_programs()?;
    let refs: HashMap<&PackageId, String> =
        packages.iter().map(|package| (&package.id, reference(package))).collect();
    let components = packages
        .iter()
        .map(|package| component(package, &checksums))
        .collect::<Result<Vec<_>, _>>()?;
    let dependencies = packages.iter().map(|package| {
        let on = graph.dependencies(package);
        let mut dependencies: Vec<_> =
            on.into_iter().filter_map(|id| refs.get(id).cloned()).collect();
        dependencies.sort();
        Dependency { dependency_ref: reference(package), dependencies }
    });
    let [program, _] = PROGRAMS;
    let whole = Component::new(
        Classification::Application,
        program,
        &graph.version(),
        Some("archive".to_owned()),
    );
    let bom = Bom {
        version: 1,
        serial_number: None,
        metadata: Some(Metadata { component: Some(whole), ..Metadata::default() }),
        components: Some(Components(components)),
        dependencies: Some(Dependencies(dependencies.collect())),
        spec_version: SpecVersion::V1_5,
        services: None,
        external_references: None,
        compositions: None,
        properties: None,
        vulnerabilities: None,
        signature: None,
        annotations: None,
        formulation: None,
    };
    let mut json = Vec::new();
    bom.output_as_json_v1_5(&mut json).map_err(|error| DistError::Sbom(error.to_string()))?;
    json.push(b'\n');
    Ok(json)
}

fn reference(package: &Package) -> String {
    format!("{}@{}", package.name, package.version)
}

fn component(package: &Package, checksums: &Checksums) -> Result<Component, DistError> {
    let (name, version) = (package.name.as_str(), package.version.to_string());
    let is_program = PROGRAMS.contains(&name);
    let kind = if is_program { Classification::Application } else { Classification::Library };
    let mut component = Component::new(kind, name, &version, Some(reference(package)));
    let description =
        package.description.as_deref().map(str::trim).filter(|description| !description.is_empty());
    component.description = description.map(NormalizedString::new);
    component.licenses = package
        .license
        .as_deref()
        .map(|licence| Licenses(vec![LicenseChoice::expression(&spdx(licence))]));
    let purl =
        Purl::new("cargo", name, &version).map_err(|error| DistError::Sbom(error.to_string()))?;
    component.purl = package.source.is_some().then_some(purl);
    component.hashes = checksums.get(&(name.to_owned(), version)).map(|hex| {
        Hashes(vec![Hash { alg: HashAlgorithm::SHA_256, content: HashValue(hex.clone()) }])
    });
    Ok(component)
}

/// A licence as SPDX writes it: old packages separate their choices by a slash.
fn spdx(licence: &str) -> String {
    licence.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ")
}

fn checksums(graph: &Graph) -> Result<Checksums, DistError> {
    let path = graph.root().join("Cargo.lock");
    let text = fs::read_to_string(&path).at(&path)?;
    let lock: DocumentMut =
        text.parse().map_err(|error| DistError::Toml { path, reason: format!("{error}") })?;
    let packages = lock.get("package").and_then(|packages| packages.as_array_of_tables());
    let checksum = |package: &toml_edit::Table| {
        let text = |key: &str| package.get(key)?.as_str().map(str::to_owned);
        Some(((text("name")?, text("version")?), text("checksum")?))
    };
    Ok(packages.into_iter().flatten().filter_map(checksum).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_spdx() {
        assert_eq!(spdx("MIT OR Apache-2.0"), "MIT OR Apache-2.0");
        assert_eq!(spdx("MIT/Apache-2.0"), "MIT OR Apache-2.0");
    }

    #[test]
    fn the_programs_are_in_it_with_what_they_are_built_from() {
        let graph = Graph::read(None).unwrap();
        let json = json(&graph).unwrap();
        let bom = Bom::parse_from_json(json.as_slice()).unwrap();
        let components = bom.components.unwrap().0;
        let of =
            |name: &str| components.iter().find(|component| component.name.to_string() == name);
        let wasmtime = of("wasmtime").unwrap();
        assert_eq!(wasmtime.hashes.as_ref().unwrap().0[0].content.0.len(), 64);
        assert!(wasmtime.purl.as_ref().unwrap().to_string().starts_with("pkg:cargo/wasmtime@"));
        assert!(of("temps-launcher").is_some_and(|launcher| launcher.purl.is_none()));
        assert!(of("proptest").is_none(), "tests alone depend on it");
        let dependencies = bom.dependencies.unwrap().0;
        let launcher = dependencies
            .iter()
            .find(|dependency| dependency.dependency_ref.starts_with("temps-launcher@"))
            .unwrap();
        assert!(launcher.dependencies.iter().any(|name| name.starts_with("temps-plugin-runtime@")));
    }
}
