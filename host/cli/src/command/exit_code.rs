use std::fmt::Write as _;

use crate::terminal::wrapped;

/// How a command ended, as a script sees it. The discriminants are the process's exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ExitCode {
    /// The command did its work.
    Done = 0,
    /// The output cannot be written, or `dev --get` fetched an error.
    Output = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The crate or component cannot be built or used.
    Unusable = 3,
    /// There is no launcher, port or fixtures to work with.
    Surroundings = 4,
    /// The plugin did not start.
    NotStarted = 5,
    /// The plugin ended by itself.
    Ended = 6,
    /// The event was not emitted.
    NotEmitted = 7,
    /// The inbox or an event in it cannot be shown or changed.
    Events = 8,
    /// A file, folder or key cannot be read or written.
    Files = 9,
    /// The file is not a packed plugin.
    NotPacked = 10,
    /// The file is not as it was packed.
    Damaged = 11,
    /// None of the keys signed the file.
    Unsigned = 12,
    /// The operator declined, or cannot be asked.
    Declined = 13,
    /// The policy file cannot be used.
    Policy = 14,
    /// Another file has the name, or no file has it.
    Taken = 15,
}

/// What a code means to the commands that end with it. Each command's `--help` shows its own.
const MEANINGS: &[(ExitCode, &[&str], &str)] = &[
    (
        ExitCode::Done,
        &["new", "build", "pack", "unpack", "verify", "keygen", "inspect", "install", "uninstall", "list", "emit", "events"],
        "done",
    ),
    (ExitCode::Done, &["dev"], "stopped by Ctrl-C or a signal; --get: the plugin answered 1xx to 3xx"),
    (
        ExitCode::Output,
        &["new", "build", "pack", "unpack", "verify", "keygen", "inspect", "install", "list", "emit"],
        "stdout cannot be written",
    ),
    (ExitCode::Output, &["dev"], "stdout cannot be written; --get: the plugin answered 4xx or 5xx, or not"),
    (
        ExitCode::Usage,
        &["build", "pack", "unpack", "verify", "keygen", "inspect", "install", "uninstall", "list", "dev", "emit", "events"],
        "the command line is wrong",
    ),
    (ExitCode::Usage, &["new"], "the command line, the plugin's name or --sdk is wrong"),
    (ExitCode::Unusable, &["build"], "the crate cannot be built"),
    (ExitCode::Unusable, &["pack", "dev"], "the crate or component cannot be built or used"),
    (ExitCode::Unusable, &["inspect", "install"], "the component, or what the plugin says of itself, cannot be used"),
    (ExitCode::Surroundings, &["pack", "inspect"], "no launcher that can be used"),
    (
        ExitCode::Surroundings,
        &["dev"],
        "no launcher that can be used, bad fixtures, a port that is taken, or a folder that cannot be watched",
    ),
    (ExitCode::NotStarted, &["dev"], "the plugin did not start"),
    (ExitCode::Ended, &["dev"], "the plugin ended by itself"),
    (ExitCode::NotEmitted, &["emit"], "no local Temps there, or it refused the event"),
    (ExitCode::Events, &["events"], "no inbox there, or an event that cannot be shown or changed"),
    (ExitCode::Files, &["new"], "the folder is not empty or cannot be written, or there is no SDK around this program"),
    (ExitCode::Files, &["pack", "unpack", "inspect", "install"], "a file, folder or key cannot be read or written"),
    (ExitCode::Files, &["verify"], "the file or a key cannot be read"),
    (ExitCode::Files, &["keygen"], "the key cannot be written, or a file of its name is there"),
    (ExitCode::Files, &["uninstall", "list"], "a folder or file cannot be read or changed"),
    (ExitCode::NotPacked, &["unpack", "verify", "inspect", "install"], "the file is not packed"),
    (ExitCode::Damaged, &["unpack", "verify", "inspect", "install"], "the file is not as it was packed"),
    (ExitCode::Unsigned, &["verify", "inspect"], "the file is whole, and none of the keys signed it"),
    (ExitCode::Unsigned, &["install"], "the file is whole, and none of the keys, or of those that its policy trusts, signed it"),
    (ExitCode::Declined, &["install", "uninstall"], "declined, or there is no terminal to ask on: nothing was done"),
    (ExitCode::Policy, &["inspect", "install"], "the policy file cannot be used"),
    (
        ExitCode::Taken,
        &["install"],
        "another file has the name, such as another plugin or signer, or the plugin is there under another one",
    ),
    (ExitCode::Taken, &["uninstall"], "no file has the name, the file is no packed plugin, or it runs"),
];

/// The columns of `--help`.
const WIDTH: usize = 80;

/// The columns before a meaning: those of a code and of the space around it.
const INDENT: usize = 5;

/// The end of a command's `--help`: the codes that it ends with.
pub(super) fn help(command: &str) -> String {
    let own = MEANINGS.iter().filter(|(_, commands, _)| commands.contains(&command));
    own.fold("Exit codes:".to_owned(), |mut help, (code, _, meaning)| {
        let lines = wrapped(meaning, WIDTH - INDENT).join(&format!("\n{:INDENT$}", ""));
        // Writing to a string does not fail.
        let _ = write!(help, "\n{:3}  {lines}", *code as u8);
        help
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::command::CommandLine;

    #[test]
    fn each_command_shows_its_own_codes_in_their_order() {
        for command in CommandLine::command().get_subcommands().map(clap::Command::get_name) {
            let own: Vec<_> =
                MEANINGS.iter().filter(|(_, commands, _)| commands.contains(&command)).map(|(code, ..)| *code).collect();
            assert!(own.first() == Some(&ExitCode::Done) && own.contains(&ExitCode::Usage), "{command}");
            assert!(own.is_sorted_by(|a, b| a < b), "{command}: {own:?}");
        }
    }

    #[test]
    fn a_long_meaning_is_wrapped_below_its_beginning() {
        let help = help("dev");
        assert!(help.starts_with("Exit codes:\n  0  stopped by Ctrl-C"), "{help}");
        assert!(help.contains("\n  4  no launcher that can be used, ") && help.contains("\n     "), "{help}");
        assert!(help.lines().all(|line| line.len() <= WIDTH), "{help}");
        assert!(!help.contains("inbox"), "{help}");
    }
}
