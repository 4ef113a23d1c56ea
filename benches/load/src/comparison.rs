//! One figure of both sides, and how they compare.

use serde::Serialize;

use crate::statistics::Spread;
use crate::target::{Target, target};

/// The name of the native side.
pub const NATIVE: &str = "native";
/// The name of the plugin's side.
pub const WASM: &str = "wasm";

/// What a side gave in each round.
#[derive(Debug)]
pub struct Series {
    pub side: &'static str,
    pub rounds: Vec<f64>,
}

/// One figure.
#[derive(Debug, Serialize)]
pub struct Comparison {
    pub case: String,
    /// How many requests at once; empty where nothing is asked.
    pub mode: String,
    /// The figure with its unit.
    pub figure: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub native: Option<Spread>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wasm: Option<Spread>,
    /// Wasm by native, round by round: what slows the machine down for a while slows both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Spread>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
}

impl Comparison {
    pub fn new(case: impl Into<String>, mode: impl ToString, figure: &'static str, series: &[Series]) -> Self {
        let (case, mode) = (case.into(), mode.to_string());
        let of = |name: &str| series.iter().find(|series| series.side == name).map(|series| &series.rounds);
        let (native, wasm) = (of(NATIVE), of(WASM));
        let pairs = native.zip(wasm).map(|(native, wasm)| native.iter().zip(wasm).map(|(native, wasm)| wasm / native));
        let spread = |rounds: &Vec<f64>| Spread::of(rounds.iter().copied());
        Self {
            target: target(&case, &mode, figure),
            case,
            mode,
            figure,
            native: native.map(spread),
            wasm: wasm.map(spread),
            ratio: pairs.map(Spread::of),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_that_of_each_round() {
        let native = Series { side: NATIVE, rounds: vec![1.0, 10.0, 1.0] };
        let wasm = Series { side: WASM, rounds: vec![2.0, 30.0, 4.0] };
        let both = Comparison::new("case", 1, "figure", &[native, wasm]);
        assert_eq!(both.ratio, Some(Spread { median: 3.0, lowest: 2.0, highest: 4.0 }));
        let alone = Comparison::new("case", 1, "figure", &[Series { side: WASM, rounds: vec![2.0] }]);
        assert_eq!((alone.native, alone.ratio), (None, None));
        assert_eq!(alone.wasm.unwrap().median, 2.0);
    }
}
