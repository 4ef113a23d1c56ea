//! Listings of folders. Wasi reads a folder as a whole, so the names of all listings at once are bounded.

use wasmtime::component::Resource;
use wasmtime_wasi::filesystem::Descriptor;
use wasmtime_wasi::p2::FsResult;
use wasmtime_wasi::p2::bindings::filesystem::types::{
    DirectoryEntry, DirectoryEntryStream, ErrorCode, HostDescriptor, HostDirectoryEntryStream,
};
use wasmtime_wasi::runtime::spawn_blocking;

use super::{FilesView, again, walk};

impl FilesView<'_> {
    pub(super) async fn list(&mut self, fd: &Resource<Descriptor>) -> FsResult<Resource<DirectoryEntryStream>> {
        let Descriptor::Dir(folder) = self.table.get(fd)? else {
            return Err(ErrorCode::NotDirectory.into());
        };
        let folder = folder.dir.clone();
        let names = spawn_blocking(move || walk::names(&*folder)).await?;
        // One more, so that empty listings are bounded too.
        let held = self.bridge.listed.take(names.saturating_add(1)).ok_or(ErrorCode::InsufficientMemory)?;
        let listing = self.wasi().read_directory(again(fd)).await?;
        self.bridge.by_handle.insert(listing.rep(), held);
        Ok(listing)
    }
}

impl HostDirectoryEntryStream for FilesView<'_> {
    async fn read_directory_entry(&mut self, stream: Resource<DirectoryEntryStream>) -> FsResult<Option<DirectoryEntry>> {
        self.wasi().read_directory_entry(stream).await
    }

    fn drop(&mut self, stream: Resource<DirectoryEntryStream>) -> wasmtime::Result<()> {
        self.bridge.by_handle.remove(stream.rep());
        HostDirectoryEntryStream::drop(&mut self.wasi(), stream)
    }
}
