//! Builds the interface in `web/`.

use temps_plugin_web_build::{WebBuild, WebBuildError};

fn main() -> Result<(), WebBuildError> {
    WebBuild::new("seo-analyzer").run()
}
