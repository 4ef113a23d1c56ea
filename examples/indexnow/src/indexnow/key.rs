use uuid::Uuid;

/// The lengths of keys, as the protocol has them.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=128;

/// A key that nobody has: 32 hexadecimal digits.
pub(crate) fn generate() -> String {
    Uuid::new_v4().simple().to_string()
}

/// Why a text is no key.
pub(crate) fn check(key: &str) -> Result<(), String> {
    if !LENGTHS.contains(&key.len()) {
        let (least, most) = (LENGTHS.start(), LENGTHS.end());
        return Err(format!("it has {} characters, and {least} to {most} are allowed", key.chars().count()));
    }
    match key.chars().find(|character| !character.is_ascii_alphanumeric() && *character != '-') {
        Some(other) => Err(format!("it has `{other}`, and only letters (a-z, A-Z), digits and dashes are allowed")),
        None => Ok(()),
    }
}

/// Where a site serves its key, unless it says otherwise.
pub(crate) fn location(origin: &str, key: &str) -> String {
    format!("{origin}/{key}.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_key_is_one_and_no_two_are_the_same() {
        let (one, other) = (generate(), generate());
        check(&one).unwrap();
        assert_eq!(one.len(), 32);
        assert_ne!(one, other);
    }

    #[test]
    fn a_key_has_limits() {
        for (key, fits) in [
            ("a".repeat(7), false),
            ("a".repeat(8), true),
            ("Z-9".repeat(40), true),
            ("a".repeat(128), true),
            ("a".repeat(129), false),
            ("with space".to_owned(), false),
            ("schlüssel".to_owned(), false),
            ("../../etc".to_owned(), false),
        ] {
            assert_eq!(check(&key).is_ok(), fits, "{key}");
        }
    }
}
