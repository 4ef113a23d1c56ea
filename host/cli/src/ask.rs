//! Questions to the operator.

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

    /// Asks for a line of text. An empty one is no answer. `secret` keeps what is typed from being
    /// seen.
    ///
    /// # Errors
    ///
    /// What the system said.
    fn ask_value(&mut self, question: &str, secret: bool) -> io::Result<String>;
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
        pub(crate) answers: Vec<bool>,
        pub(crate) questions: Vec<String>,
        pub(crate) values: Vec<String>,
        pub(crate) value_questions: Vec<(String, bool)>,
    }

    impl Answers {
        pub(crate) fn new(answers: &[bool]) -> Self {
            Self { answers: answers.to_vec(), ..Self::default() }
        }

        pub(crate) fn values(self, values: &[&str]) -> Self {
            Self { values: values.iter().map(|value| (*value).to_owned()).collect(), ..self }
        }
    }

    impl Ask for Answers {
        fn is_there(&self) -> bool {
            !self.answers.is_empty()
        }

        fn ask(&mut self, question: &str) -> io::Result<bool> {
            self.questions.push(question.to_owned());
            let answer = self.answers.get(self.questions.len() - 1);
            answer.copied().ok_or_else(|| io::Error::other("asked too often"))
        }

        fn ask_value(&mut self, question: &str, secret: bool) -> io::Result<String> {
            self.value_questions.push((question.to_owned(), secret));
            let value = self.values.get(self.value_questions.len() - 1);
            value.cloned().ok_or_else(|| io::Error::other("asked for too many values"))
        }
    }
}
