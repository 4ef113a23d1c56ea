//! Questions to the operator.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

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
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// Gives its answers in their order, and keeps the questions.
    #[derive(Debug, Default)]
    pub(crate) struct Answers {
        pub(crate) answers: Vec<bool>,
        pub(crate) questions: Vec<String>,
    }

    impl Answers {
        pub(crate) fn new(answers: &[bool]) -> Self {
            Self { answers: answers.to_vec(), questions: Vec::new() }
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
    }
}
