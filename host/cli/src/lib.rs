//! The library behind `temps-wasm`, the tool for authors and operators of Temps component plugins.
//!
//! | module | what for |
//! |---|---|
//! | [`mod@new`] | a new plugin's crate |
//! | [`build`] | from a crate to a component |
//! | [`temps`] | a local Temps, the host's side of the plugin protocol; tests of launchers and plugins use it too |
//! | [`dev`] | a run with plugins in a local Temps, built and started again as their sources change |
//! | [`emit`] | an event for a running local Temps |
//! | [`events`] | a plugin's inbox, for its operator |
//! | [`mod@pack`], [`mod@unpack`] | from a component to an executable, and back |
//! | [`mod@verify`], [`mod@keygen`] | whether an executable is whole, and who packed it |
//! | [`mod@inspect`] | what a plugin is, wants and may do |
//! | [`mod@install`], [`mod@uninstall`], [`mod@list`] | plugins in a plugins folder, with their policies |
//! | [`ask`] | questions to the operator or author |
//! | [`launcher`] | the launcher, and what is asked of it |
//! | [`subject`] | what a path leads to |
//! | [`command`] | the command line |
//! | [`client`] | one HTTP request on this machine |

pub mod ask;
pub mod build;
pub mod client;
pub mod command;
mod description;
pub mod dev;
pub mod emit;
pub mod events;
pub mod inspect;
pub mod install;
mod interface;
pub mod keygen;
pub mod launcher;
pub mod list;
pub mod new;
pub mod pack;
pub mod subject;
pub mod temps;
mod terminal;
pub mod uninstall;
pub mod unpack;
pub mod verify;
