use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};

use super::DistError;
use super::error::At as _;

/// Packs a folder, under its own name, and writes the archive's SHA-256 beside it, in the form that
/// `sha256sum --check` reads. Returns the archive's path.
///
/// The same files at the same `time` give the same bytes: names are in their order, and owners and
/// other permissions than whether a file can be run are left out.
pub(super) fn pack(folder: &Path, archive: &Path, time: u64) -> Result<PathBuf, DistError> {
    let name = folder.file_name().unwrap_or_default();
    let file = File::create(archive).at(archive)?;
    let gzip = GzBuilder::new().write(BufWriter::new(file), Compression::best());
    let mut tar = Builder::new(gzip);
    add(&mut tar, folder, Path::new(name), time)?;
    let gzip = tar.into_inner().at(archive)?;
    gzip.finish().and_then(|mut file| file.flush()).at(archive)?;

    let bytes = fs::read(archive).at(archive)?;
    let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let name = archive.file_name().unwrap_or_default();
    let mut sums = archive.as_os_str().to_owned();
    sums.push(".sha256");
    let sums = PathBuf::from(sums);
    fs::write(&sums, format!("{sum}  {}\n", name.to_string_lossy())).at(&sums)?;
    Ok(archive.to_owned())
}

fn add<W: std::io::Write>(
    tar: &mut Builder<W>,
    path: &Path,
    name: &Path,
    time: u64,
) -> Result<(), DistError> {
    let metadata = fs::metadata(path).at(path)?;
    let mut header = Header::new_gnu();
    header.set_mtime(time);
    header.set_uid(0);
    header.set_gid(0);
    if metadata.is_dir() {
        header.set_entry_type(EntryType::Directory);
        header.set_mode(0o755);
        header.set_size(0);
        tar.append_data(&mut header, name, std::io::empty()).at(path)?;
        let entries = fs::read_dir(path).at(path)?;
        let mut names = entries
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect::<Result<Vec<OsString>, _>>()
            .at(path)?;
        names.sort();
        return names
            .iter()
            .try_for_each(|entry| add(tar, &path.join(entry), &name.join(entry), time));
    }
    header.set_entry_type(EntryType::Regular);
    header.set_mode(if metadata.permissions().mode() & 0o111 == 0 { 0o644 } else { 0o755 });
    header.set_size(metadata.len());
    let file = File::open(path).at(path)?;
    tar.append_data(&mut header, name, file).at(path)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn the_same_files_give_the_same_bytes() {
        let out = tempfile::tempdir().unwrap();
        let mut archives = Vec::new();
        for order in [["b", "a"], ["a", "b"]] {
            let folder = out.path().join("it");
            for name in order {
                super::super::write(&folder.join("bin").join(name), name.as_bytes()).unwrap();
            }
            let mut runs = fs::metadata(folder.join("bin/a")).unwrap().permissions();
            runs.set_mode(0o700);
            fs::set_permissions(folder.join("bin/a"), runs).unwrap();
            let archive = pack(&folder, &out.path().join("it.tar.gz"), 1_700_000_000).unwrap();
            archives.push(fs::read(archive).unwrap());
            fs::remove_dir_all(folder).unwrap();
        }
        assert!(archives[0] == archives[1]);
        let sums = fs::read_to_string(out.path().join("it.tar.gz.sha256")).unwrap();
        assert!(sums.ends_with("  it.tar.gz\n") && sums.len() == 64 + 12, "{sums}");

        let mut found = Vec::new();
        for entry in tar::Archive::new(GzDecoder::new(archives[0].as_slice())).entries().unwrap() {
            let mut entry = entry.unwrap();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            let header = entry.header();
            assert_eq!((header.mtime().unwrap(), header.uid().unwrap()), (1_700_000_000, 0));
            found.push((
                entry.path().unwrap().to_str().unwrap().to_owned(),
                header.mode().unwrap(),
                text,
            ));
        }
        let entry = |path: &str, mode, text: &str| (path.to_owned(), mode, text.to_owned());
        let expected = [
            entry("it", 0o755, ""),
            entry("it/bin", 0o755, ""),
            entry("it/bin/a", 0o755, "a"),
            entry("it/bin/b", 0o644, "b"),
        ];
        assert_eq!(found, expected);
    }
}
