//! One call each, with whatever path.

use wasip2::filesystem::types::{Descriptor, DescriptorFlags, ErrorCode, NewTimestamp, OpenFlags, PathFlags};

use super::{With, root};

pub(crate) fn attempt(call: &str, With { path, to, .. }: &With) -> Result<String, ErrorCode> {
    let root = root()?;
    let follow = PathFlags::SYMLINK_FOLLOW;
    match call {
        "read" => return read(&root, follow, path),
        "read-link-itself" => return read(&root, PathFlags::empty(), path),
        "write" => {
            let flags = DescriptorFlags::WRITE;
            root.open_at(follow, path, OpenFlags::CREATE, flags)?.write(b"written", 0)?;
        }
        "truncate" => drop(root.open_at(follow, path, OpenFlags::CREATE | OpenFlags::TRUNCATE, DescriptorFlags::empty())?),
        "list" => {
            let folder = root.open_at(follow, path, OpenFlags::DIRECTORY, DescriptorFlags::READ)?;
            let entries = folder.read_directory()?;
            let mut names = Vec::new();
            while let Some(entry) = entries.read_directory_entry()? {
                names.push(entry.name);
            }
            return Ok(names.join(" "));
        }
        "stat" => drop(root.stat_at(follow, path)?),
        "hash" => drop(root.metadata_hash_at(follow, path)?),
        "times" => root.set_times_at(follow, path, NewTimestamp::Now, NewTimestamp::Now)?,
        "mkdir" => root.create_directory_at(path)?,
        "rmdir" => root.remove_directory_at(path)?,
        "unlink" => root.unlink_file_at(path)?,
        "readlink" => return root.readlink_at(path),
        "rename" => root.rename_at(path, &root, to)?,
        "symlink" => root.symlink_at(path, to)?,
        "link" => root.link_at(PathFlags::empty(), path, &root, to)?,
        "rename-out" => {
            let below = root.open_at(PathFlags::empty(), path, OpenFlags::DIRECTORY, DescriptorFlags::READ)?;
            root.rename_at(to, &below, &format!("../../{to}"))?;
        }
        _ => return Err(ErrorCode::Unsupported),
    }
    Ok("done".into())
}

fn read(root: &Descriptor, flags: PathFlags, path: &str) -> Result<String, ErrorCode> {
    let (bytes, _) = root.open_at(flags, path, OpenFlags::empty(), DescriptorFlags::READ)?.read(1 << 16, 0)?;
    Ok(format!("read {}", String::from_utf8_lossy(&bytes)))
}
