//! What takes names away, or gives them to something else.

use wasmtime::component::Resource;
use wasmtime_wasi::filesystem::Descriptor;
use wasmtime_wasi::p2::FsResult;
use wasmtime_wasi::p2::bindings::filesystem::types::{DescriptorType, ErrorCode, HostDescriptor, PathFlags};

use super::ledger::Removed;
use super::opening::is_no_entry;
use super::{FilesView, again};

/// What a name stands for.
struct Named {
    kind: DescriptorType,
    removed: Removed,
}

impl FilesView<'_> {
    pub(super) async fn unlink(&mut self, fd: &Resource<Descriptor>, path: String) -> FsResult<()> {
        let named = self.named(fd, &path).await?;
        let ledger = self.files()?.ledger.clone();
        let _under_way = ledger.removing();
        self.wasi().unlink_file_at(again(fd), path).await?;
        ledger.removed(named.removed);
        Ok(())
    }

    pub(super) async fn remove_folder(&mut self, fd: &Resource<Descriptor>, path: String) -> FsResult<()> {
        let named = self.named(fd, &path).await?;
        let ledger = self.files()?.ledger.clone();
        let _under_way = ledger.removing();
        self.wasi().remove_directory_at(again(fd), path).await?;
        ledger.removed(named.removed);
        Ok(())
    }

    /// What had the new name before has lost it, unless it is the same file.
    pub(super) async fn rename(
        &mut self,
        fd: &Resource<Descriptor>,
        old_path: String,
        new_fd: &Resource<Descriptor>,
        new_path: String,
    ) -> FsResult<()> {
        let old = self.named(fd, &old_path).await?;
        if old.kind == DescriptorType::SymbolicLink {
            return Err(ErrorCode::NotPermitted.into());
        }
        let new = match self.named(new_fd, &new_path).await {
            Ok(new) => Some(new.removed).filter(|new| new.hash != old.removed.hash),
            Err(error) if is_no_entry(&error) => None,
            Err(error) => return Err(error),
        };
        let ledger = self.files()?.ledger.clone();
        let _under_way = ledger.removing();
        self.wasi().rename_at(again(fd), old_path, again(new_fd), new_path).await?;
        if let Some(new) = new {
            ledger.removed(new);
        }
        Ok(())
    }

    async fn named(&mut self, fd: &Resource<Descriptor>, path: &str) -> FsResult<Named> {
        let stat = self.wasi().stat_at(again(fd), PathFlags::empty(), path.to_owned()).await?;
        let hash = self.wasi().metadata_hash_at(again(fd), PathFlags::empty(), path.to_owned()).await?;
        let (bytes, last_name) = match stat.type_ {
            DescriptorType::RegularFile => (stat.size, stat.link_count <= 1),
            // A folder's own links are those of the folders in it.
            DescriptorType::Directory
            | DescriptorType::SymbolicLink
            | DescriptorType::BlockDevice
            | DescriptorType::CharacterDevice
            | DescriptorType::Fifo
            | DescriptorType::Socket
            | DescriptorType::Unknown => (0, true),
        };
        Ok(Named { kind: stat.type_, removed: Removed { hash: (hash.lower, hash.upper), bytes, last_name } })
    }
}
