//! The errors that a plugin's own methods give.

use std::error::Error;
use std::fmt;

/// Writes an error and what caused it, outermost first, with `: ` between. A cause that the text before it already ends with,
/// as with `#[error("…: {0}")]`, is not written twice.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.ends_with(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = error.source();
    }
    text
}

macro_rules! any_error {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// It takes any error through `?`, and text through `.into()`, and prints the whole chain of causes. It is not
        /// [`std::error::Error`] itself, which is what allows the conversion from all that are.
        pub struct $name(Box<dyn Error + Send + Sync>);

        impl $name {
            /// Wraps an error, or a text.
            pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
                Self(error.into())
            }

            /// The error inside, to look for a particular one with [`downcast_ref`](Error#method.downcast_ref).
            #[must_use]
            pub fn get_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
                &*self.0
            }
        }

        impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for $name {
            fn from(error: E) -> Self {
                Self::new(error)
            }
        }

        /// The error and its causes, in one line.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&chain(&*self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

any_error! {
    /// Why a plugin cannot start: what [`router`](crate::ExternalPlugin::router) and
    /// [`on_start`](crate::ExternalPlugin::on_start) give.
    StartError
}

any_error! {
    /// Why an event was not taken: what [`on_event`](crate::ExternalPlugin::on_event) gives.
    EventError
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the file is locked")]
    struct Locked;

    #[derive(Debug, thiserror::Error)]
    enum Open {
        #[error("cannot open the store")]
        Quiet(#[source] Locked),
        #[error("cannot open the store: {0}")]
        Loud(#[from] Locked),
    }

    fn fails(error: Open) -> Result<(), StartError> {
        Err(error)?;
        Ok(())
    }

    #[test]
    fn the_chain_of_causes_is_printed_once() {
        for error in [Open::Quiet(Locked), Open::Loud(Locked)] {
            let error = fails(error).unwrap_err();
            assert_eq!(error.to_string(), "cannot open the store: the file is locked");
            assert!(error.get_ref().downcast_ref::<Open>().is_some());
        }
    }

    #[test]
    fn text_and_boxed_errors_convert_too() {
        let boxed: Box<dyn Error + Send + Sync> = Box::new(Locked);
        assert_eq!(EventError::from(boxed).to_string(), "the file is locked");
        assert_eq!(EventError::from("no such project").to_string(), "no such project");
        assert_eq!(format!("{:?}", EventError::from(format!("project {}", 7))), "EventError(project 7)");
    }
}
