use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use temps_plugin_bundle::format::{MARK, RECORD_BYTES, TRAILER_BYTES};
use temps_plugin_bundle::{Bundle, Fault, KeyPair, Kind, Part};

use crate::properties::{Opened, bundle, sealed, set};
use crate::{elf, packed, small};

const LAUNCHER: usize = 300;

fn signed() -> Vec<u8> {
    packed(&small().signed_with(&KeyPair::generate().unwrap()), &elf(LAUNCHER))
}

#[test]
fn each_bit_behind_the_launcher_is_covered() {
    let mut file = signed();
    assert!(matches!(bundle(&file), Opened::Whole));
    for at in LAUNCHER..file.len() {
        for bit in 0..8 {
            file[at] ^= 1 << bit;
            assert!(matches!(bundle(&file), Opened::Refused(_)), "bit {bit} of byte {at}");
            file[at] ^= 1 << bit;
        }
    }
}

#[test]
fn no_beginning_of_a_file_is_whole() {
    let file = signed();
    for length in 0..file.len() {
        match bundle(&file[..length]) {
            Opened::None => assert!(length < LAUNCHER + MARK.len(), "{length} bytes"),
            Opened::Refused(Fault::NoEnd { begins }) => assert_eq!(begins, LAUNCHER as u64, "{length} bytes"),
            other => panic!("{length} bytes: {other:?}"),
        }
    }
}

#[test]
fn what_is_appended_is_seen() {
    for more in [&b"\n"[..], &[0; 4096], &signed()[..TRAILER_BYTES]] {
        let file = [&signed(), more].concat();
        assert!(matches!(bundle(&file), Opened::Refused(Fault::NoEnd { begins: 300 })));
    }
}

#[test]
fn what_is_put_in_or_left_out_is_seen() {
    let file = signed();
    for at in [0, LAUNCHER, 4096, file.len() - TRAILER_BYTES] {
        let more = [&file[..at], &[0], &file[at..]].concat();
        assert!(matches!(bundle(&more), Opened::Refused(Fault::Length { .. })), "one more at {at}");
        let less = [&file[..at], &file[at + 1..]].concat();
        assert!(!matches!(bundle(&less), Opened::Whole), "one less at {at}");
    }
}

/// Whoever makes the hashes anew still cannot make a file that no writer makes.
#[test]
fn hashes_alone_make_no_bundle() {
    let right = packed(&small(), &elf(LAUNCHER));
    let trailer = right.len() - TRAILER_BYTES;
    let directory = trailer - 3 * RECORD_BYTES;
    let refused = |change: &dyn Fn(&mut [u8])| {
        let mut file = right.clone();
        change(&mut file);
        match bundle(&sealed(&file)) {
            Opened::Refused(fault) => fault,
            other => panic!("{other:?}"),
        }
    };
    assert!(matches!(bundle(&sealed(&right)), Opened::Whole), "it is what it was");

    let (component, manifest) = (directory, directory + RECORD_BYTES);
    for offset in [0, 4095, 4097, 8192, u64::MAX, u64::MAX - 4095] {
        let fault = refused(&|file| set(file, component + 16, offset));
        let place =
            matches!(fault, Fault::Place { part: Part::Section(Kind::COMPONENT), expected: 4096, found } if found == offset);
        assert!(place, "{fault}");
    }
    // As long as it ends before the next one, what is right of it is the next one's gap.
    let fault = refused(&|file| set(file, component + 24, 4097));
    assert!(matches!(fault, Fault::Place { part: Part::Section(Kind::MANIFEST), .. }), "{fault}");
    let fault = refused(&|file| set(file, component + 24, 8));
    assert!(matches!(fault, Fault::Gap { before: Part::Section(Kind::MANIFEST) }), "{fault}");
    let fault = refused(&|file| set(file, manifest + RECORD_BYTES + 24, 4999));
    assert!(matches!(fault, Fault::Place { part: Part::Directory, .. }), "{fault}");
    let fault = refused(&|file| set(file, manifest + RECORD_BYTES + 24, 5001));
    assert!(matches!(fault, Fault::Beyond { found: 5001, available: 5000, .. }), "{fault}");
    let fault = refused(&|file| file[4095] = 1);
    assert!(matches!(fault, Fault::Gap { before: Part::Section(Kind::COMPONENT) }), "{fault}");
    let fault = refused(&|file| file[component..component + 16].copy_from_slice(b"manifest\0\0\0\0\0\0\0\0"));
    assert!(matches!(fault, Fault::Twice { kind: Kind::MANIFEST }), "{fault}");
    let fault = refused(&|file| set(file, manifest + RECORD_BYTES + 32, 0));
    assert!(matches!(fault, Fault::Unknown { .. }), "{fault}");
}

/// An empty section needs no room, and still has to begin before the directory does.
#[test]
fn no_section_begins_behind_the_directory() {
    let mut file = packed(&Bundle::builder().section(Kind::UI, b"".as_slice()), &elf(LAUNCHER));
    assert!(matches!(bundle(&file), Opened::Whole));
    let mark_ends = LAUNCHER + MARK.len();
    file.drain(mark_ends..4096);
    let (length, trailer) = (file.len() as u64, file.len() - TRAILER_BYTES);
    set(&mut file, trailer + 8, mark_ends as u64);
    set(&mut file, trailer + 24, length);
    let Opened::Refused(fault) = bundle(&sealed(&file)) else { panic!("it is taken") };
    assert!(matches!(fault, Fault::Beyond { kind: Kind::UI, found: 0, available: 0 }), "{fault}");
}

