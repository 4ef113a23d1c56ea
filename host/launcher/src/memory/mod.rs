//! What the process holds of the machine's memory, and gives back of it.
//!
//! | module | what it is about |
//! |---|---|
//! | [`allocator`] | blocks for Rust code; freed ones go back while the plugin is idle |
//! | [`text_pages`] | machine code that only the start needed |

pub(crate) mod allocator;
pub(crate) mod text_pages;
