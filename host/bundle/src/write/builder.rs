use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

use bytes::Bytes;

use super::WriteError;
use super::replace::replace;
use crate::compressed::compress;
use crate::digest::{Digest, Digester};
use crate::format::{self, ALIGNMENT, Entry, MARK, Signature, TRAILER_BYTES, Trailer};
use crate::signature::message;
use crate::{Bundle, BundleError, KeyPair, Kind, Limits};

/// Makes one executable of a launcher and sections.
///
/// The same launcher, sections and key give the same bytes, wherever and whenever.
#[derive(Debug, Default)]
pub struct Builder<'a> {
    sections: Vec<Content<'a>>,
    key: Option<&'a KeyPair>,
    limits: Limits,
}

#[derive(Debug)]
struct Content<'a> {
    kind: Kind,
    optional: bool,
    bytes: Cow<'a, [u8]>,
}

impl<'a> Builder<'a> {
    /// Adds a section that a reader has to know. Sections come in the order in which they are added.
    #[must_use]
    pub fn section(self, kind: Kind, bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        self.with(Content { kind, optional: false, bytes: bytes.into() })
    }

    /// Adds the component, compressed if that makes it smaller: it is only read where its code does not fit, and by whoever unpacks it.
    #[must_use]
    pub fn component(self, bytes: Vec<u8>) -> Self {
        self.section(Kind::COMPONENT, compress(bytes))
    }

    /// Adds the code that was made of the component, which has to be added before. It is the code of no other one.
    #[must_use]
    pub fn code(self, code: impl Into<Cow<'a, [u8]>>) -> Self {
        let component = self.sections.iter().find(|section| section.kind == Kind::COMPONENT);
        let component = Digest::of(component.map(|section| &*section.bytes).unwrap_or_default());
        let mut bytes = code.into().into_owned();
        bytes.extend_from_slice(component.as_bytes());
        self.section(Kind::CODE, bytes)
    }

    /// Adds a section that a reader passes over when it does not know its kind.
    #[must_use]
    pub fn optional_section(self, kind: Kind, bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        self.with(Content { kind, optional: true, bytes: bytes.into() })
    }

    fn with(mut self, content: Content<'a>) -> Self {
        self.sections.push(content);
        self
    }

    /// Signs all of the file, the launcher too. Without it the file is not signed.
    #[must_use]
    pub const fn signed_with(mut self, key: &'a KeyPair) -> Self {
        self.key = Some(key);
        self
    }

    /// Holds it to other limits.
    #[must_use]
    pub fn within(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Makes the executable `target` of the launcher in the file `launcher`, which may be the same. A file at `target` is replaced at once: until then it is as it was, and
    /// a process that runs it is not touched. It has mode 0755, and is on the disk when this returns.
    ///
    /// # Errors
    ///
    /// [`WriteError`].
    pub fn write(&self, launcher: &Path, target: &Path) -> Result<(), WriteError> {
        let bytes = std::fs::read(launcher)
            .map(Bytes::from)
            .map_err(|source| WriteError::Launcher { path: launcher.to_owned(), source })?;
        self.check(launcher, &bytes)?;
        replace(target, |file| self.put(&bytes, file))
    }

    /// Writes the launcher and its bundle to `out`.
    ///
    /// # Errors
    ///
    /// [`WriteError`]. Something may have been written then.
    pub fn append_to(&self, launcher: &Bytes, out: &mut impl Write) -> Result<(), WriteError> {
        self.check(Path::new("(memory)"), launcher)?;
        self.put(launcher, out)
    }

    /// What can be said before anything is written.
    fn check(&self, path: &Path, launcher: &Bytes) -> Result<(), WriteError> {
        let limit = self.limits.sections;
        if self.sections.len() > limit {
            return Err(WriteError::Sections { found: self.sections.len(), limit });
        }
        let mut kinds = Vec::with_capacity(self.sections.len());
        for Content { kind, optional, bytes } in &self.sections {
            let (kind, found, limit) = (*kind, bytes.len() as u64, self.limits.section_bytes);
            if found > limit {
                return Err(WriteError::SectionBytes { kind, found, limit });
            }
            if kinds.contains(&kind) {
                return Err(WriteError::Twice { kind });
            }
            if !optional && !kind.is_known() {
                return Err(WriteError::Unknown { kind });
            }
            kinds.push(kind);
        }
        match Bundle::from_bytes(launcher.clone()) {
            Ok(None) => Ok(()),
            Ok(Some(_)) => Err(WriteError::HasBundle { path: path.to_owned() }),
            Err(BundleError { fault, .. }) => Err(WriteError::HasBrokenBundle(BundleError { path: path.to_owned(), fault })),
        }
    }

    fn put(&self, launcher: &Bytes, out: &mut impl Write) -> Result<(), WriteError> {
        let mut out = Output { out, at: 0, digester: self.key.map(|_| Digester::default()) };
        out.write(launcher)?;
        out.write(&MARK)?;
        let mut entries = Vec::with_capacity(self.sections.len());
        for Content { kind, optional, bytes } in &self.sections {
            out.pad()?;
            let (offset, length) = (out.at, bytes.len() as u64);
            entries.push(Entry { kind: *kind, offset, length, optional: *optional, digest: Digest::of(bytes) });
            out.write(bytes)?;
        }
        let directory = format::encode(&entries);
        let directory_bytes = directory.len() as u64;
        let mut trailer = Trailer {
            launcher: launcher.len() as u64,
            directory: out.at,
            directory_bytes,
            file: out.at.saturating_add(directory_bytes).saturating_add(TRAILER_BYTES as u64),
            digest: Digest::of(&directory),
            signature: self.key.map(|key| Signature { key: key.public().id(), bytes: [0; 64] }),
        };
        out.write(&directory)?;
        if let (Some(key), Some(mut digester), Some(signature)) = (self.key, out.digester.take(), trailer.signature) {
            digester.add(&trailer.signed_part());
            trailer.signature = Some(Signature { bytes: key.sign(&message(&digester.finish())), ..signature });
        }
        out.write(&trailer.encode())?;
        out.out.flush().map_err(WriteError::Write)
    }
}

/// What was written so far.
struct Output<'w, W> {
    out: &'w mut W,
    at: u64,
    /// For what is signed.
    digester: Option<Digester>,
}

impl<W: Write> Output<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.out.write_all(bytes).map_err(WriteError::Write)?;
        if let Some(digester) = &mut self.digester {
            digester.add(bytes);
        }
        self.at = self.at.saturating_add(bytes.len() as u64);
        Ok(())
    }

    /// Zeros up to where a section may begin.
    fn pad(&mut self) -> Result<(), WriteError> {
        let zeros = [0; ALIGNMENT as usize];
        let length = format::aligned(self.at).saturating_sub(self.at);
        let zeros = usize::try_from(length).ok().and_then(|length| zeros.get(..length));
        self.write(zeros.unwrap_or_default())
    }
}
