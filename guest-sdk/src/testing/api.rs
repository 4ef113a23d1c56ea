use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use temps_plugin_protocol::ApiMethod;

use crate::api::{ApiError, ApiRequest, ApiResponse};
use crate::identity::Actor;

/// A call of the API that a plugin has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeApiCall {
    /// The user in whose name.
    pub user_id: i32,
    /// What was asked for.
    pub request: ApiRequest,
}

/// The API of a [`FixturePlatform`](super::FixturePlatform): what it answers, and what it was asked. Clones share the latter.
#[derive(Debug, Clone, Default)]
pub(super) struct FixtureApi {
    answers: Vec<Answer>,
    made: Arc<Mutex<Vec<MadeApiCall>>>,
}

#[derive(Debug, Clone)]
struct Answer {
    method: ApiMethod,
    path: String,
    status: u16,
    body: String,
}

impl FixtureApi {
    pub(super) fn add(&mut self, method: ApiMethod, path: String, status: u16, body: &Value) {
        self.answers.push(Answer { method, path, status, body: body.to_string() });
    }

    pub(super) fn made(&self) -> Vec<MadeApiCall> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The answer to a call, which is kept.
    pub(super) fn call(&self, actor: &Actor, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let fits = |answer: &&Answer| answer.method == request.method && answer.path == request.path;
        let answer = self.answers.iter().rfind(fits);
        let answer = match answer {
            Some(answer) => ApiResponse::new(answer.status, answer.body.clone()),
            None => ApiResponse::new(404, not_found(&request)),
        };
        let made = MadeApiCall { user_id: actor.user_id(), request };
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push(made);
        answer
    }
}

fn not_found(request: &ApiRequest) -> String {
    let detail = format!("the fixture has no answer to {} {}", request.method, request.path);
    serde_json::json!({ "title": "Not Found", "status": 404, "detail": detail }).to_string()
}
