//! What a plugin cannot do, in sentences.

use temps_plugin_policy::UserHeader;

use super::Inspection;

impl Inspection {
    /// What the launcher keeps the plugin from, as things stand. Each is a sentence that begins with a verb: "it cannot …".
    pub(super) fn cannot(&self) -> Vec<String> {
        let policy = self.in_force.beside.policy();
        let grants = policy.map(|policy| policy.network());
        let mut sentences = vec![
            "See files, but those in `files` of its data directory, which is /data to it, and its own databases beside that."
                .to_owned(),
            "Start processes or threads, or run machine code of its own.".to_owned(),
            "Read the environment, arguments or input of the launcher. It is told what [config] of its policy says.".to_owned(),
            "Open sockets, listen, or ask a resolver.".to_owned(),
        ];
        sentences.push(match grants.filter(|grants| !grants.is_empty()) {
            None => "Send HTTP requests: nothing is granted to it.".to_owned(),
            Some(grants) if grants.allow().iter().any(|grant| grant.to_string() == "*") => {
                "Choose how it is connected. It may send HTTP requests to every public host: `*` is granted.".to_owned()
            }
            Some(grants) => {
                let count = grants.allow().len();
                format!("Send HTTP requests anywhere but to what is granted: {count} {}.", plural(count, "origin"))
            }
        });
        sentences.push(match grants.map_or(0, |grants| grants.allow_private().len()) {
            0 => "Reach addresses that are not public, such as this machine's and those of its network.".to_owned(),
            count => {
                format!("Reach addresses that are not public, but those of allow_private: {count} {}.", plural(count, "network"))
            }
        });
        let headers = policy.map_or(&[][..], |policy| policy.pass_headers());
        let hidden: Vec<_> = [(UserHeader::Cookie, "cookie"), (UserHeader::Authorization, "authorization")]
            .into_iter()
            .filter(|(header, _)| !headers.contains(header))
            .map(|(_, name)| name)
            .collect();
        if !hidden.is_empty() {
            sentences.push(format!("See the {} of a user's request.", hidden.join(" and ")));
        }
        sentences.push(if self.examined.description.manifest.capabilities.is_empty() {
            "Call the API of Temps: it does not ask for that.".to_owned()
        } else {
            "Call the API of Temps, but for the user whose request it answers, with that user's rights.".to_owned()
        });
        sentences.push("Reach the database of Temps, or the host's data folder.".to_owned());
        sentences.push("Take more memory, time, files or connections than its limits.".to_owned());
        sentences
    }
}

pub(super) fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}
