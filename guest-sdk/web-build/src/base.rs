//! The path under which a browser finds the interface, in Vite's configuration and in what was built.

use std::fs;
use std::path::Path;

use crate::WebBuildError;

/// The configurations that Vite looks for.
const CONFIGS: &[&str] =
    &["vite.config.ts", "vite.config.mts", "vite.config.cts", "vite.config.js", "vite.config.mjs", "vite.config.cjs"];

/// Elements that load what was built. A link to elsewhere is the author's to make.
const LOADING: &[&str] = &["script", "link", "img"];

/// Checks that `base` in Vite's configuration is `expected`, where that can be told from its text. Where it cannot, such as for a base that is computed or that
/// the command line gives, [`check_built`] finds it out.
pub(crate) fn check_config(web: &Path, expected: &str) -> Result<(), WebBuildError> {
    let Some(config) = CONFIGS.iter().map(|name| web.join(name)).find(|path| path.is_file()) else { return Ok(()) };
    let text = fs::read_to_string(&config).map_err(WebBuildError::file("read", &config))?;
    let package = fs::read_to_string(web.join("package.json")).unwrap_or_default();
    let bases = bases(&text);
    if bases.iter().any(|base| base.as_deref().is_none_or(|base| base == expected)) || package.contains("--base") {
        return Ok(());
    }
    let found = match bases.into_iter().flatten().next() {
        Some(base) => format!("has the base `{base}`"),
        None => "has no base".to_owned(),
    };
    Err(WebBuildError::Base { config, found, expected: expected.to_owned() })
}

/// Checks that the page loads nothing from a path of its host that is not below `expected`.
pub(crate) fn check_built(index: &Path, expected: &str) -> Result<(), WebBuildError> {
    let page = fs::read_to_string(index).map_err(WebBuildError::file("read", index))?;
    let wrong =
        loaded(&page).into_iter().find(|url| url.starts_with('/') && !url.starts_with("//") && !url.starts_with(expected));
    match wrong {
        Some(url) => {
            Err(WebBuildError::BuiltBase { index: index.to_owned(), url: url.to_owned(), expected: expected.to_owned() })
        }
        None => Ok(()),
    }
}

/// A piece of JavaScript or TypeScript.
#[derive(Debug, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    /// A literal, without its quotes and as it is written.
    Text(&'t str),
    Sign(char),
}

/// The values of all keys `base`: a literal, or `None` for an expression.
fn bases(text: &str) -> Vec<Option<String>> {
    let tokens = tokens(text);
    let mut bases = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if !matches!(token, Token::Word("base") | Token::Text("base")) {
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        match (before, tokens.get(at + 1), tokens.get(at + 2), tokens.get(at + 3)) {
            // A literal alone: what comes after it would make it an expression.
            (_, Some(Token::Sign(':')), Some(Token::Text(value)), Some(Token::Sign(',' | '}')) | None)
                if !value.contains("${") =>
            {
                bases.push(Some((*value).to_owned()));
            }
            (_, Some(Token::Sign(':')), ..) => bases.push(None),
            // `{ base }`.
            (Some(Token::Sign('{' | ',')), Some(Token::Sign(',' | '}')), ..) if matches!(token, Token::Word(_)) => {
                bases.push(None)
            }
            _ => {}
        }
    }
    bases
}

/// The tokens, without comments. A regular expression is taken for signs and words, which is good enough to find a key.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if let Some(comment) = rest.strip_prefix("//") {
            2 + comment.find('\n').unwrap_or(comment.len())
        } else if let Some(comment) = rest.strip_prefix("/*") {
            2 + comment.find("*/").map_or(comment.len(), |end| end + 2)
        } else if matches!(first, '"' | '\'' | '`') {
            let inside = rest.get(1..).unwrap_or_default();
            let end = end_of_literal(inside, first);
            tokens.push(Token::Text(inside.get(..end).unwrap_or_default()));
            (end + 2).min(rest.len())
        } else if is_word(first) {
            let end = rest.find(|character| !is_word(character)).unwrap_or(rest.len());
            tokens.push(Token::Word(rest.get(..end).unwrap_or_default()));
            end
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

fn end_of_literal(inside: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in inside.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at,
            _ => {}
        }
    }
    inside.len()
}

/// What the page's elements load: their `src` and `href`.
fn loaded(page: &str) -> Vec<&str> {
    let opened = page.split('<').skip(1).filter_map(|tag| tag.split('>').next());
    let loading = opened.filter(|tag| {
        let name = tag.split(|character: char| character.is_whitespace() || character == '/').next().unwrap_or_default();
        LOADING.iter().any(|loading| name.eq_ignore_ascii_case(loading))
    });
    loading.flat_map(|tag| ["src", "href"].into_iter().filter_map(|name| attribute(tag, name))).collect()
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = tag;
    while let Some(at) = rest.find(name) {
        let (before, after) = rest.split_at(at);
        let after = after.strip_prefix(name)?;
        rest = after;
        if !before.ends_with(char::is_whitespace) {
            continue;
        }
        let Some(value) = after.trim_start().strip_prefix('=') else { continue };
        let value = value.trim_start();
        return match value.chars().next()? {
            quote @ ('"' | '\'') => value.split(quote).nth(1),
            _ => value.split_whitespace().next(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_found_among_comments_strings_and_other_keys() {
        let found = |text: &str| bases(text);
        let literal = |base: &str| vec![Some(base.to_owned())];
        assert_eq!(found(r#"export default defineConfig({ base: "/a/", build: { outDir: "dist" } })"#), literal("/a/"));
        assert_eq!(found("({ 'base' : '/a/' // base: '/b/'\n})"), literal("/a/"));
        assert_eq!(found("({ /* base: '/b/', */ base:\n`/a/` })"), literal("/a/"));
        assert_eq!(found("({ database: '/b/', x: \"base: '/c/'\", url: 'http://x', base: '/a/' })"), literal("/a/"));
        assert_eq!(found("({ q: 'it\\'s', base: '/a/' })"), literal("/a/"));
        assert_eq!(found("({ base: '/a/'"), literal("/a/"));
        for expression in
            ["({ base: BASE })", "({ base: '/a/' + x })", "({ base: `/${x}/` })", "({ base })", "({ mode, base, x })"]
        {
            assert_eq!(found(expression), [None], "{expression}");
        }
        for none in ["({})", "const base = '/a/';", "({ x: 'base' })", "({ x: base.y })", "// base: '/a/'"] {
            assert_eq!(found(none), [], "{none}");
        }
    }

    #[test]
    fn what_a_page_loads_is_found() {
        let page = r#"<html><head data-src="/no"><script type="module" crossorigin src="/a/x.js"></script>
            <link rel='stylesheet' href='/a/x.css'><LINK href=/b/x.css rel=icon /><a href="/elsewhere">x</a>
            <img alt="src" data-src="/no" src = "/c.png"/><script>x("src")</script></head></html>"#;
        assert_eq!(loaded(page), ["/a/x.js", "/a/x.css", "/b/x.css", "/c.png"]);
    }
}
