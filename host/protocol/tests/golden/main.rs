//! Every message of the protocol against a file with its JSON, written by hand from the wire's
//! description.
//!
//! A file is named `<version>_<message>[_<case>].json`; messages that are the same in both versions
//! have no version. Each is used by the test of the same name, in the module of its kind.

#[cfg(test)]
#[macro_use]
mod check;

#[cfg(test)]
mod events;
#[cfg(test)]
mod handshake;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod responses;

#[cfg(test)]
mod coverage {
    use std::collections::BTreeSet;

    use crate::{check, events, handshake, requests, responses};

    #[test]
    fn every_file_is_used_by_a_test() {
        let tests: Vec<&str> = [events::COVERED, handshake::COVERED, requests::COVERED, responses::COVERED].concat();
        let covered: BTreeSet<String> = tests.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(covered.len(), tests.len(), "two tests have the same name");

        let files: BTreeSet<String> = std::fs::read_dir(check::FOLDER)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
            .collect();
        let unused: Vec<_> = files.difference(&covered).collect();
        assert!(unused.is_empty(), "no test uses {unused:?}: add one, or remove the file");
    }
}
