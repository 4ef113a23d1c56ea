//! Which value each parameter of a statement gets.
//!
//! | written | gets |
//! |---|---|
//! | `?` | the next value |
//! | `?N` | the `N`th value |
//! | `$N` | the `N`th value, wherever it first stands: SQLite takes it for a name |
//! | `:name`, `@name`, `$name` | nothing: refused, as there are no names for values here |

use rusqlite::Statement;

use crate::Error;

/// Where the values of a statement's parameters are found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Places {
    /// Each parameter gets the value at its own place. So many values are wanted.
    InOrder(usize),
    /// Each parameter gets the value at a place of its own, from 0.
    Numbered(Vec<usize>),
}

impl Places {
    /// Those of a prepared statement.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`] for a parameter with a name, and for `?` beside `$N`, where it cannot be told which value comes next.
    pub(super) fn of(statement: &Statement<'_>) -> Result<Self, Error> {
        let count = statement.parameter_count();
        let name = |index: usize| statement.parameter_name(index).filter(|name| !name.starts_with('?'));
        if (1..=count).all(|index| name(index).is_none()) {
            return Ok(Self::InOrder(count));
        }
        (1..=count).map(|index| place_of(name(index))).collect::<Result<_, _>>().map(Self::Numbered)
    }

    /// How many values the statement takes.
    pub(super) fn wanted(&self) -> usize {
        match self {
            Self::InOrder(count) => *count,
            Self::Numbered(places) => places.iter().max().map_or(0, |last| last + 1),
        }
    }

    /// The place of the value for a parameter, which SQLite counts from 1.
    pub(super) fn value_of(&self, index: usize) -> Option<usize> {
        let index = index.checked_sub(1)?;
        match self {
            Self::InOrder(_) => Some(index),
            Self::Numbered(places) => places.get(index).copied(),
        }
    }
}

fn place_of(name: Option<&str>) -> Result<usize, Error> {
    let Some(name) = name else {
        return Err(Error::Syntax("the statement has both `?` and `$N`: number all of its parameters, or none".to_owned()));
    };
    let number = name.strip_prefix('$').and_then(|number| number.parse::<usize>().ok());
    number.and_then(|number| number.checked_sub(1)).ok_or_else(|| {
        let shown: String = name.chars().take(SHOWN_CHARS).flat_map(char::escape_debug).collect();
        Error::Syntax(format!("values have no names here, so `{shown}` gets none: write `?`, or `$1` for the first value"))
    })
}

/// The most characters of a name in an error: 64.
const SHOWN_CHARS: usize = 64;
