//! What of it all is measured.

use crate::case::{self, Case};
use crate::error::BenchError;

const START: &str = "start";
const CEILING: &str = "ceiling";

/// What `--only` leaves.
#[derive(Debug)]
pub struct Selection {
    pub start: bool,
    pub ceiling: bool,
    pub cases: Vec<Case>,
}

impl Selection {
    pub fn new(only: Option<&str>) -> Result<Self, BenchError> {
        let mut cases = case::all();
        let Some(only) = only else { return Ok(Self { start: true, ceiling: true, cases }) };
        let names: Vec<_> = [START, CEILING].into_iter().chain(cases.iter().map(|case| case.name)).collect();
        if names.contains(&only) {
            cases.retain(|case| case.name == only);
        } else {
            cases.retain(|case| case.name.contains(only));
        }
        let selection = Self { start: only == START, ceiling: only == CEILING, cases };
        if selection.start || selection.ceiling || !selection.cases.is_empty() {
            return Ok(selection);
        }
        Err(BenchError::NoCase { only: only.to_owned(), cases: names.join(", ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &str) -> Vec<&'static str> {
        Selection::new(Some(only)).unwrap().cases.iter().map(|case| case.name).collect()
    }

    #[test]
    fn a_whole_name_is_that_case_alone_and_a_part_all_that_have_it() {
        assert_eq!(names("row"), ["row"]);
        assert_eq!(names("echo"), ["echo-1k", "echo-1m"]);
        assert!(names("start").is_empty());
        let all = Selection::new(None).unwrap();
        assert!(all.start && all.ceiling && all.cases.len() == case::all().len());
        assert!(Selection::new(Some("nothing")).unwrap_err().to_string().contains("start, ceiling, json"));
    }
}
