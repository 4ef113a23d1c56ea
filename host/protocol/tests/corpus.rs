//! The inputs that the fuzzer begins with, and those that once made something fail, keep their promises without it.

mod properties;

#[cfg(test)]
mod corpus {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use temps_plugin_protocol::FrameError;

    use super::properties::{channel_frame, event_body, header_block, launch_line, plugin_lines};

    /// The files of a target, by name.
    fn files(target: &str) -> Vec<(String, Vec<u8>)> {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus")).join(target);
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
            .collect();
        files.sort();
        assert!(!files.is_empty());
        files
    }

    fn class(error: &FrameError) -> &'static str {
        match error {
            FrameError::NotJson { .. } => "not JSON",
            FrameError::NotAnObject => "not an object",
            FrameError::Type { .. } => "type",
            FrameError::Id { .. } => "id",
            FrameError::MethodMissing { .. } => "method missing",
            FrameError::MethodUnknown { .. } => "method unknown",
            FrameError::Params { .. } => "params",
            FrameError::PayloadTooLarge { .. } => "payload too large",
            FrameError::Encode { .. } => "encode",
            FrameError::NoOutcome { .. } => "no outcome",
            FrameError::Error { .. } => "error",
            FrameError::Event { .. } => "event",
        }
    }

    #[test]
    fn channel_frames_hold() {
        let mut classes = BTreeSet::new();
        let mut taken = 0;
        for (name, bytes) in files("channel_frame") {
            eprintln!("{name}");
            let refusals = channel_frame(&bytes);
            taken += usize::from(refusals.len() < 4);
            classes.extend(refusals.iter().map(class));
        }
        assert!(taken > 10, "{taken} are taken by somebody");
        // The other two take 32 MiB, and a fault of serde's.
        let expected = [
            "error",
            "event",
            "id",
            "method missing",
            "method unknown",
            "no outcome",
            "not JSON",
            "not an object",
            "params",
            "type",
        ];
        assert_eq!(classes, BTreeSet::from(expected), "each kind of refusal has a file");
    }

    #[test]
    fn event_bodies_hold() {
        for (name, bytes) in files("event_body") {
            eprintln!("{name}");
            assert_eq!(event_body(&bytes).is_some(), !name.starts_with("not_"), "{name}");
        }
    }

    #[test]
    fn launch_lines_hold() {
        for (name, bytes) in files("launch_line") {
            eprintln!("{name}");
            launch_line(&bytes);
        }
    }

    #[test]
    fn header_blocks_hold() {
        for (name, bytes) in files("header_block") {
            eprintln!("{name}");
            assert_eq!(header_block(&bytes), !name.starts_with("not_"), "{name}");
        }
    }

    #[test]
    fn each_holds_for_what_is_meant_for_another() {
        for target in ["channel_frame", "event_body", "header_block", "launch_line"] {
            for (_, bytes) in files(target) {
                channel_frame(&bytes);
                event_body(&bytes);
                header_block(&bytes);
                launch_line(&bytes);
                plugin_lines(&bytes);
            }
        }
    }
}
