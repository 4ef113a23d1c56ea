//! The page that stands in for an interface that was not built.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::WebBuildError;

/// Tells the page from one that was built.
const MARK: &str = r#"<meta name="generator" content="temps-plugin-web-build placeholder">"#;

/// Writes the page where there is none, for an interface whose sources are in `folder` of the plugin. Whether it did.
pub(crate) fn write(index: &Path, folder: &Path) -> Result<bool, WebBuildError> {
    if index.exists() {
        return Ok(false);
    }
    if let Some(dist) = index.parent() {
        fs::create_dir_all(dist).map_err(WebBuildError::file("make", dist))?;
    }
    let folder = folder.display();
    let page = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
{MARK}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Interface not built</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem }}
code {{ font: 0.9em ui-monospace, monospace }}
</style>
</head>
<body>
<h1>The interface is not built</h1>
<p>This plugin was built without its web interface; its routes work. To build the interface too, from the plugin's folder:</p>
<p><code>FORCE_WEB_BUILD=1 cargo build</code>, or <code>cd {folder}</code>, <code>npm ci</code> and <code>npm run build</code>, and build the plugin again.</p>
<p>Release builds, such as those of <code>temps-wasm build</code>, always do.</p>
</body>
</html>
"#
    );
    fs::write(index, page).map_err(WebBuildError::file("write", index))?;
    Ok(true)
}

/// Whether the page is there and is this one.
pub(crate) fn is_one(index: &Path) -> Result<bool, WebBuildError> {
    match fs::read(index) {
        Ok(page) => Ok(page.windows(MARK.len()).any(|window| window == MARK.as_bytes())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(WebBuildError::file("read", index)(error)),
    }
}
