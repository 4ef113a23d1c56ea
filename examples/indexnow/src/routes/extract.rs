//! axum's extractors, with the plugin's errors.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Path, Query};

use crate::error::AppError;

#[derive(FromRequest)]
#[from_request(via(Json), rejection(AppError))]
pub(crate) struct JsonBody<T>(pub(crate) T);

#[derive(FromRequestParts)]
#[from_request(via(Path), rejection(AppError))]
pub(crate) struct PathOf<T>(pub(crate) T);

#[derive(FromRequestParts)]
#[from_request(via(Query), rejection(AppError))]
pub(crate) struct QueryOf<T>(pub(crate) T);
