use std::fmt::Write as _;

use temps_plugin_runtime::Limits;

use crate::ExitStatus;

const USAGE: &str = "\
Runs a WebAssembly component as a Temps plugin. Temps starts it; by hand:

  temps-launcher --socket-path S --data-dir D [--auth-secret A] [--component P] [--policy FILE]
                 [--limit NAME=VALUE]... [--pass-header NAME]... [--allow ORIGIN]... [--allow-private NET]...
  temps-launcher --prepare DIR --component P [--limit NAME=VALUE]...
  temps-launcher --compile --data-dir D --component P [--limit NAME=VALUE]...

  --socket-path S     where to bind the Unix socket (at most 107 bytes)
  --data-dir D        the plugin's own folder, created if it is not there
  --auth-secret A     the secret of protocol v1; without it the launcher speaks v2 and reads its launch line from stdin
  --component P       the component, if the binary has none in itself and none lies beside it as <name as called>.wasm
  --policy FILE       the policy file, in place of <name as called>.toml beside the binary, which need not be there
  --limit NAME=VALUE  changes a limit, whatever the policy file says: sizes as 64MiB, times as 250ms or 30s,
                      counts as 1024; may be repeated
  --pass-header NAME  lets the plugin see the user's own `cookie` or `authorization` header, with which it can act as the
                      user anywhere, besides those of the policy file; may be repeated
  --allow ORIGIN      lets the plugin fetch from an origin, such as https://api.example.org, https://*.example.org:8443, or
                      `*` for all; may be repeated
  --allow-private NET lets it reach addresses that are not public, such as 10.1.2.0/24, where an origin leads there; may
                      be repeated
  --resolve NAME=ADDRESS[,ADDRESS]...
                      what a name resolves to when the plugin fetches; the addresses are checked like others, and what
                      stands behind a `;` is the next answer; may be repeated
  --connect-to ADDRESS:PORT=ADDRESS:PORT
                      where connections to an address go once it has been checked, for tests; may be repeated
  --prepare DIR       runs nothing: writes the plugin's description and its compiled code to DIR, for a bundle
  --compile           runs nothing: compiles the component, sooner and to slower code than a start does, and leaves the
                      code in D for the next start, as `temps-wasm dev` has it done
  --help, --version   print this text or the version

--database-url and --host-api-url are taken and not used. Unknown arguments are ignored with a warning.
RUST_LOG sets what is logged (default: info), unless the policy file does. Logs are JSON lines on stderr; stdout belongs to the protocol.
";

/// The text of `--help`: the arguments, the names of the limits, and the exit codes.
pub(crate) fn help() -> String {
    let mut text = format!("{USAGE}\nLimits:\n");
    for name in Limits::NAMES {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {name}");
    }
    text.push_str("\nExit codes:\n");
    for (status, meaning) in ExitStatus::TABLE {
        let _ = writeln!(text, "  {:<3}  {meaning}", status.code());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_every_limit_and_every_exit_code() {
        let text = help();
        for name in Limits::NAMES {
            assert!(text.contains(&format!("  {name}\n")), "{name}");
        }
        for (status, meaning) in ExitStatus::TABLE {
            assert!(text.contains(&format!("  {:<3}  {meaning}", status.code())));
        }
    }
}
