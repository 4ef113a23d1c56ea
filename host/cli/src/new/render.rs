//! Templates become files.
//!
//! A file of `templates/` that ends with `.tmpl` is one of [minijinja]: `{{ name }}` is a value, and a
//! line with `{% if db %}` alone is not written. Others are copied.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, context};

use super::{Choices, NewError, PluginName, Sdk, Template, Ui};

/// What is around the new crate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) sdk: &'a Sdk,
    /// Whether it is a workspace of its own, as it lies in another one.
    pub(super) own_workspace: bool,
}

/// A file of the new crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rendered {
    /// Its path in the crate, with `/`.
    pub(super) path: &'static str,
    pub(super) text: String,
}

/// A file in `templates/`.
struct Source {
    /// What it becomes.
    path: &'static str,
    /// Its name there.
    template: &'static str,
    text: &'static str,
    when: fn(&Choices) -> bool,
}

macro_rules! sources {
    ($($path:literal from $template:literal, $when:expr;)*) => {
        &[$(Source { path: $path, template: $template, text: include_str!(concat!("templates/", $template)), when: $when }),*]
    };
}

/// All files. Of those with the same path, one at most is taken.
const SOURCES: &[Source] = sources! {
    "Cargo.toml" from "Cargo.toml.tmpl", always;
    "README.md" from "README.md.tmpl", always;
    ".gitignore" from "gitignore.tmpl", always;
    "policy.toml" from "policy.toml.tmpl", always;
    "build.rs" from "build-plain.rs.tmpl", plain;
    "build.rs" from "build-react.rs.tmpl", react;
    "src/lib.rs" from "minimal/src/lib.rs.tmpl", minimal;
    "src/lib.rs" from "full/src/lib.rs.tmpl", full;
    "src/cleanup.rs" from "full/src/cleanup.rs.tmpl", full;
    "src/error.rs" from "full/src/error.rs.tmpl", full;
    "src/routes.rs" from "full/src/routes.rs.tmpl", full;
    "src/settings.rs" from "full/src/settings.rs.tmpl", full;
    "src/store.rs" from "full/src/store.rs.tmpl", full;
    "ui/index.html" from "ui/index.html.tmpl", plain;
    "ui/main.js" from "ui/main.js.tmpl", plain;
    "ui/theme.js" from "ui/theme.js", plain;
    "ui/style.css" from "ui/style.css", plain;
    "ui/icon.svg" from "ui/icon.svg", plain;
    "web/package.json" from "react/package.json.tmpl", react;
    "web/tsconfig.json" from "react/tsconfig.json", react;
    "web/vite.config.ts" from "react/vite.config.ts.tmpl", react;
    "web/index.html" from "react/index.html.tmpl", react;
    "web/public/icon.svg" from "ui/icon.svg", react;
    "web/public/theme.js" from "ui/theme.js", react;
    "web/src/main.tsx" from "react/src/main.tsx", react;
    "web/src/App.tsx" from "react/src/App.minimal.tsx.tmpl", |choices| react(choices) && minimal(choices);
    "web/src/App.tsx" from "react/src/App.full.tsx", |choices| react(choices) && full(choices);
    "web/src/useData.ts" from "react/src/useData.ts", |choices| react(choices) && full(choices);
    "web/src/api.ts" from "react/src/api.ts.tmpl", react;
    "web/src/router.ts" from "react/src/router.ts.tmpl", react;
    "web/src/style.css" from "ui/style.css", react;
};

fn always(_: &Choices) -> bool {
    true
}

fn minimal(choices: &Choices) -> bool {
    choices.template == Template::Minimal
}

fn full(choices: &Choices) -> bool {
    choices.template == Template::Full
}

fn plain(choices: &Choices) -> bool {
    choices.ui == Ui::Plain
}

fn react(choices: &Choices) -> bool {
    choices.ui == Ui::React
}

/// The files of a new crate, in the order in which they are shown.
pub(super) fn render(name: &PluginName, choices: Choices, surroundings: Surroundings<'_>) -> Result<Vec<Rendered>, NewError> {
    let templates = environment().map_err(|source| NewError::Template { path: "Cargo.toml", source })?;
    let sources: Vec<_> = SOURCES.iter().filter(|source| (source.when)(&choices)).collect();
    let values = context! {
        name => name.as_str(),
        title => name.title(),
        package => name.package(),
        rust_version => env!("CARGO_PKG_RUST_VERSION"),
        sdk => surroundings.sdk.dependency(),
        web_build => surroundings.sdk.web_build(),
        sdk_folder => matches!(surroundings.sdk, Sdk::Folder(_)),
        own_workspace => surroundings.own_workspace,
        full => full(&choices),
        db => choices.db,
        events => choices.events,
        ui => choices.ui != Ui::None,
        plain => plain(&choices),
        react => react(&choices),
    };
    let rendered = sources.into_iter().map(|source| {
        let text = match source.template.ends_with(".tmpl") {
            true => templates
                .render_str(source.text, values.clone())
                .map_err(|source_error| NewError::Template { path: source.path, source: source_error })?,
            false => source.text.to_owned(),
        };
        Ok(Rendered { path: source.path, text })
    });
    rendered.collect()
}

/// Lines with a condition alone leave nothing behind, and a name that has no value is an error.
fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut templates = Environment::new();
    templates.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?);
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    Ok(templates)
}

#[cfg(test)]
mod tests;
