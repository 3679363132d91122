//! Access keys: issued, and recognised again without being stored.
//!
//! A key's id carries a short tag, its secret is derived from the id, and its session token is a
//! sealed note of who holds it and until when; all under a random master key that lives as long as
//! this [`LocalAws`](super::local_aws::LocalAws). So a million assumed roles cost no memory. Keys that
//! were not issued here, as users have them, are kept.

use std::collections::HashMap;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::credentials::{BASE32, Credentials, Identity};
use crate::random::{self, Use};

/// The prefix of temporary keys' ids.
const PREFIX: &str = "ASIA";

/// Bytes of an id behind its prefix: random ones, and the tag over them.
const ID_RANDOM: usize = 6;
const ID_TAG: usize = 4;

/// Bytes of the seal at the end of a session token.
const SEAL: usize = 32;

/// Why credentials are refused, although the signature may be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A temporary key without its token: AWS treats it as a key it doesn't know.
    NoToken,
    WrongToken,
    Expired,
}

/// What a session token says.
#[derive(Serialize, Deserialize)]
struct Session {
    key: String,
    /// Seconds since 1970; absent when it never ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<u64>,
    holder: Identity,
}

/// The one who issues keys and knows them again.
pub struct AccessKeys {
    master: [u8; 32],
    /// Keys that were not issued, by their ids; they have no token.
    standing: RwLock<HashMap<String, (String, Identity)>>,
}

/// A function has no more keys of users than this.
const MOST_STANDING: usize = 1000;

impl AccessKeys {
    /// A new issuer, whose keys no other one knows.
    pub fn new() -> io::Result<AccessKeys> {
        Ok(AccessKeys {
            master: random::bytes(Use::Aws)?,
            standing: RwLock::default(),
        })
    }

    /// Makes a key known as `holder`'s, and tells whether it is new: what is known of an id stays.
    pub fn stand(&self, id: &str, secret: &str, holder: Identity) -> bool {
        let mut standing = self.standing.write();
        // A temporary key is none without its token.
        let is_new =
            !id.starts_with(PREFIX) && !standing.contains_key(id) && standing.len() < MOST_STANDING;
        if is_new {
            standing.insert(id.to_owned(), (secret.to_owned(), holder));
        }
        is_new
    }

    fn tag(&self, purpose: &str, text: &[u8]) -> [u8; 32] {
        let mut mac = match Hmac::<Sha256>::new_from_slice(&self.master) {
            Ok(mac) => mac,
            // HMAC takes keys of any length.
            Err(_) => unreachable!("an HMAC key of 32 bytes"),
        };
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text);
        mac.finalize().into_bytes().into()
    }

    /// Credentials for `holder` until `ends` (seconds since 1970), or for good.
    pub fn issue(&self, holder: &Identity, ends: Option<u64>) -> io::Result<Credentials> {
        let id = self.id(&random::bytes(Use::Aws)?);
        let session = Session {
            key: id.clone(),
            ends,
            holder: holder.clone(),
        };
        // A structure of strings and a number always has a JSON form.
        let mut sealed = serde_json::to_vec(&session).unwrap_or_default();
        let seal = self.tag("session", &sealed);
        sealed.extend_from_slice(&seal);
        Ok(Credentials {
            secret_access_key: self.secret(&id),
            session_token: Some(BASE64.encode(sealed)),
            access_key_id: id,
        })
    }

    fn id(&self, random: &[u8; ID_RANDOM]) -> String {
        let mut bytes = random.to_vec();
        bytes.extend_from_slice(&self.tag("id", random)[..ID_TAG]);
        let number = bytes
            .iter()
            .fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        let digits = bytes.len() * 8 / 5;
        let mut id = String::from(PREFIX);
        id.extend(
            (0..digits)
                .rev()
                .map(|digit| char::from(BASE32[(number >> (digit * 5)) as usize & 31])),
        );
        id
    }

    fn secret(&self, id: &str) -> String {
        // Thirty bytes give the forty characters that AWS's secrets have.
        BASE64.encode(&self.tag("secret", id.as_bytes())[..30])
    }

    /// The secret of a key issued here; `None` for any other.
    pub fn secret_of(&self, id: &str) -> Option<String> {
        if let Some((secret, _)) = self.standing.read().get(id) {
            return Some(secret.clone());
        }
        let digits = id
            .strip_prefix(PREFIX)
            .filter(|digits| digits.len() == 16)?;
        let number = digits.bytes().try_fold(0_u128, |number, digit| {
            Some(number << 5 | BASE32.iter().position(|known| *known == digit)? as u128)
        })?;
        let bytes = number.to_be_bytes();
        let random: [u8; ID_RANDOM] = bytes[16 - ID_RANDOM - ID_TAG..16 - ID_TAG]
            .try_into()
            .ok()?;
        (self.id(&random) == id).then(|| self.secret(id))
    }

    /// Who holds a key that signed a request with `token`, at the time `now`.
    pub fn holder(
        &self,
        id: &str,
        token: Option<&str>,
        now: SystemTime,
    ) -> Result<Identity, Refusal> {
        if let (Some((_, holder)), None) = (self.standing.read().get(id), token) {
            return Ok(holder.clone());
        }
        let token = token.ok_or(Refusal::NoToken)?;
        let sealed = BASE64.decode(token).map_err(|_| Refusal::WrongToken)?;
        let (session, seal) = sealed
            .split_last_chunk::<SEAL>()
            .ok_or(Refusal::WrongToken)?;
        if !bool::from(self.tag("session", session).ct_eq(seal)) {
            return Err(Refusal::WrongToken);
        }
        let session: Session = serde_json::from_slice(session).map_err(|_| Refusal::WrongToken)?;
        if session.key != id {
            return Err(Refusal::WrongToken);
        }
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        if session.ends.is_some_and(|ends| ends <= now) {
            return Err(Refusal::Expired);
        }
        Ok(session.holder)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::aws_local::credentials::ambient_holder;

    proptest! {
        #[test]
        fn a_key_is_known_by_who_issued_it_until_it_ends(ends in any::<u32>(), now in any::<u32>()) {
            let keys = AccessKeys::new().expect("randomness");
            let holder = ambient_holder();
            let issued = keys.issue(&holder, Some(ends.into())).expect("randomness");
            let id = &issued.access_key_id;
            prop_assert_eq!(keys.secret_of(id), Some(issued.secret_access_key));
            let now_at = UNIX_EPOCH + Duration::from_secs(now.into());
            let expected = if now < ends { Ok(holder) } else { Err(Refusal::Expired) };
            let token = issued.session_token.as_deref();
            prop_assert_eq!(keys.holder(id, token, now_at), expected);
            let others = AccessKeys::new().expect("randomness");
            prop_assert_eq!(others.secret_of(id), None);
            prop_assert_eq!(others.holder(id, token, now_at), Err(Refusal::WrongToken));
        }

        #[test]
        fn nothing_else_is_a_key(id in "(ASIA|AKIA|)[A-Z2-7]{14,18}|.{0,24}", token in "[A-Za-z0-9+/=]{0,90}|.{0,20}") {
            let keys = AccessKeys::new().expect("randomness");
            prop_assert_eq!(keys.secret_of(&id), None);
            let now = UNIX_EPOCH;
            prop_assert_eq!(keys.holder(&id, Some(&token), now), Err(Refusal::WrongToken));
            prop_assert_eq!(keys.holder(&id, None, now), Err(Refusal::NoToken));
        }
    }
}
