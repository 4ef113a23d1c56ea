//! HTTP: what a request asks of the store and of the platform, and how the answer is told.

pub(crate) mod deployments;
pub(crate) mod redeploy;
