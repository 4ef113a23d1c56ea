use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use temps_plugin_protocol::{ChannelError, ErrorCode};
use tokio::time::Instant;
use uuid::Uuid;

use super::User;

/// How long an actor token is good for: 15 minutes, as with Temps.
pub const ACTOR_LIMIT: Duration = Duration::from_secs(15 * 60);

/// The actor tokens that are kept: 65,536, some 10 MiB. A load test makes one for each request, and nobody uses most of them. Beyond it
/// the oldest is forgotten, as if it had expired.
pub const MAX_ACTORS: usize = 65_536;

/// Why a token stands for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::temps) enum ActorError {
    /// It was not made here, or was forgotten.
    #[error("the actor token is unknown")]
    Unknown,
    /// It was made for requests to another plugin.
    #[error("the actor token is another plugin's")]
    OtherPlugin,
    /// Its time has run out.
    #[error("the actor token has expired: it is good for {0:?}")]
    Expired(Duration),
}

impl From<ActorError> for ChannelError {
    fn from(error: ActorError) -> Self {
        Self::new(ErrorCode::Unauthenticated, error.to_string())
    }
}

/// The actor tokens that were made: each stands for one user in the API calls of one plugin.
#[derive(Debug)]
pub(in crate::temps) struct Actors {
    limit: Duration,
    made: Mutex<Made>,
}

#[derive(Debug, Default)]
struct Made {
    actors: HashMap<String, Actor>,
    /// The tokens, oldest first.
    order: VecDeque<String>,
}

#[derive(Debug)]
struct Actor {
    plugin: String,
    user: User,
    end: Instant,
}

impl Actors {
    pub(in crate::temps) fn new(limit: Duration) -> Self {
        Self { limit, made: Mutex::default() }
    }

    /// Makes a token for the requests of this user to the plugin with this name.
    pub(in crate::temps) fn make(&self, plugin: &str, user: User) -> String {
        let token = random_text();
        let actor = Actor { plugin: plugin.to_owned(), user, end: Instant::now() + self.limit };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.order.len() >= MAX_ACTORS
            && let Some(oldest) = made.order.pop_front()
        {
            made.actors.remove(&oldest);
        }
        made.order.push_back(token.clone());
        made.actors.insert(token.clone(), actor);
        token
    }

    /// Whom the token stands for when this plugin uses it.
    pub(in crate::temps) fn user(&self, plugin: &str, token: &str) -> Result<User, ActorError> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let actor = made.actors.get(token).ok_or(ActorError::Unknown)?;
        if actor.plugin != plugin {
            Err(ActorError::OtherPlugin)
        } else if actor.end <= Instant::now() {
            Err(ActorError::Expired(self.limit))
        } else {
            Ok(actor.user)
        }
    }
}

/// 64 hexadecimal digits, 244 bits of them random.
pub(in crate::temps) fn random_text() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

#[cfg(test)]
mod tests {
    use super::super::{READER, USER};
    use super::*;

    #[test]
    fn each_token_stands_for_its_user_with_its_plugin() {
        let actors = Actors::new(ACTOR_LIMIT);
        let (user, reader, again) = (actors.make("a", USER), actors.make("a", READER), actors.make("a", USER));
        assert_ne!(user, again);
        assert_eq!((actors.user("a", &user), actors.user("a", &reader)), (Ok(USER), Ok(READER)));
        assert_eq!(actors.user("b", &user), Err(ActorError::OtherPlugin));
        assert_eq!(actors.user("a", "another"), Err(ActorError::Unknown));
        assert_eq!(actors.user("a", ""), Err(ActorError::Unknown));
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_expires() {
        let actors = Actors::new(ACTOR_LIMIT);
        let token = actors.make("a", USER);
        tokio::time::advance(ACTOR_LIMIT - Duration::from_millis(1)).await;
        assert_eq!(actors.user("a", &token), Ok(USER));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(actors.user("a", &token), Err(ActorError::Expired(ACTOR_LIMIT)));
        assert_eq!(ChannelError::from(ActorError::Expired(ACTOR_LIMIT)).code, ErrorCode::Unauthenticated);
    }

    #[test]
    fn the_oldest_is_forgotten() {
        let actors = Actors::new(ACTOR_LIMIT);
        let (first, second) = (actors.make("a", USER), actors.make("a", USER));
        for _ in 2..MAX_ACTORS {
            actors.make("a", READER);
        }
        assert_eq!(actors.user("a", &first), Ok(USER));
        actors.make("a", READER);
        assert_eq!((actors.user("a", &first), actors.user("a", &second)), (Err(ActorError::Unknown), Ok(USER)));
    }
}
