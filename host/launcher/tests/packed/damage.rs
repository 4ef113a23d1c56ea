//! Files that are not as they were packed.

use std::process::Command;

use temps_plugin_bundle::{Bundle, Entry, Kind};

use crate::support::{Pack, Start, binary};
use crate::{compiled, fails_after_line_1, fails_before_line_1};

/// The bytes of a trailer.
const TRAILER: usize = 196;

/// Where things are in a packed file.
struct Places {
    launcher: usize,
    sections: Vec<Entry>,
    directory: usize,
    trailer: usize,
}

fn at(place: u64) -> usize {
    place.try_into().unwrap()
}

impl Places {
    fn of(file: &[u8]) -> Self {
        let bundle = Bundle::from_bytes(file.to_vec()).unwrap().unwrap();
        let sections: Vec<Entry> = bundle.entries().collect();
        let last = sections.last().unwrap();
        Self {
            launcher: at(bundle.launcher_length()),
            directory: at(last.offset + last.length),
            trailer: file.len() - TRAILER,
            sections,
        }
    }

    /// Where a section begins.
    fn of_section(&self, kind: Kind) -> usize {
        at(self.sections.iter().find(|entry| entry.kind == kind).unwrap().offset)
    }
}

/// The file with one bit flipped.
fn flipped(file: &[u8], at: usize) -> Start {
    let mut file = file.to_vec();
    file[at] ^= 1;
    Start::with_binary(&file)
}

#[tokio::test]
async fn a_file_that_was_cut_off_does_not_start() {
    let file = Pack::hello().binary();
    let places = Places::of(&file);
    let mut lengths = vec![places.launcher + 16, places.trailer, file.len() - 1];
    for entry in &places.sections {
        lengths.extend([at(entry.offset), at(entry.offset + entry.length)]);
    }
    for length in lengths {
        fails_before_line_1(Start::with_binary(&file[..length]), 4, &["the bundle in", "its end is missing", "copy it again"])
            .await;
    }
}

#[tokio::test]
async fn a_file_that_was_cut_down_to_the_launcher_is_one() {
    let file = Pack::hello().binary();
    let launcher = &file[..Places::of(&file).launcher];
    fails_before_line_1(Start::with_binary(launcher), 3, &["no component found", "plugin.wasm"]).await;
}

#[tokio::test]
async fn strip_takes_the_bundle_away() {
    let start = Pack::hello().start();
    let packed = std::fs::metadata(start.folder().join("plugin")).unwrap().len();
    let stripped = start.folder().join("stripped");
    let strip = Command::new("strip").arg("-o").arg(&stripped).arg(start.folder().join("plugin")).status().unwrap();
    assert!(strip.success());
    let stripped = std::fs::read(stripped).unwrap();
    assert!((stripped.len() as u64) < packed);
    fails_before_line_1(Start::with_binary(&stripped), 3, &["no component found"]).await;
}

#[tokio::test]
async fn one_bit_that_is_another_is_found_before_line_1() {
    let file = Pack::hello().binary();
    let places = Places::of(&file);
    let manifest = places.of_section(Kind::MANIFEST);
    for (place, said) in [
        (places.launcher, "the mark at its beginning"),
        (manifest - 1, "the gap before section `manifest`"),
        (manifest, "section `manifest` was altered"),
        (places.of_section(Kind::CODE) - 1, "the gap before section `code`"),
        (places.directory, "the directory was altered"),
        (places.trailer, "the bundle in"),
    ] {
        fails_before_line_1(flipped(&file, place), 4, &[said]).await;
    }
}

#[tokio::test]
async fn altered_code_is_found_before_it_runs() {
    // That line 1 is out shows that the code was not looked at until then.
    let file = Pack::hello().binary();
    let places = Places::of(&file);
    for place in [places.of_section(Kind::CODE), places.directory - 1] {
        fails_after_line_1(flipped(&file, place), 4, &["section `code` was altered", "pack it again"]).await;
    }
}

