//! Questions to the operator or author.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Stdin, Write as _};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use temps_plugin_policy::bounds::CONFIG_VALUE_BYTES;

/// Who decides what is asked.
pub trait Ask {
    /// Whether there is somebody to ask.
    fn is_there(&self) -> bool;

    /// Asks a question that is answered with yes or no. Anything but yes is no.
    ///
    /// # Errors
    ///
    /// What the system said.
    fn ask(&mut self, question: &str) -> io::Result<bool>;

    /// Asks which of the choices is taken, and gives its index. An empty answer takes the one at
    /// `default`; an answer that is no choice has the question asked again.
    ///
    /// # Errors
    ///
    /// What the system said, and [`io::ErrorKind::UnexpectedEof`] for an end without an answer.
    fn choose(&mut self, question: &str, choices: &[Choice<'_>], default: usize) -> io::Result<usize>;

    /// Asks for a line of text. An empty one is no answer. `secret` keeps what is typed from being
    /// seen.
    ///
    /// # Errors
    ///
    /// What the system said.
    fn ask_value(&mut self, question: &str, secret: bool) -> io::Result<String>;
}

/// One of several answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice<'a> {
    /// The word that takes it.
    pub name: &'a str,
    /// What it is.
    pub about: &'a str,
}

/// Somebody at a terminal, asked on stderr and answering on stdin.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal;

impl Ask for Terminal {
    fn is_there(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    fn ask(&mut self, question: &str) -> io::Result<bool> {
        let mut stderr = io::stderr().lock();
        write!(stderr, "{question} [y/N] ")?;
        stderr.flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
    }

    fn choose(&mut self, question: &str, choices: &[Choice<'_>], default: usize) -> io::Result<usize> {
        let mut stderr = io::stderr().lock();
        writeln!(stderr, "{}", menu(question, choices))?;
        let taken = choices.get(default).map_or("", |choice| choice.name);
        loop {
            write!(stderr, "number or name [{taken}] ")?;
            stderr.flush()?;
            let mut answer = String::new();
            if io::stdin().lock().read_line(&mut answer)? == 0 {
                writeln!(stderr)?;
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "there was no answer"));
            }
            match chosen(answer.trim(), choices, default) {
                Some(index) => return Ok(index),
                None => writeln!(stderr, "That is none of them.")?,
            }
        }
    }

    fn ask_value(&mut self, question: &str, secret: bool) -> io::Result<String> {
        let stdin = io::stdin();
        // Before the question, so that nothing is typed too early.
        let hidden = if secret { Some(Hidden::new(&stdin)?) } else { None };
        let mut stderr = io::stderr().lock();
        write!(stderr, "{question} ")?;
        stderr.flush()?;
        let mut line = String::new();
        stdin.lock().take(LINE_BYTES).read_line(&mut line)?;
        drop(hidden);
        Ok(line.trim_end_matches(['\n', '\r']).to_owned())
    }
}

/// The question with its choices, numbered from 1.
fn menu(question: &str, choices: &[Choice<'_>]) -> String {
    let width = choices.iter().map(|choice| choice.name.len()).max().unwrap_or_default();
    let lines = choices.iter().zip(1..).map(|(Choice { name, about }, number)| format!("  {number}  {name:width$}  {about}"));
    std::iter::once(question.to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}

/// The index of the choice that an answer names, by its number or by the beginning of its name.
fn chosen(answer: &str, choices: &[Choice<'_>], default: usize) -> Option<usize> {
    if answer.is_empty() {
        return Some(default);
    }
    if let Ok(number) = answer.parse::<usize>() {
        return number.checked_sub(1).filter(|index| *index < choices.len());
    }
    let answer = answer.to_ascii_lowercase();
    choices.iter().position(|choice| choice.name.starts_with(&answer))
}

/// The most bytes that are read of a line: those of the longest value, a line end, and one more so
/// that a longer value is seen.
const LINE_BYTES: u64 = CONFIG_VALUE_BYTES as u64 + 2;

/// A terminal that does not show what is typed, until this is dropped. A signal that ends the process
/// leaves it so; shells put it right.
struct Hidden<'a> {
    stdin: &'a Stdin,
    before: Termios,
}

impl<'a> Hidden<'a> {
    fn new(stdin: &'a Stdin) -> io::Result<Self> {
        let before = tcgetattr(stdin)?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        // The line's end alone is seen, so that what follows begins on a line of its own.
        hidden.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(stdin, OptionalActions::Now, &hidden)?;
        Ok(Self { stdin, before })
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing.
        let _ = tcsetattr(self.stdin, OptionalActions::Now, &self.before);
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// Gives its answers in their order, and keeps the questions. Values are answers of their own.
    #[derive(Debug, Default)]
    pub(crate) struct Answers {
        answers: Vec<String>,
        pub(crate) questions: Vec<String>,
        pub(crate) values: Vec<String>,
        pub(crate) value_questions: Vec<(String, bool)>,
    }

    impl Answers {
        pub(crate) fn new(answers: &[bool]) -> Self {
            let word = |yes: &bool| if *yes { "yes" } else { "no" };
            Self::words(&answers.iter().map(word).collect::<Vec<_>>())
        }

        pub(crate) fn words(answers: &[&str]) -> Self {
            Self { answers: answers.iter().map(|answer| (*answer).to_owned()).collect(), ..Self::default() }
        }

        pub(crate) fn values(self, values: &[&str]) -> Self {
            Self { values: values.iter().map(|value| (*value).to_owned()).collect(), ..self }
        }

        fn next(&mut self, question: &str) -> io::Result<String> {
            self.questions.push(question.to_owned());
            let answer = self.answers.get(self.questions.len() - 1);
            answer.cloned().ok_or_else(|| io::Error::other("asked too often"))
        }
    }

    impl Ask for Answers {
        fn is_there(&self) -> bool {
            !self.answers.is_empty()
        }

        fn ask(&mut self, question: &str) -> io::Result<bool> {
            Ok(self.next(question)? == "yes")
        }

        fn choose(&mut self, question: &str, choices: &[Choice<'_>], default: usize) -> io::Result<usize> {
            let answer = self.next(question)?;
            chosen(&answer, choices, default).ok_or_else(|| io::Error::other(format!("{answer} is no choice")))
        }

        fn ask_value(&mut self, question: &str, secret: bool) -> io::Result<String> {
            self.value_questions.push((question.to_owned(), secret));
            let value = self.values.get(self.value_questions.len() - 1);
            value.cloned().ok_or_else(|| io::Error::other("asked for too many values"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHOICES: [Choice<'_>; 2] = [Choice { name: "one", about: "the first" }, Choice { name: "second", about: "another" }];

    #[test]
    fn a_choice_is_named_by_number_or_word() {
        for (answer, index) in [
            ("", Some(1)),
            ("1", Some(0)),
            ("2", Some(1)),
            ("0", None),
            ("3", None),
            ("-1", None),
            ("one", Some(0)),
            ("S", Some(1)),
            ("onerous", None),
            ("x", None),
        ] {
            assert_eq!(chosen(answer, &CHOICES, 1), index, "{answer}");
        }
    }

    #[test]
    fn a_menu_has_a_line_for_each() {
        assert_eq!(menu("Which?", &CHOICES), "Which?\n  1  one     the first\n  2  second  another");
    }
}
