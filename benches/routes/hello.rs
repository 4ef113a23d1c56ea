use axum::Json;
use axum::extract::Path;

#[derive(serde::Serialize)]
pub struct Hello {
    id: u32,
    greeting: String,
}

pub async fn by_id(Path(id): Path<u32>) -> Json<Hello> {
    Json(Hello { id, greeting: format!("Hello, {id}!") })
}
