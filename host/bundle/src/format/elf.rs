use super::Fields;

/// The header of a 64-bit ELF file, in bytes.
pub(crate) const HEADER_BYTES: usize = 64;

/// 64-bit, little-endian: what Linux runs on the CPUs that there are launchers for.
const IDENT: [u8; 6] = *b"\x7fELF\x02\x01";

/// Where an ELF file ends that begins with `header`, taken that its section headers are its end. `None` for anything else.
pub(crate) fn end_of_elf(header: [u8; HEADER_BYTES]) -> Option<u64> {
    let mut fields = Fields(&header);
    if fields.bytes() != Some(IDENT) {
        return None;
    }
    let _up_to_the_section_headers_place: [u8; 34] = fields.bytes()?;
    let place = fields.u64()?;
    let _up_to_their_size: [u8; 10] = fields.bytes()?;
    let (size, count) = (fields.u16()?, fields.u16()?);
    let length = u64::from(size) * u64::from(count);
    (place != 0).then(|| place.checked_add(length)).flatten()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use super::*;

    #[test]
    fn this_executable_ends_where_it_says() {
        let file = std::fs::File::open(std::env::current_exe().unwrap()).unwrap();
        let mut header = [0; HEADER_BYTES];
        file.read_exact_at(&mut header, 0).unwrap();
        assert_eq!(end_of_elf(header), Some(file.metadata().unwrap().len()));
    }

    #[test]
    fn others_have_no_end() {
        assert_eq!(end_of_elf([0; HEADER_BYTES]), None);
        let mut header = [0; HEADER_BYTES];
        header[..6].copy_from_slice(&IDENT);
        assert_eq!(end_of_elf(header), None, "no section headers");
        header[40..48].fill(0xff);
        assert_eq!(end_of_elf(header), Some(u64::MAX));
        header[58..62].copy_from_slice(&[1, 0, 1, 0]);
        assert_eq!(end_of_elf(header), None, "beyond what a number can say");
    }
}
