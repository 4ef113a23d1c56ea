use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use super::*;

const MOST: Usage = Usage { bytes: 100, files: 3 };

/// A ledger over an empty folder that no count changes.
fn ledger() -> Arc<Ledger> {
    Arc::new(Ledger::new(MOST, || Ok(Usage::default())).unwrap())
}

/// Opens a new file as an instance does. The hash stands for the file, as wasi's does.
fn open(ledger: &Ledger, folder: &tempfile::TempDir, name: &str) -> (Arc<File>, Hash) {
    let path = folder.path().join(name);
    let file = Arc::new(File::options().read(true).append(true).create(true).open(path).unwrap());
    let metadata = file.metadata().unwrap();
    let hash = (metadata.ino(), 0);
    ledger.opened(&file, &metadata, hash);
    (file, hash)
}

fn set_len(ledger: &Ledger, file: &File, size: u64) -> io::Result<()> {
    ledger.change(file, Change::Size(size), |file, _| file.set_len(size))
}

fn bytes(ledger: &Ledger) -> u64 {
    ledger.used().bytes
}

#[test]
fn the_limit_of_files_is_the_last_that_is_made() {
    let ledger = ledger();
    for _ in 0..3 {
        drop(ledger.take_file().unwrap());
    }
    assert_eq!(ledger.take_file().unwrap_err(), Full::Files(3));
    ledger.give_file();
    drop(ledger.take_file().unwrap());
    assert_eq!(ledger.used().files, 3);
}

#[test]
fn the_limit_of_bytes_is_the_last_that_is_written() {
    let (ledger, folder) = (ledger(), tempfile::tempdir().unwrap());
    let (file, _) = open(&ledger, &folder, "file");
    set_len(&ledger, &file, 100).unwrap();
    let error = set_len(&ledger, &file, 101).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    assert_eq!((bytes(&ledger), file.metadata().unwrap().len()), (100, 100));
    let beyond = Change::Write { at: u64::MAX, bytes: 2 };
    ledger.change(&file, beyond, |_, _| -> io::Result<()> { panic!("it is not tried") }).unwrap_err();
    // What needs no more room is not refused.
    ledger.change(&file, Change::Write { at: 50, bytes: 50 }, |_, _| Ok(())).unwrap();
    ledger.change(&file, Change::Write { at: u64::MAX, bytes: 0 }, |_, _| Ok(())).unwrap();
    set_len(&ledger, &file, 10).unwrap();
    assert_eq!(bytes(&ledger), 10);
    let (other, _) = open(&ledger, &folder, "other");
    set_len(&ledger, &other, 90).unwrap();
    set_len(&ledger, &other, 91).unwrap_err();
}

#[test]
fn an_append_adds_to_the_size_that_the_file_has() {
    let (ledger, folder) = (ledger(), tempfile::tempdir().unwrap());
    let (file, _) = open(&ledger, &folder, "file");
    set_len(&ledger, &file, 98).unwrap();
    let append = |count| {
        ledger.change(&file, Change::Append { bytes: count }, |mut file, size| {
            assert_eq!(size, 98);
            io::Write::write_all(&mut file, &vec![b'a'; usize::try_from(count).unwrap()])
        })
    };
    append(3).unwrap_err();
    append(2).unwrap();
    assert_eq!(bytes(&ledger), 100);
}

#[test]
fn a_change_that_fails_counts_for_what_it_did() {
    let (ledger, folder) = (ledger(), tempfile::tempdir().unwrap());
    let (file, _) = open(&ledger, &folder, "file");
    let failed = ledger.change(&file, Change::Size(90), |file, _| -> io::Result<()> {
        file.set_len(20)?;
        Err(io::Error::other("disk"))
    });
    failed.unwrap_err();
    assert_eq!(bytes(&ledger), 20);
}

#[test]
fn a_removed_file_gives_back_its_bytes() {
    let (ledger, folder) = (ledger(), tempfile::tempdir().unwrap());
    drop(ledger.take_file().unwrap());
    let (file, hash) = open(&ledger, &folder, "file");
    set_len(&ledger, &file, 60).unwrap();
    drop(file);
    ledger.removed(Removed { hash, bytes: 60, last_name: true });
    assert_eq!(ledger.used(), Usage::default());
}