#[tokio::test]
async fn an_altered_component_is_found_if_it_is_compiled() {
    let whole = Pack::hello().binary();
    let launcher = flipped(&whole, Places::of(&whole).of_section(Kind::COMPONENT)).ready().await;
    assert_eq!(launcher.get("/hello/7").await.status, 200);
    assert!(!compiled(&launcher));
    let without = binary(&Pack::hello().without_code());
    let start = flipped(&without, Places::of(&without).of_section(Kind::COMPONENT));
    fails_after_line_1(start, 4, &["section `component` was altered"]).await;
}

#[tokio::test]
async fn code_of_another_component_does_not_run() {
    let (hello, mut other) = (Pack::hello(), Pack::hello().clone());
    // As if somebody put the code of one plugin beside the component of another: what `inspect` shows is not what would run.
    other.component.extend(b"\0\x02\x01a");
    let foreign = Bundle::builder().section(Kind::COMPONENT, &other.component).code(&hello.code);
    let foreign = binary(&foreign.section(Kind::MANIFEST, &hello.description));
    let code = Bundle::from_bytes(foreign).unwrap().unwrap().section(Kind::CODE).unwrap().unwrap().to_vec();
    let mixed = Bundle::builder().section(Kind::COMPONENT, &hello.component).section(Kind::CODE, code);
    let mixed = binary(&mixed.section(Kind::MANIFEST, &hello.description));
    fails_after_line_1(Start::with_binary(&mixed), 4, &["section `code` is the code of another component", "pack it again"])
        .await;
}

#[tokio::test]
async fn another_version_of_the_format_does_not_start() {
    let mut file = Pack::hello().binary();
    // Behind the version there are 12 bytes.
    let version = file.len() - 16;
    assert_eq!(file[version..version + 4], 2u32.to_le_bytes());
    file[version] = 1;
    fails_before_line_1(Start::with_binary(&file), 4, &["version 1 of the format", "knows 2"]).await;
}

#[tokio::test]
async fn a_bundle_that_is_there_twice_does_not_start() {
    let mut file = Pack::hello().binary();
    let bundle = file[Places::of(&file).launcher..].to_vec();
    let packed = file.len();
    file.extend(bundle);
    let said = format!("the file has {} bytes, and had {packed} when it was packed", file.len());
    fails_before_line_1(Start::with_binary(&file), 4, &[&said]).await;
}

#[tokio::test]
async fn what_a_bundle_needs_has_to_be_there() {
    let hello = Pack::hello();
    for (bundle, said) in [
        (Bundle::builder().section(Kind::COMPONENT, &hello.component).code(&hello.code), "no section `manifest`"),
        (Bundle::builder().section(Kind::MANIFEST, &hello.description).code(&hello.code), "no section `component`"),
    ] {
        fails_before_line_1(Start::with_binary(&binary(&bundle)), 4, &[said, "pack the plugin again"]).await;
    }
}

#[tokio::test]
async fn a_description_that_is_not_valid_does_not_start() {
    let mut pack = Pack::hello().clone();
    pack.description = b"{}".to_vec();
    fails_before_line_1(pack.start(), 5, &["the plugin's description is not one", "`manifest`"]).await;
    pack.description = String::from_utf8(Pack::hello().description.clone()).unwrap().replacen("hello", "Hello World", 1).into();
    fails_before_line_1(pack.start(), 5, &["the plugin's manifest is not valid", "Hello World"]).await;
}

#[tokio::test]
async fn parts_of_several_plugins_run_as_they_were_put_together() {
    // Hashes tell damage. That the parts belong together is the packer's to see to, and a signature says who that was.
    let other = Pack::of(test_guests::SHOWS_HEADERS);
    let mixed = Pack { code: other.code.clone(), ..Pack::hello().clone() };
    let mut launcher = mixed.start().spawn();
    assert_eq!(launcher.manifest().await["manifest"]["name"], "hello");
    launcher.launch().await;
    launcher.line().await.expect("a ready line");
    assert_eq!(launcher.get("/hello/7").await.status, 404, "the code is what runs");
}
