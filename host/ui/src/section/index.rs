use serde::{Deserialize, Serialize};

use crate::Coding;

/// What is in a section.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Index {
    pub(super) version: u32,
    pub(super) files: Vec<Record>,
}

/// A file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) path: String,
    pub(super) plain: Piece,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gzip: Option<Piece>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) brotli: Option<Piece>,
}

/// One form of a file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Piece {
    pub(super) bytes: u64,
    pub(super) hash: String,
}

impl Record {
    /// Its forms in the order in which they are stored.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (Coding, &Piece)> {
        let compressed = [(Coding::Gzip, self.gzip.as_ref()), (Coding::Brotli, self.brotli.as_ref())];
        std::iter::once((Coding::Identity, &self.plain))
            .chain(compressed.into_iter().filter_map(|(coding, piece)| Some((coding, piece?))))
    }
}
