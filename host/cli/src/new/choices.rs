use std::io;

use clap::ValueEnum;

use super::{NewOptions, PluginName};
use crate::ask::{Ask, Choice};

/// What a plugin begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Template {
    /// One route and its test.
    #[default]
    Minimal,
    /// A table, events, a page, settings and a background task, with their tests.
    Full,
}

/// How a plugin's user interface is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Ui {
    /// There is none.
    #[default]
    None,
    /// HTML, CSS and JavaScript, as browsers get them.
    Plain,
    /// React and TypeScript, built by Vite.
    React,
}

/// What a plugin is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choices {
    /// What it begins with.
    pub template: Template,
    /// Its user interface.
    pub ui: Ui,
    /// Whether it has a database. The full template always has.
    pub db: bool,
    /// Whether it takes events. The full template always does.
    pub events: bool,
}

const TEMPLATES: [Choice<'_>; 2] = [
    Choice { name: "minimal", about: "a route and its test" },
    Choice { name: "full", about: "a table, events, a page, settings, a background task" },
];

const UIS: [Choice<'_>; 3] = [
    Choice { name: "none", about: "no user interface" },
    Choice { name: "plain", about: "HTML, CSS and JavaScript, without a build" },
    Choice { name: "react", about: "React and TypeScript, built with bun or npm" },
];

impl Choices {
    /// What the options leave open is asked where somebody is there, and has its default elsewhere.
    pub(super) fn of(options: &NewOptions, name: &PluginName, ask: &mut impl Ask) -> io::Result<Self> {
        let asks = !options.yes && ask.is_there();
        let template = match options.template {
            Some(template) => template,
            None if asks => match ask.choose(&format!("What does the plugin `{name}` begin with?"), &TEMPLATES, 0)? {
                0 => Template::Minimal,
                _ => Template::Full,
            },
            None => Template::default(),
        };
        let full = template == Template::Full;
        let ui = match options.ui {
            Some(ui) => ui,
            None if asks => match ask.choose("Which user interface?", &UIS, usize::from(full))? {
                0 => Ui::None,
                1 => Ui::Plain,
                _ => Ui::React,
            },
            // The page that the full template shows.
            None if full => Ui::Plain,
            None => Ui::default(),
        };
        let mut decide = |given: bool, question| if given || full || !asks { Ok(given || full) } else { ask.ask(question) };
        let db = decide(options.db, "Does it keep data in a database?")?;
        let events = decide(options.events, "Does it take events, such as deployments?")?;
        Ok(Self { template, ui, db, events })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::testing::Answers;

    fn choices(options: &NewOptions, answers: &[&str]) -> (Choices, usize) {
        let mut answers = Answers::words(answers);
        let name = PluginName::parse("greeter").unwrap();
        let chosen = Choices::of(options, &name, &mut answers).unwrap();
        (chosen, answers.questions.len())
    }

    const MINIMAL: Choices = Choices { template: Template::Minimal, ui: Ui::None, db: false, events: false };
    const FULL: Choices = Choices { template: Template::Full, ui: Ui::Plain, db: true, events: true };

    #[test]
    fn nothing_is_asked_without_a_terminal() {
        assert_eq!(choices(&NewOptions::default(), &[]), (MINIMAL, 0));
        let options = NewOptions { ui: Some(Ui::React), events: true, ..NewOptions::default() };
        assert_eq!(choices(&options, &[]), (Choices { ui: Ui::React, events: true, ..MINIMAL }, 0));
        let full = NewOptions { template: Some(Template::Full), ..NewOptions::default() };
        assert_eq!(choices(&full, &[]), (FULL, 0));
        let options = NewOptions { ui: Some(Ui::None), ..full };
        assert_eq!(choices(&options, &[]), (Choices { ui: Ui::None, ..FULL }, 0));
    }

    #[test]
    fn a_terminal_is_asked_for_what_is_open() {
        let open = NewOptions::default();
        assert_eq!(choices(&open, &["", "", "", ""]), (MINIMAL, 4));
        assert_eq!(choices(&open, &["minimal", "react", "yes", "no"]), (Choices { ui: Ui::React, db: true, ..MINIMAL }, 4));
        assert_eq!(choices(&open, &["full", ""]), (FULL, 2));
        let given = NewOptions { template: Some(Template::Minimal), db: true, ..NewOptions::default() };
        assert_eq!(choices(&given, &["plain", "yes"]), (Choices { ui: Ui::Plain, db: true, events: true, ..MINIMAL }, 2));
        assert_eq!(choices(&NewOptions { yes: true, ..open }, &["unasked"]), (MINIMAL, 0));
    }

    #[test]
    fn the_words_are_those_of_the_flags() {
        let flags = |names: &[Choice<'_>]| names.iter().map(|choice| choice.name.to_owned()).collect::<Vec<_>>();
        let values = |all: Vec<String>| all;
        let named = |value: Option<clap::builder::PossibleValue>| value.unwrap().get_name().to_owned();
        let templates = Template::value_variants().iter().map(|value| named(value.to_possible_value())).collect();
        let uis = Ui::value_variants().iter().map(|value| named(value.to_possible_value())).collect();
        assert_eq!((values(templates), values(uis)), (flags(&TEMPLATES), flags(&UIS)));
    }
}
