//! Calls the API without the SDK in between, which would refuse what the launcher has to; and looks everywhere for the caller's token.

use raw::bindings::temps::plugin::platform::{ApiBody, ApiMethod, ApiRequest};
use raw::{Body, Request, Response, text};

async fn handle(request: Request) -> Response {
    let path = request.path_with_query.clone();
    let mut parts = path.split('/').skip(1);
    let answer = match (parts.next(), parts.next()) {
        (Some("ok"), _) => "ok".to_owned(),
        (Some("dump"), _) => dump(&request),
        (Some("search"), _) => search(&said(&request)).to_string(),
        (Some("get"), _) => call(&request, ApiMethod::Get, "/x", None, None).await,
        (Some("post"), _) => call(&request, ApiMethod::Post, &String::from_utf8_lossy(&said(&request)), None, None).await,
        (Some("query"), _) => {
            let query = String::from_utf8_lossy(&said(&request)).into_owned();
            call(&request, ApiMethod::Post, "/x", Some(query), None).await
        }
        (Some("large"), Some(bytes)) => {
            let body = ApiBody::Json("7".repeat(bytes.parse().unwrap()));
            call(&request, ApiMethod::Post, "/large", None, Some(body)).await
        }
        _ => "no such route".to_owned(),
    };
    text(&answer)
}

/// What the test says, in a form that is not itself found in memory.
fn said(request: &Request) -> Vec<u8> {
    match &request.body {
        Body::Inline(bytes) => bytes.clone(),
        _ => Vec::new(),
    }
}

/// All that there is to see.
fn dump(request: &Request) -> String {
    let block = String::from_utf8_lossy(&request.headers);
    let headers: Vec<_> = block.lines().map(|line| line.split_once(": ").unwrap()).collect();
    let user = request.caller.as_ref().map(|caller| caller.user());
    format!("{} {} {headers:?} {user:?} {:?}", request.method, request.path_with_query, request.caller)
}

/// How often a text is in the guest's memory. The text comes with each bit of 0x55 flipped, or the search would find what it looks for in
/// what it was told.
fn search(flipped: &[u8]) -> usize {
    let end = core::arch::wasm32::memory_size(0) * 65_536;
    let at = |address: usize| {
        // SAFETY: every address below the memory's size can be read, and bytes have no invalid values.
        unsafe { std::ptr::with_exposed_provenance::<u8>(address).read_volatile() }
    };
    let found = |from: &usize| flipped.iter().enumerate().all(|(n, byte)| at(from + n) == byte ^ 0x55);
    (1..end - flipped.len()).filter(found).count()
}

async fn call(request: &Request, method: ApiMethod, path: &str, query: Option<String>, body: Option<ApiBody>) -> String {
    let Some(caller) = &request.caller else { return "no caller".to_owned() };
    match caller.api_call(ApiRequest { method, path: path.to_owned(), query, body }).await {
        Ok(answer) => format!("{} {}", answer.status, answer.body),
        Err(error) => format!("{error:?}"),
    }
}

raw::plugin!("api-raw", handle, [ApiWrite]);
