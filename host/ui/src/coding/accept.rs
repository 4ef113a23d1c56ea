//! What a client says that it can decompress (RFC 9110, 12.5.3).

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

use super::Coding;

/// A weight in thousandths.
type Weight = u16;

/// The codings that a client takes, the one that it prefers first; of those that it likes equally, the smaller. The file as it is comes last even from a client that refuses
/// it: it has to get something.
pub(crate) fn accepted(headers: &HeaderMap) -> impl Iterator<Item = Coding> + use<> {
    let weights = Weights::of(headers);
    let mut all = [
        (weights.brotli.or(weights.others).unwrap_or(0), Coding::Brotli),
        (weights.gzip.or(weights.others).unwrap_or(0), Coding::Gzip),
        // Not named it is acceptable, and nobody's preference.
        (weights.identity.unwrap_or(0), Coding::Identity),
    ];
    // It is stable, so equal ones stay in their order.
    all.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    all.into_iter().filter(|(weight, coding)| *weight > 0 || *coding == Coding::Identity).map(|(_, coding)| coding)
}

#[derive(Default)]
struct Weights {
    brotli: Option<Weight>,
    gzip: Option<Weight>,
    identity: Option<Weight>,
    /// `*`.
    others: Option<Weight>,
}

impl Weights {
    fn of(headers: &HeaderMap) -> Self {
        let mut weights = Self::default();
        let lines = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
        for item in lines.flat_map(|line| line.split(',')) {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            let name = name.trim();
            let place = if name.eq_ignore_ascii_case("br") {
                &mut weights.brotli
            } else if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
                &mut weights.gzip
            } else if name.eq_ignore_ascii_case("identity") {
                &mut weights.identity
            } else if name == "*" {
                &mut weights.others
            } else {
                continue;
            };
            *place = Some(weight(parameters));
        }
        weights
    }
}

/// The weight in an item's parameters: 1 without one, 0 for what is none, as a client that cannot be understood gets the file as it is.
fn weight(parameters: &str) -> Weight {
    let q = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    let Some(q) = q else { return 1000 };
    let (whole, decimals) = q.split_once('.').unwrap_or((q, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
        return 0;
    }
    let thousandths =
        decimals.bytes().chain(std::iter::repeat(b'0')).take(3).fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    match (whole, thousandths) {
        ("1", 0) => 1000,
        ("0" | "", thousandths) => thousandths,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::Coding::{Brotli, Gzip, Identity};
    use super::*;

    fn of(lines: &[&'static str]) -> Vec<Coding> {
        let headers = lines.iter().map(|line| (ACCEPT_ENCODING, HeaderValue::from_static(line))).collect();
        accepted(&headers).collect()
    }

    #[test]
    fn the_smaller_is_taken_of_what_a_client_likes_equally() {
        assert_eq!(of(&["gzip, deflate, br, zstd"]), [Brotli, Gzip, Identity]);
        assert_eq!(of(&["gzip", "br"]), [Brotli, Gzip, Identity]);
        assert_eq!(of(&["*"]), [Brotli, Gzip, Identity]);
        assert_eq!(of(&["X-GZIP , BR;Q=1.000"]), [Brotli, Gzip, Identity]);
    }

    #[test]
    fn the_clients_own_preference_comes_first() {
        assert_eq!(of(&["br;q=0.5, gzip;q=0.8"]), [Gzip, Brotli, Identity]);
        assert_eq!(of(&["br;q=0.001"]), [Brotli, Identity]);
        assert_eq!(of(&["identity, gzip;q=0.9"]), [Identity, Gzip]);
        assert_eq!(of(&["identity;q=0.5, gzip;q=0.5"]), [Gzip, Identity]);
        assert_eq!(of(&["gzip;q=0.3, *;q=0.4"]), [Brotli, Gzip, Identity]);
    }

    #[test]
    fn what_is_refused_or_not_named_is_not_sent() {
        assert_eq!(of(&[]), [Identity]);
        assert_eq!(of(&[""]), [Identity]);
        assert_eq!(of(&["deflate, zstd"]), [Identity]);
        assert_eq!(of(&["br;q=0, gzip;q=0.0, *;q=1"]), [Identity]);
        assert_eq!(of(&["gzip, br;q=0"]), [Gzip, Identity]);
        assert_eq!(of(&["*;q=0, identity;q=0"]), [Identity], "it has to get something");
    }

    #[test]
    fn a_weight_that_is_none_is_none() {
        for q in ["2", "1.001", "-1", "0.1234", "0.x", "x", "", "+1"] {
            assert_eq!(weight(&format!("q={q}")), 0, "{q}");
        }
        for (q, expected) in [("q=1", 1000), ("q=0.25", 250), (" q = .5", 500), ("level=9;q=0.1", 100), ("", 1000), ("0.", 1000)]
        {
            assert_eq!(weight(q), expected, "{q}");
        }
    }
}
