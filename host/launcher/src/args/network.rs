use ipnet::IpNet;
use temps_plugin_policy::network::{Grant, Grants, parse_private};
use temps_plugin_runtime::Limits;
use temps_plugin_runtime::http_client::{Client, Detours};

use super::UsageError;

/// What the command line says of a plugin's fetches.
#[derive(Debug, Default)]
pub(crate) struct NetworkArgs {
    allow: Vec<Grant>,
    private: Vec<IpNet>,
    detours: Detours,
}

impl NetworkArgs {
    pub(super) fn take(&mut self, flag: &'static str, given: &str) -> Result<(), UsageError> {
        let wrong = |reason: String| UsageError::Network { flag, given: given.to_owned(), reason };
        match flag {
            "--allow" => self.allow.push(given.parse().map_err(|fault| wrong(format!("{fault}")))?),
            "--allow-private" => self.private.push(parse_private(given).map_err(|fault| wrong(fault.to_string()))?),
            "--resolve" => self.detours.resolve(given).map_err(|fault| wrong(fault.to_string()))?,
            _ => self.detours.connect(given).map_err(|fault| wrong(fault.to_string()))?,
        }
        Ok(())
    }

    /// What the plugin fetches with: by leave of `policy` and of the command line.
    ///
    /// # Errors
    ///
    /// [`UsageError::Network`] for a network that no policy takes. [`take`](Self::take) has refused those already.
    pub(crate) fn client(self, policy: &Grants, limits: &Limits) -> Result<Client, UsageError> {
        let allow = policy.allow().iter().cloned().chain(self.allow);
        let private = policy.allow_private().iter().copied().chain(self.private);
        let wrong = |fault: temps_plugin_policy::network::PrivateFault| UsageError::Network {
            flag: "--allow-private",
            given: String::new(),
            reason: fault.to_string(),
        };
        let grants = Grants::new(allow, private).map_err(wrong)?;
        Ok(Client::with(grants, limits.into(), self.detours, Vec::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_does_not_take_is_named() {
        for (flag, given, said) in [
            ("--allow", "a.test", "scheme"),
            ("--allow", "https://a.test/", "`/`"),
            ("--allow-private", "10.0.0.1/8", "10.0.0.0/8"),
            ("--resolve", "a.test", "NAME=ADDRESS"),
            ("--connect-to", "1.2.3.4=5.6.7.8", "ADDRESS:PORT=ADDRESS:PORT"),
        ] {
            let error = NetworkArgs::default().take(flag, given).unwrap_err().to_string();
            assert!(error.contains(flag) && error.contains(given) && error.contains(said), "{error}");
        }
    }

    #[test]
    fn it_adds_to_the_policy() {
        let mut network = NetworkArgs::default();
        for (flag, given) in [
            ("--allow", "https://a.test"),
            ("--allow-private", "10.0.0.0/8"),
            ("--resolve", "a.test=10.0.0.1"),
            ("--connect-to", "10.0.0.1:443=127.0.0.1:1"),
        ] {
            network.take(flag, given).unwrap();
        }
        let policy = Grants::new(["https://b.test".parse().unwrap()], []).unwrap();
        assert!(network.client(&policy, &Limits::default()).is_ok());
    }
}
