//! Dates and times as SQLite keeps them: text in its several forms, seconds since 1970, or days of the Julian calendar.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};

pub(super) type Instant = DateTime<FixedOffset>;

/// The Julian day on which 1970 began.
const EPOCH: f64 = 2_440_587.5;

const NANOSECONDS_OF_DAY: f64 = 86_400e9;

pub(super) fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%F").ok()
}

/// A time of day. An offset, which SQLite allows there, says nothing without a date and is left out.
pub(super) fn time(text: &str) -> Option<NaiveTime> {
    let text = split_offset(text).0;
    NaiveTime::parse_from_str(text, "%T%.f").or_else(|_| NaiveTime::parse_from_str(text, "%R")).ok()
}

/// A date and a time, with `T` or a blank between; without an offset it is UTC.
pub(super) fn instant(text: &str) -> Option<Instant> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant);
    }
    let (date, time) = text.split_once(['T', ' '])?;
    let (time_text, offset) = split_offset(time);
    let local = NaiveDateTime::new(self::date(date)?, self::time(time_text)?);
    let offset = match offset {
        None | Some("Z") => Utc.fix(),
        Some(offset) => offset.parse().ok()?,
    };
    offset.from_local_datetime(&local).single()
}

pub(super) fn since_epoch(seconds: i64) -> Option<Instant> {
    Some(DateTime::from_timestamp(seconds, 0)?.fixed_offset())
}

pub(super) fn julian(days: f64) -> Option<Instant> {
    let nanoseconds = (days - EPOCH) * NANOSECONDS_OF_DAY;
    // What a `DateTime` made of nanoseconds can hold, some 292 years to each side, is wider than what SQLite's reals resolve well.
    let whole = (nanoseconds.abs() < 9.2e18).then_some(nanoseconds as i64)?;
    Some(DateTime::from_timestamp_nanos(whole).fixed_offset())
}

/// Takes `Z`, or `+hh:mm`, from the end of a time.
fn split_offset(time: &str) -> (&str, Option<&str>) {
    match time.find(['Z', '+', '-']) {
        Some(at) => {
            let (time, offset) = time.split_at(at);
            (time, Some(offset))
        }
        None => (time, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_sqlite_is_the_same_instant() {
        let expected = DateTime::parse_from_rfc3339("2026-03-04T05:06:00+00:00").unwrap();
        for text in [
            "2026-03-04 05:06",
            "2026-03-04T05:06",
            "2026-03-04 05:06Z",
            "2026-03-04 05:06:00",
            "2026-03-04T05:06:00",
            "2026-03-04 05:06:00.000",
            "2026-03-04T05:06:00Z",
            "2026-03-04 05:06:00+00:00",
            "2026-03-04 06:06+01:00",
            "2026-03-04T03:36:00-01:30",
        ] {
            assert_eq!(instant(text), Some(expected), "{text}");
        }
        assert_eq!(since_epoch(expected.timestamp()), Some(expected));
        assert_eq!(julian(2_440_587.5).map(|instant| instant.timestamp()), Some(0));
        assert_eq!(julian(2_440_588.25).map(|instant| instant.timestamp()), Some(64_800));
    }

    #[test]
    fn what_is_no_instant_is_told() {
        for text in ["", "now", "2026-03-04", "2026-13-04 05:06", "2026-03-04 25:00", "2026-03-04 05:06+99:00"] {
            assert_eq!(instant(text), None, "{text}");
        }
        assert_eq!(julian(f64::NAN), None);
        assert_eq!(julian(f64::INFINITY), None);
        assert_eq!(since_epoch(i64::MAX), None);
    }

    #[test]
    fn times_keep_their_fraction() {
        assert_eq!(time("05:06:07.25"), NaiveTime::from_hms_milli_opt(5, 6, 7, 250));
        assert_eq!(time("05:06"), NaiveTime::from_hms_opt(5, 6, 0));
        assert_eq!(time("05:06:07Z"), NaiveTime::from_hms_opt(5, 6, 7));
        assert_eq!(time("noon"), None);
    }
}
