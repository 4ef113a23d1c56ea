//! A file that was written according to [`temps_plugin_bundle::format`], by other means, is read and written here byte by byte.

#[cfg(test)]
mod golden {
    use bytes::Bytes;
    use temps_plugin_bundle::{Bundle, KeyPair, Kind};

    const FILE: &[u8] = include_bytes!("golden/signed.bundle");
    /// Anybody can sign with it.
    const KEY: &str = "temps-plugin-secret-key v1 BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

    #[test]
    fn it_is_read() {
        let later = "later".parse().unwrap();
        let key = KeyPair::parse(KEY).unwrap().public();
        let bundle = Bundle::from_bytes(FILE).unwrap().unwrap();
        assert_eq!(bundle.launcher_length(), 9);
        assert_eq!(bundle.verify(std::slice::from_ref(&key)).unwrap(), key.id());
        bundle.check().unwrap();
        let entries: Vec<_> = bundle.entries().map(|entry| (entry.kind, entry.offset, entry.length, entry.optional)).collect();
        assert_eq!(entries, [(Kind::MANIFEST, 4096, 17, false), (later, 8192, 21, true)]);
        assert_eq!(bundle.section(Kind::MANIFEST).unwrap().as_deref(), Some(&br#"{"name":"golden"}"#[..]));
        assert_eq!(bundle.section(later).unwrap().as_deref(), Some(&b"for those who know it"[..]));
    }

    #[test]
    fn it_is_written() {
        let key = KeyPair::parse(KEY).unwrap();
        let mut file = Vec::new();
        Bundle::builder()
            .section(Kind::MANIFEST, br#"{"name":"golden"}"#.as_slice())
            .optional_section("later".parse().unwrap(), b"for those who know it".as_slice())
            .signed_with(&key)
            .append_to(&Bytes::from_static(b"launcher\n"), &mut file)
            .unwrap();
        assert!(file == FILE);
    }
}
