use temps_plugin_protocol::{
    LaunchLine, PluginManifest, ProtocolVersion, decode_manifest_line, decode_ready_line, encode_manifest_line,
};

/// The line that the host writes to the plugin's stdin, for each kind of manifest.
pub(crate) fn launch_line(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for (requires_db, requires_host_data_access) in [(false, false), (false, true), (true, false), (true, true)] {
        let manifest = PluginManifest::builder("p", "1.0.0").requires_db(requires_db).build();
        let manifest = PluginManifest { requires_host_data_access, ..manifest };
        match LaunchLine::decode(text, &manifest) {
            Ok(line) => {
                assert!(!line.auth_secret.trim().is_empty());
                assert_eq!((line.database_url.is_some(), line.host_data_dir.is_some()), (requires_db, requires_host_data_access));
                assert_eq!(LaunchLine::decode(&line.encode(), &manifest).unwrap(), line);
            }
            Err(error) => assert!(error.to_string().starts_with("launch line: "), "{error}"),
        }
    }
}

/// The two lines that the plugin writes to its stdout.
pub(crate) fn plugin_lines(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        if let Ok(manifest) = decode_manifest_line(version, text) {
            // Either answer is right: this is about panics.
            let _ = manifest.validate();
            let again = decode_manifest_line(version, &encode_manifest_line(version, &manifest));
            assert_eq!(again.unwrap(), manifest);
        }
        if let Ok(line) = decode_ready_line(version, text) {
            assert_eq!(decode_ready_line(version, &line.encode(version)).unwrap(), line);
        }
    }
}
