//! The writer.

mod builder;
mod error;
mod replace;

pub use builder::Builder;
pub use error::WriteError;