#[test]
fn a_file_with_another_name_keeps_its_bytes() {
    let (ledger, folder) = (ledger(), tempfile::tempdir().unwrap());
    drop((ledger.take_file().unwrap(), ledger.take_file().unwrap()));
    let (file, hash) = open(&ledger, &folder, "file");
    set_len(&ledger, &file, 60).unwrap();
    ledger.removed(Removed { hash, bytes: 60, last_name: false });
    drop(file);
    set_len(&ledger, &open(&ledger, &folder, "other").0, 41).unwrap_err();
    assert_eq!(ledger.used(), Usage { bytes: 60, files: 1 });
}

#[test]
fn a_removed_file_counts_until_it_is_closed() {
    let (ledger, folder) = (ledger(), tempfile::tempdir().unwrap());
    drop(ledger.take_file().unwrap());
    let (file, hash) = open(&ledger, &folder, "file");
    let second = Arc::clone(&file);
    set_len(&ledger, &file, 60).unwrap();
    fs::remove_file(folder.path().join("file")).unwrap();
    ledger.removed(Removed { hash, bytes: 60, last_name: true });
    assert_eq!(ledger.used(), Usage { bytes: 60, files: 0 });
    // It still grows, and still counts.
    set_len(&ledger, &file, 70).unwrap();
    let (other, _) = open(&ledger, &folder, "other");
    set_len(&ledger, &other, 31).unwrap_err();
    drop(file);
    set_len(&ledger, &other, 31).unwrap_err();
    drop(second);
    set_len(&ledger, &other, 100).unwrap();
}

#[test]
fn a_name_that_is_used_again_is_another_file() {
    let (ledger, folder) = (ledger(), tempfile::tempdir().unwrap());
    let (first, hash) = open(&ledger, &folder, "file");
    set_len(&ledger, &first, 60).unwrap();
    fs::remove_file(folder.path().join("file")).unwrap();
    ledger.removed(Removed { hash, bytes: 60, last_name: true });
    let (second, hash) = open(&ledger, &folder, "file");
    set_len(&ledger, &second, 40).unwrap();
    set_len(&ledger, &second, 41).unwrap_err();
    drop(first);
    set_len(&ledger, &second, 90).unwrap();
    drop(second);
    ledger.removed(Removed { hash, bytes: 90, last_name: true });
    assert_eq!(bytes(&ledger), 0);
}

/// As when an instance ends in the middle of a write: nothing waits for it any more, and it goes on.
#[test]
fn what_is_still_being_written_counts() {
    let (ledger, folder) = (ledger(), tempfile::tempdir().unwrap());
    let (file, _) = open(&ledger, &folder, "file");
    let (begun, begins) = mpsc::channel();
    let (go_on, goes_on) = mpsc::channel::<()>();
    let writes = std::thread::spawn({
        let ledger = Arc::clone(&ledger);
        move || {
            ledger.change(&file, Change::Size(80), |file, _| {
                begun.send(()).unwrap();
                goes_on.recv().unwrap();
                file.set_len(30)
            })
        }
    });
    begins.recv().unwrap();
    let (other, _) = open(&ledger, &folder, "other");
    set_len(&ledger, &other, 21).unwrap_err();
    set_len(&ledger, &other, 20).unwrap();
    go_on.send(()).unwrap();
    writes.join().unwrap().unwrap();
    set_len(&ledger, &other, 70).unwrap();
    set_len(&ledger, &other, 71).unwrap_err();
}

#[test]
fn changes_of_one_file_come_one_at_a_time() {
    let (ledger, folder) = (ledger(), tempfile::tempdir().unwrap());
    let (file, _) = open(&ledger, &folder, "file");
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for _ in 0..25 {
                    ledger
                        .change(&file, Change::Append { bytes: 1 }, |mut file, size| {
                            assert_eq!(file.metadata()?.len(), size);
                            io::Write::write_all(&mut file, b"a")
                        })
                        .unwrap();
                }
            });
        }
    });
    assert_eq!((bytes(&ledger), file.metadata().unwrap().len()), (100, 100));
}

