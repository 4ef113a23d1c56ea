//! What makes names, and what opens them.

use std::sync::Arc;

use wasmtime::component::Resource;
use wasmtime_wasi::filesystem::Descriptor;
use wasmtime_wasi::p2::bindings::filesystem::types::{
    DescriptorFlags, DescriptorStat, DescriptorType, ErrorCode, HostDescriptor, OpenFlags, PathFlags,
};
use wasmtime_wasi::p2::{FsError, FsResult};
use wasmtime_wasi::runtime::spawn_blocking;

use super::ledger::{Change, UnderWay};
use super::{FilesView, again};

/// How something is to be opened.
pub(super) struct How {
    pub(super) path_flags: PathFlags,
    pub(super) open: OpenFlags,
    pub(super) mode: DescriptorFlags,
}

impl How {
    /// The same without truncation, which is a change of the file's size like others and comes after. As with wasi it lets the guest write.
    fn without_truncation(mut self) -> Self {
        if self.open.contains(OpenFlags::TRUNCATE) {
            self.open ^= OpenFlags::TRUNCATE;
            if !self.mode.contains(DescriptorFlags::WRITE) {
                self.mode |= DescriptorFlags::READ | DescriptorFlags::WRITE;
            }
        }
        self
    }
}

impl FilesView<'_> {
    pub(super) async fn open(&mut self, fd: &Resource<Descriptor>, path: String, how: How) -> FsResult<Resource<Descriptor>> {
        let truncates = how.open.contains(OpenFlags::TRUNCATE);
        if truncates && how.open.contains(OpenFlags::DIRECTORY) {
            return Err(ErrorCode::Invalid.into());
        }
        let held = self.bridge.open.take(1).ok_or(ErrorCode::Quota)?;
        let there = self.look(fd, how.path_flags, &path).await?;
        let made = match there {
            None if how.open.contains(OpenFlags::CREATE) => Some(self.take_file().await?),
            None | Some(_) => None,
        };
        let How { path_flags, open, mode } = how.without_truncation();
        let opened = match self.wasi().open_at(again(fd), path_flags, path, open, mode).await {
            Ok(opened) => opened,
            Err(error) => {
                if made.is_some() {
                    self.files()?.ledger.give_file();
                }
                return Err(error);
            }
        };
        drop(made);
        self.bridge.by_handle.insert(opened.rep(), held);
        if let Err(error) = self.note(&opened, truncates).await {
            HostDescriptor::drop(self, opened).map_err(FsError::trap)?;
            return Err(error);
        }
        Ok(opened)
    }

    pub(super) async fn create_folder(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<()> {
        let _made = self.take_file().await?;
        let created = self.wasi().create_directory_at(fd, path).await;
        if created.is_err() {
            self.files()?.ledger.give_file();
        }
        created
    }

    /// What lies at `path`, if that is a file or a folder, or a link that is not followed. It has to be known before it is opened: opening
    /// a pipe waits for its other end.
    pub(super) async fn look(
        &mut self,
        fd: &Resource<Descriptor>,
        flags: PathFlags,
        path: &str,
    ) -> FsResult<Option<DescriptorStat>> {
        let stat = match self.wasi().stat_at(again(fd), flags, path.to_owned()).await {
            Ok(stat) => stat,
            Err(error) if is_no_entry(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        match stat.type_ {
            DescriptorType::RegularFile | DescriptorType::Directory | DescriptorType::SymbolicLink => Ok(Some(stat)),
            DescriptorType::BlockDevice
            | DescriptorType::CharacterDevice
            | DescriptorType::Fifo
            | DescriptorType::Socket
            | DescriptorType::Unknown => Err(ErrorCode::NotPermitted.into()),
        }
    }

    async fn take_file(&mut self) -> FsResult<UnderWay> {
        let ledger = Arc::clone(&self.files()?.ledger);
        let taken = spawn_blocking(move || ledger.take_file()).await;
        taken.map_err(|_| ErrorCode::InsufficientSpace.into())
    }

    /// Tells the ledger of what was opened, and truncates it if it is to be.
    async fn note(&mut self, opened: &Resource<Descriptor>, truncates: bool) -> FsResult<()> {
        let Descriptor::File(file) = self.table.get(opened)? else { return Ok(()) };
        let file = Arc::clone(&file.file);
        let ledger = Arc::clone(&self.files()?.ledger);
        let hash = self.wasi().metadata_hash(again(opened)).await?;
        let noted = spawn_blocking(move || {
            let metadata = file.metadata()?;
            ledger.opened(&file, &metadata, (hash.lower, hash.upper));
            if truncates && metadata.len() > 0 {
                ledger.change(&file, Change::Size(0), |file, _| file.set_len(0))?;
            }
            std::io::Result::Ok(())
        });
        Ok(noted.await?)
    }
}

pub(super) fn is_no_entry(error: &FsError) -> bool {
    matches!(error.downcast_ref(), Some(ErrorCode::NoEntry))
}
