//! The library behind `temps-wasm`, the tool for authors and operators of Temps component plugins.
//!
//! | module | what for |
//! |---|---|
//! | [`build`] | from a crate to a component |
//! | [`temps`] | a local Temps, the host's side of the plugin protocol; tests of launchers and plugins use it too |
//! | [`dev`] | a run with one component in a local Temps |
//! | [`emit`] | an event for a running local Temps |
//! | [`events`] | a plugin's inbox, for its operator |
//! | [`command`] | the command line |
//! | [`client`] | one HTTP request on this machine |

pub mod build;
pub mod client;
pub mod command;
pub mod dev;
pub mod emit;
pub mod events;
pub mod temps;
