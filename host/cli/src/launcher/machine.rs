use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// How a 64-bit, little-endian ELF file begins: what Linux runs on the CPUs that there are launchers for.
const IDENT: [u8; 6] = *b"\x7fELF\x02\x01";

/// The bytes of an ELF header up to its machine.
const HEADER_BYTES: u64 = 20;

/// The types of ELF files that are programs: at a fixed place in memory, or anywhere.
const PROGRAMS: [u16; 2] = [2, 3];

const X86_64: u16 = 62;
const AARCH64: u16 = 183;
const RISCV: u16 = 243;

/// The CPU that a program for Linux is for, as its ELF header names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine(u16);

impl Machine {
    /// The machine of the program in a file. `None` if there is something else in it. What is needed beside the CPU, such as libraries, is not looked at.
    ///
    /// # Errors
    ///
    /// The system's, when the file cannot be read.
    pub fn of(path: &Path) -> io::Result<Option<Self>> {
        let mut header = Vec::new();
        File::open(path)?.take(HEADER_BYTES).read_to_end(&mut header)?;
        Ok(Self::in_header(&header))
    }

    fn in_header(header: &[u8]) -> Option<Self> {
        let number = |at: usize| header.get(at..)?.first_chunk().copied().map(u16::from_le_bytes);
        let is_program = header.starts_with(&IDENT) && PROGRAMS.contains(&number(16)?);
        is_program.then_some(Self(number(18)?))
    }

    /// This machine. `None` if it is one that there are no launchers for.
    #[must_use]
    pub fn here() -> Option<Self> {
        if !cfg!(all(target_os = "linux", target_pointer_width = "64", target_endian = "little")) {
            return None;
        }
        match std::env::consts::ARCH {
            "x86_64" => Some(Self(X86_64)),
            "aarch64" => Some(Self(AARCH64)),
            "riscv64" => Some(Self(RISCV)),
            _ => None,
        }
    }
}

/// As Rust calls it, or by its number.
impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            X86_64 => f.write_str("x86_64"),
            AARCH64 => f.write_str("aarch64"),
            RISCV => f.write_str("riscv64"),
            number => write!(f, "the CPU with ELF's number {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_program_is_for_this_machine() {
        let found = Machine::of(&std::env::current_exe().unwrap()).unwrap();
        assert!(found.is_some());
        assert_eq!(found, Machine::here());
    }

    #[test]
    fn what_is_no_program_is_for_none() {
        let mut header = [0; HEADER_BYTES as usize];
        header[..6].copy_from_slice(&IDENT);
        for (kind, machine, expected) in [(2, 183, Some("aarch64")), (3, 62, Some("x86_64")), (1, 62, None), (4, 62, None)] {
            header[16] = kind;
            header[18] = machine;
            assert_eq!(Machine::in_header(&header).map(|machine| machine.to_string()).as_deref(), expected);
        }
        header[16] = 2;
        assert_eq!(Machine::in_header(&header[..19]), None, "cut off");
        header[4] = 1;
        assert_eq!(Machine::in_header(&header), None, "32-bit");
        assert_eq!(Machine::in_header(b"#!/bin/sh\nexec true\n"), None);
    }
}
