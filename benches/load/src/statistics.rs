//! Medians and the like.

/// The value below which this share of them lies; NaN of none.
pub fn quantile(values: &mut [u64], share: f64) -> f64 {
    values.sort_unstable();
    let place = (values.len().saturating_sub(1) as f64 * share).round();
    values.get(place as usize).map_or(f64::NAN, |value| *value as f64)
}

/// The median of the rounds, with the lowest and the highest.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Spread {
    pub median: f64,
    pub lowest: f64,
    pub highest: f64,
}

impl Spread {
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<_> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let at = |place: usize| sorted.get(place).copied().unwrap_or(f64::NAN);
        let (half, odd) = (sorted.len() / 2, sorted.len() % 2 == 1);
        let median = if odd { at(half) } else { (at(half.wrapping_sub(1)) + at(half)) / 2.0 };
        Self { median, lowest: at(0), highest: at(sorted.len().wrapping_sub(1)) }
    }

    /// Half the distance of the extremes, by the median.
    pub fn relative(&self) -> f64 {
        (self.highest - self.lowest) / 2.0 / self.median
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_has_the_middle_and_both_ends() {
        assert_eq!(Spread::of([3.0, 1.0, 9.0]), Spread { median: 3.0, lowest: 1.0, highest: 9.0 });
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 9.0]), Spread { median: 3.0, lowest: 1.0, highest: 9.0 });
        assert_eq!(Spread::of([9.0, 11.0, 10.0]).relative(), 0.1);
        assert!(Spread::of([]).median.is_nan());
    }

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let mut values: Vec<u64> = (0..=100).rev().collect();
        assert_eq!(quantile(&mut values, 0.5), 50.0);
        assert_eq!(quantile(&mut values, 0.99), 99.0);
        assert_eq!(quantile(&mut [5], 0.99), 5.0);
        assert!(quantile(&mut [], 0.5).is_nan());
    }
}