#[test]
fn the_trailers_numbers_have_to_agree() {
    let right = packed(&small(), &elf(LAUNCHER));
    let trailer = right.len() - TRAILER_BYTES;
    let directory = (trailer - 3 * RECORD_BYTES) as u64;
    let with = |at: usize, number: u64| {
        let mut file = right.clone();
        set(&mut file, trailer + at, number);
        match bundle(&sealed(&file)) {
            Opened::Refused(fault) => fault,
            other => panic!("{at}: {number}: {other:?}"),
        }
    };
    for launcher in [0, LAUNCHER as u64 - 1, LAUNCHER as u64 + 1, directory - MARK.len() as u64] {
        let fault = with(0, launcher);
        assert!(matches!(fault, Fault::Mark { at } if at == launcher), "{launcher}: {fault}");
    }
    for launcher in [directory - MARK.len() as u64 + 1, directory, u64::MAX] {
        let fault = with(0, launcher);
        assert!(matches!(fault, Fault::Place { part: Part::Mark, .. }), "{launcher}: {fault}");
    }
    for place in [0, directory - 1, directory + 1, u64::MAX] {
        let fault = with(8, place);
        assert!(matches!(fault, Fault::Place { part: Part::Directory, .. }), "{place}: {fault}");
    }
    for bytes in [0, 72, 3 * 72 - 1, 3 * 72 + 1, 32 * 72] {
        let fault = with(16, bytes);
        assert!(matches!(fault, Fault::Place { part: Part::Directory, .. }), "{bytes}: {fault}");
    }
    assert!(matches!(with(16, u64::MAX), Fault::Sections { .. }));
    for file in [0, right.len() as u64 - 1, u64::MAX] {
        assert!(matches!(with(24, file), Fault::Length { expected, .. } if expected == file));
    }
    let mut file = right.clone();
    set(&mut file, trailer + 8, directory + 1);
    set(&mut file, trailer + 16, 3 * 72 - 1);
    let Opened::Refused(fault) = bundle(&sealed(&file)) else { panic!("it is taken") };
    assert!(matches!(fault, Fault::Malformed { part: Part::Directory, .. }), "{fault}");
}

#[derive(Debug, Clone)]
enum Change {
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<Index>(), 1..=u8::MAX).prop_map(|(at, bits)| Change::Flip(at, bits)),
        (any::<Index>(), vec(any::<u8>(), 1..300)).prop_map(|(at, more)| Change::Insert(at, more)),
        (any::<Index>(), 1..5000_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        (any::<Index>(), 1..5000_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
    ]
}

fn changed(mut file: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes.iter().filter(|_| !file.is_empty()).cloned().collect::<Vec<_>>() {
        let at = |index: Index| if file.is_empty() { 0 } else { index.index(file.len()) };
        match change {
            Change::Flip(index, bits) => {
                let at = at(index);
                file.get_mut(at).into_iter().for_each(|byte| *byte ^= bits);
            }
            Change::Insert(index, more) => {
                let at = at(index);
                file.splice(at..at, more);
            }
            Change::Remove(index, length) => {
                let at = at(index);
                file.drain(at..(at + length).min(file.len()));
            }
            Change::Repeat(index, length) => {
                let at = at(index);
                let piece = file[at..(at + length).min(file.len())].to_vec();
                file.splice(at..at, piece);
            }
        }
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0x7e3a_9502),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_changed_bundle_is_never_taken_for_whole(changes in vec(change(), 1..5)) {
        let right = packed(&small(), &elf(LAUNCHER));
        let file = changed(right.clone(), &changes);
        // Zeros may have come to where zeros were, and the launcher is covered by a signature alone.
        if !file.ends_with(&right[LAUNCHER..]) {
            let opened = bundle(&file);
            prop_assert!(!matches!(opened, Opened::Whole), "{opened:?}");
        }
    }

    #[test]
    fn hashes_made_anew_never_break_a_promise(changes in vec(change(), 1..5)) {
        bundle(&sealed(&changed(packed(&small(), &elf(LAUNCHER)), &changes)));
    }

    #[test]
    fn any_bytes_are_none_or_an_error(bytes in vec(any::<u8>(), 0..600)) {
        let opened = bundle(&bytes);
        prop_assert!(matches!(opened, Opened::None), "{opened:?}");
    }

    #[test]
    fn what_is_written_is_read(launcher in 64..9000_usize, sections in vec(vec(any::<u8>(), 0..9000), 0..6)) {
        let mut builder = Bundle::builder();
        for (index, section) in sections.iter().enumerate() {
            builder = builder.optional_section(format!("kind-{index}").parse().unwrap(), section);
        }
        let opened = bundle(&packed(&builder, &elf(launcher)));
        prop_assert!(matches!(opened, Opened::Whole), "{opened:?}");
    }
}
