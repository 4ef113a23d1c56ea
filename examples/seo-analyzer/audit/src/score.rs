use serde::{Deserialize, Serialize};

use crate::checks;

/// How a site stands, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// 0 to 100.
    pub value: u8,
    /// What it lost points for, the most expensive first.
    pub reasons: Vec<Reason>,
}

/// What a check costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// The check's id.
    pub check: String,
    /// Pages that have it.
    pub pages: u64,
    /// The check's weight: what it costs if all pages have it.
    pub weight: f64,
    /// Points that it costs.
    pub points: f64,
}

/// The score of a site with so many pages, of which each check was found on some.
///
/// It is 100, less `weight × √(pages with it / all pages)` for each check, and not less than 0. The root has a fault on few pages count for more than their share: one page of a
/// hundred costs a tenth of the weight. A check counts once for a page. Checks that are not known cost nothing.
///
/// ```
/// let score = seo_audit::score([("title.missing", 1), ("link.broken", 25)], 100);
/// assert_eq!(score.value, 94);
/// assert_eq!((score.reasons[0].check.as_str(), score.reasons[0].points), ("link.broken", 5.0));
/// assert_eq!((score.reasons[1].check.as_str(), score.reasons[1].points), ("title.missing", 1.0));
/// ```
#[must_use]
pub fn score<'a>(found: impl IntoIterator<Item = (&'a str, u64)>, pages: u64) -> Score {
    let mut reasons: Vec<Reason> = found
        .into_iter()
        .filter_map(|(id, with_it)| {
            let check = checks::by_id(id)?;
            let share = with_it as f64 / pages.max(1) as f64;
            let points = (check.weight * share.min(1.0).sqrt() * 100.0).round() / 100.0;
            (with_it > 0).then(|| Reason { check: id.to_owned(), pages: with_it, weight: check.weight, points })
        })
        .collect();
    reasons.sort_by(|one, other| other.points.total_cmp(&one.points).then_with(|| one.check.cmp(&other.check)));
    let lost: f64 = reasons.iter().map(|reason| reason.points).sum();
    Score { value: (100.0 - lost).round().clamp(0.0, 100.0) as u8, reasons }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_found_is_a_hundred() {
        assert_eq!(score([], 10), Score { value: 100, reasons: vec![] });
        assert_eq!(score([("title.missing", 0), ("no.such", 5)], 0), Score { value: 100, reasons: vec![] });
    }

    #[test]
    fn everything_found_is_nothing() {
        let all = score(checks::ALL.iter().map(|check| (check.id, 7)), 7);
        assert_eq!((all.value, all.reasons.len()), (0, checks::ALL.len()));
        assert!(all.reasons.windows(2).all(|pair| pair[0].points >= pair[1].points));
    }

    #[test]
    fn all_pages_cost_the_weight() {
        let title = checks::title::MISSING.weight;
        assert_eq!(score([("title.missing", 4)], 4).reasons[0].points, title);
        assert_eq!(score([("title.missing", 1)], 4).reasons[0].points, title / 2.0);
        assert_eq!(score([("title.missing", 9)], 4).reasons[0].points, title);
    }
}
