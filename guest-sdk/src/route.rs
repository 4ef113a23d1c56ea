/// A method and a path that the plugin answers, for [`ExternalPlugin::routes`](crate::ExternalPlugin::routes).
///
/// ```
/// use temps_plugin_sdk::Route;
///
/// let table = [Route::new("GET", "/items/{id}"), Route::any("/files/{*path}")];
/// assert_eq!(table[1].method, "*");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Route {
    /// The method, upper case, or `*` for any.
    pub method: String,
    /// The path as axum writes it: `/items/{id}` matches one segment, `/files/{*path}` the rest.
    pub path: String,
}

impl Route {
    /// A route for one method. `GET` includes `HEAD`, as in axum.
    pub fn new(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self { method: method.into(), path: path.into() }
    }

    /// A route for every method.
    pub fn any(path: impl Into<String>) -> Self {
        Self::new("*", path)
    }
}
