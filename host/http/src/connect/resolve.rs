//! Names, by the system's resolver.

use std::net::{IpAddr, ToSocketAddrs};
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::Error;

/// Resolves a name on a thread of its own. `lookups` has a place for each that is under way, and keeps it when nobody waits any more.
pub(super) async fn resolve(host: &str, lookups: &Arc<Semaphore>) -> Result<Vec<IpAddr>, Error> {
    let failed = |reason: String| Error::Dns { host: host.to_owned(), reason };
    let place = Arc::clone(lookups).acquire_owned().await.map_err(|error| failed(error.to_string()))?;
    let name = host.to_owned();
    let lookup = tokio::task::spawn_blocking(move || {
        let _place = place;
        (name.as_str(), 0).to_socket_addrs().map(|found| found.map(|address| address.ip()).collect::<Vec<_>>())
    });
    let mut found = lookup.await.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
    found.dedup();
    Ok(found)
}
