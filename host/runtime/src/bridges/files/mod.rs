//! `wasi:filesystem`: one folder of the host, with a limit on what the guest keeps in it.
//!
//! ```text
//!  guest ─▶ View ─▶ wasmtime-wasi ─▶ the folder        View: what is refused, what is counted
//!            │  └─▶ stream::Writer ─▶ the folder       Writer: each piece, before it is written
//!            └────▶ Ledger ◀── walk                    Ledger: one for all instances of the plugin
//! ```
//!
//! Paths are resolved by wasmtime-wasi, which does not leave the folder: not by `..`, not by an absolute path, not by a link. Beyond that:
//!
//! | refused | with | why |
//! |---|---|---|
//! | making a link, of either kind | `not-permitted` | the operator's tools would follow it, or meet a file twice |
//! | renaming a symbolic link | `not-permitted` | from its new place it may lead elsewhere |
//! | opening what is neither file nor folder | `not-permitted` | opening a pipe waits for its other end; a device is no file |
//! | what is beyond `file_bytes` or `file_count` | `insufficient-space` | as a full disk, `ENOSPC` |
//! | what is beyond `open_files` | `quota` | wasi has no `EMFILE` |
//! | a listing beyond `listed_names` | `insufficient-memory` | it is the launcher's memory |
//!
//! A file counts with the size that it seems to have, a folder with none. Links and pipes that others put there can be seen, and removed.

mod descriptor;
mod folder;
mod held;
mod ledger;
mod listing;
mod opening;
mod removing;
mod stream;
mod walk;

use wasmtime::component::{HasData, Linker, Resource, ResourceTable};
use wasmtime_wasi::filesystem::{Descriptor, WasiFilesystemCtx, WasiFilesystemCtxView};
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;
use wasmtime_wasi::p2::bindings::filesystem::{preopens, types};
use wasmtime_wasi::p2::{FsError, FsResult};

use self::held::{Allowance, ByHandle};
use crate::Limits;
use crate::instance::State;

pub use self::folder::{Files, FilesError};

/// Streams for each open file: one to read and one to write, as std has them.
const STREAMS: usize = 2;

/// The bridge's part of the store.
pub(crate) struct FilesBridge {
    files: Option<Files>,
    /// The folder's name in the guest.
    name: String,
    wasi: WasiFilesystemCtx,
    open: Allowance,
    streams: Allowance,
    listed: Allowance,
    by_handle: ByHandle,
}

impl FilesBridge {
    /// Gives the guest `files` under `name`, or no files at all.
    pub(crate) fn new(files: Option<Files>, name: &str, limits: &Limits) -> Self {
        Self {
            files,
            name: name.to_owned(),
            wasi: WasiFilesystemCtx::default(),
            open: Allowance::new(limits.open_files()),
            streams: Allowance::new(limits.open_files().saturating_mul(STREAMS)),
            listed: Allowance::new(limits.listed_names()),
            by_handle: ByHandle::default(),
        }
    }

    pub(crate) fn view<'a>(&'a mut self, table: &'a mut ResourceTable) -> FilesView<'a> {
        FilesView { bridge: self, table }
    }
}

/// What the guest's calls are answered with.
pub(crate) struct FilesView<'a> {
    bridge: &'a mut FilesBridge,
    table: &'a mut ResourceTable,
}

impl FilesView<'_> {
    /// Wasi's own implementation.
    fn wasi(&mut self) -> WasiFilesystemCtxView<'_> {
        WasiFilesystemCtxView { ctx: &mut self.bridge.wasi, table: self.table }
    }

    /// The plugin's files. A guest without any has no descriptor to come here with.
    fn files(&self) -> FsResult<&Files> {
        self.bridge.files.as_ref().ok_or_else(|| ErrorCode::BadDescriptor.into())
    }
}

/// The same resource once more, for another call.
fn again<T: 'static>(resource: &Resource<T>) -> Resource<T> {
    Resource::new_borrow(resource.rep())
}

impl preopens::Host for FilesView<'_> {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Resource<Descriptor>, String)>> {
        let Some(files) = &self.bridge.files else { return Ok(Vec::new()) };
        let folder = self.table.push(Descriptor::Dir(files.folder.clone()))?;
        Ok(vec![(folder, self.bridge.name.clone())])
    }
}

impl types::Host for FilesView<'_> {
    fn convert_error_code(&mut self, error: FsError) -> wasmtime::Result<ErrorCode> {
        self.wasi().convert_error_code(error)
    }

    fn filesystem_error_code(&mut self, error: Resource<wasmtime::Error>) -> wasmtime::Result<Option<ErrorCode>> {
        self.wasi().filesystem_error_code(error)
    }
}

struct FilesData;

impl HasData for FilesData {
    type Data<'a> = FilesView<'a>;
}

/// Takes the place of wasi's own `wasi:filesystem`, which has been added before.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    preopens::add_to_linker::<State, FilesData>(linker, State::files)?;
    types::add_to_linker::<State, FilesData>(linker, State::files)?;
    linker.allow_shadowing(false);
    Ok(())
}