/// A folder that others change.
fn shared() -> (Arc<Ledger>, Arc<AtomicU64>, Arc<AtomicU64>) {
    let (files, counts) = (Arc::new(AtomicU64::new(3)), Arc::new(AtomicU64::new(0)));
    let (counted, asked) = (files.clone(), counts.clone());
    let count = move || {
        asked.fetch_add(1, Ordering::Relaxed);
        Ok(Usage { bytes: 0, files: counted.load(Ordering::Relaxed) })
    };
    (Arc::new(Ledger::new(MOST, count).unwrap()), files, counts)
}

fn count_is_due(ledger: &Ledger) {
    ledger.state().next_count = Instant::now();
}

#[test]
fn what_others_delete_is_room_again() {
    let (ledger, files, counts) = shared();
    files.store(2, Ordering::Relaxed);
    // Not at once, so that a plugin that is full does not make the launcher count all the time.
    ledger.take_file().unwrap_err();
    assert_eq!(counts.load(Ordering::Relaxed), 1);
    count_is_due(&ledger);
    drop(ledger.take_file().unwrap());
    ledger.take_file().unwrap_err();
    assert_eq!(counts.load(Ordering::Relaxed), 2);
}

#[test]
fn nothing_is_counted_anew_while_something_is_under_way() {
    let (ledger, files, _) = shared();
    files.store(0, Ordering::Relaxed);
    let removing = ledger.removing();
    count_is_due(&ledger);
    ledger.take_file().unwrap_err();
    drop(removing);
    count_is_due(&ledger);
    let making = ledger.take_file().unwrap();
    assert_eq!(ledger.used().files, 1);
    drop(making);
}

#[test]
fn what_has_no_name_is_in_a_new_count_too() {
    let (ledger, folder) = (ledger(), tempfile::tempdir().unwrap());
    let (file, hash) = open(&ledger, &folder, "file");
    set_len(&ledger, &file, 60).unwrap();
    fs::remove_file(folder.path().join("file")).unwrap();
    ledger.removed(Removed { hash, bytes: 60, last_name: true });
    let (other, _) = open(&ledger, &folder, "other");
    count_is_due(&ledger);
    set_len(&ledger, &other, 41).unwrap_err();
    set_len(&ledger, &other, 40).unwrap();
}

#[test]
fn an_open_file_that_others_cut_or_remove_is_seen_in_a_new_count() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Arc::new(Ledger::new(MOST, || Ok(Usage { bytes: 5, files: 1 })).unwrap());
    let ((cut, _), (removed, _)) = (open(&ledger, &folder, "cut"), open(&ledger, &folder, "removed"));
    set_len(&ledger, &cut, 45).unwrap();
    set_len(&ledger, &removed, 50).unwrap();
    cut.set_len(5).unwrap();
    fs::remove_file(folder.path().join("removed")).unwrap();
    count_is_due(&ledger);
    set_len(&ledger, &cut, 51).unwrap_err();
    set_len(&ledger, &cut, 50).unwrap();
    drop(removed);
    set_len(&ledger, &cut, 100).unwrap();
    assert_eq!(bytes(&ledger), 100);
}

#[test]
fn more_than_the_limit_at_the_start_may_only_become_less() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Arc::new(Ledger::new(MOST, || Ok(Usage { bytes: 150, files: 9 })).unwrap());
    ledger.take_file().unwrap_err();
    let path = folder.path().join("file");
    fs::write(&path, vec![0; 150]).unwrap();
    let (file, _) = open(&ledger, &folder, "file");
    set_len(&ledger, &file, 151).unwrap_err();
    set_len(&ledger, &file, 140).unwrap();
    set_len(&ledger, &file, 150).unwrap_err();
    assert_eq!(bytes(&ledger), 140);
}
