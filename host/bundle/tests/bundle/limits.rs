use temps_plugin_bundle::format::{RECORD_BYTES, TRAILER_BYTES};
use temps_plugin_bundle::limits::{SECTION_BYTES, SECTIONS};
use temps_plugin_bundle::{Builder, Bundle, Fault, Kind, Limits, WriteError};

use crate::properties::{Opened, bundle, sealed, set};
use crate::{elf, packed};

fn with_sections<'a>(count: usize) -> Builder<'a> {
    (0..count).fold(Bundle::builder(), |builder, index| {
        builder.optional_section(format!("kind-{index}").parse().unwrap(), index.to_string().into_bytes())
    })
}

#[test]
fn there_are_up_to_32_sections() {
    assert!(matches!(bundle(&packed(&with_sections(SECTIONS), &elf(64))), Opened::Whole));
    let more = Limits::default().with_sections(SECTIONS + 1);
    let refused = with_sections(SECTIONS + 1).append_to(&elf(64), &mut Vec::new());
    assert!(matches!(refused, Err(WriteError::Sections { found: 33, limit: SECTIONS })), "{refused:?}");
    let file = packed(&with_sections(SECTIONS + 1).within(more.clone()), &elf(64));
    let error = Bundle::from_bytes(file.clone()).unwrap_err();
    assert!(matches!(error.fault, Fault::Sections { found: 33, limit: SECTIONS }), "{error}");
    assert!(Bundle::from_bytes_within(file, &more).unwrap().is_some());
}

#[test]
fn a_section_has_as_many_bytes_as_it_may() {
    let limits = Limits::default().with_section_bytes(10);
    let with = |length| Bundle::builder().section(Kind::UI, vec![1; length]);
    let file = packed(&with(10).within(limits.clone()), &elf(64));
    assert!(Bundle::from_bytes_within(file, &limits).unwrap().is_some());
    let refused = with(11).within(limits.clone()).append_to(&elf(64), &mut Vec::new());
    assert!(matches!(refused, Err(WriteError::SectionBytes { kind: Kind::UI, found: 11, limit: 10 })), "{refused:?}");
    let file = packed(&with(11), &elf(64));
    let error = Bundle::from_bytes_within(file.clone(), &limits).unwrap_err();
    assert!(matches!(error.fault, Fault::SectionBytes { kind: Kind::UI, found: 11, limit: 10 }), "{error}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin");
    std::fs::write(&path, file).unwrap();
    assert!(Bundle::open(&path).unwrap().is_some());
    let error = Bundle::open_within(&path, &limits).unwrap_err();
    assert!(matches!(error.fault, Fault::SectionBytes { limit: 10, .. }), "{error}");
}

/// Without a file of that size: the limit is looked at before the bytes that are there.
#[test]
fn by_default_those_are_a_gibibyte() {
    let mut file = packed(&Bundle::builder().section(Kind::UI, vec![1; 10]), &elf(64));
    let length = file.len() - TRAILER_BYTES - RECORD_BYTES + 24;
    set(&mut file, length, SECTION_BYTES);
    let Opened::Refused(fault) = bundle(&sealed(&file)) else { panic!("it is taken") };
    assert!(matches!(fault, Fault::Beyond { kind: Kind::UI, found: SECTION_BYTES, available: 10 }), "{fault}");
    set(&mut file, length, SECTION_BYTES + 1);
    let Opened::Refused(fault) = bundle(&sealed(&file)) else { panic!("it is taken") };
    assert!(matches!(fault, Fault::SectionBytes { kind: Kind::UI, limit: SECTION_BYTES, .. }), "{fault}");
}
