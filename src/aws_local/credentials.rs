//! Credentials, and who holds them.

use std::io;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::options::UserKey;
use crate::random::{self, Use};
use crate::text::hex;

/// The account that functions run in: the platform's own for destination functions.
pub const ACCOUNT: &str = "458175278816";

/// The prefix of the ids of keys that don't end.
const PREFIX: &str = "AKIA";

pub(super) const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What signs a request.
#[derive(Clone)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    #[error("expected ID:SECRET")]
    Form,
    #[error("the id of a key has letters, digits, `_`, `-` and `.` only")]
    Id,
    #[error("the secret of a key has no spaces, and only signs of ASCII")]
    Secret,
}

impl Credentials {
    /// A new key that nobody else has. Its secret is as long as AWS's, without signs that shells or
    /// URLs have a use for.
    pub fn random() -> io::Result<Credentials> {
        let id: [u8; 16] = random::bytes(Use::Aws)?;
        let secret: [u8; 30] = random::bytes(Use::Aws)?;
        let digits = id.map(|byte| char::from(BASE32[usize::from(byte % 32)]));
        Ok(Credentials {
            access_key_id: format!("{PREFIX}{}", String::from_iter(digits)),
            secret_access_key: URL_SAFE_NO_PAD.encode(secret),
            session_token: None,
        })
    }
}

impl FromStr for Credentials {
    type Err = CredentialsError;

    /// `ID:SECRET`; the first `:` ends the id.
    fn from_str(text: &str) -> Result<Credentials, CredentialsError> {
        let (id, secret) = text.split_once(':').ok_or(CredentialsError::Form)?;
        if id.is_empty() || secret.is_empty() {
            return Err(CredentialsError::Form);
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        if !id.bytes().all(is_plain) {
            return Err(CredentialsError::Id);
        }
        if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(CredentialsError::Secret);
        }
        Ok(Credentials {
            access_key_id: id.to_owned(),
            secret_access_key: secret.to_owned(),
            session_token: None,
        })
    }
}

/// Who signs, as `GetCallerIdentity` tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Twelve digits.
    pub account: String,
    pub arn: String,
    pub user_id: String,
}

/// Who the ambient key stands for: what the platform's own Lambda role would be.
pub fn ambient_holder() -> Identity {
    Identity {
        account: ACCOUNT.to_owned(),
        arn: format!("arn:aws:sts::{ACCOUNT}:assumed-role/segfn-ambient/segfn"),
        user_id: "AROASEGFNAMBIENT00000:segfn".to_owned(),
    }
}

/// Whose key it is.
pub fn user(key: &UserKey) -> Identity {
    let named = key.arn.clone();
    let arn = named.unwrap_or_else(|| format!("arn:aws:iam::{ACCOUNT}:user/{}", key.id));
    Identity {
        account: arn.split(':').nth(4).unwrap_or(ACCOUNT).to_owned(),
        user_id: unique_id("AIDA", &arn),
        arn,
    }
}

/// The id of what has this ARN: the same for the same ARN. Its prefix tells what that is.
pub(super) fn unique_id(prefix: &str, arn: &str) -> String {
    let hash = hex(&Sha256::digest(arn.as_bytes()));
    format!("{prefix}{}", hash[..17].to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_new_key_is_another_and_is_read_back() {
        let keys = [(); 100].map(|()| Credentials::random().expect("randomness"));
        for (index, key) in keys.iter().enumerate() {
            let Credentials {
                access_key_id: id,
                secret_access_key: secret,
                ..
            } = key;
            assert_eq!((id.len(), secret.len()), (20, 40));
            assert!(
                keys[..index].iter().all(|other| {
                    other.access_key_id != *id && other.secret_access_key != *secret
                })
            );
            let read: Credentials = format!("{id}:{secret}").parse().expect("a key");
            assert_eq!((&read.access_key_id, &read.secret_access_key), (id, secret));
        }
    }

    #[test]
    fn a_key_is_an_id_and_a_secret() {
        let refused = |text: &str| text.parse::<Credentials>().err();
        for (text, error) in [
            ("test:test", None),
            ("AKIA:a/b+c=:d", None),
            ("test", Some(CredentialsError::Form)),
            ("test:", Some(CredentialsError::Form)),
            (":test", Some(CredentialsError::Form)),
            ("a/b:c", Some(CredentialsError::Id)),
            ("a,b:c", Some(CredentialsError::Id)),
            ("ä:c", Some(CredentialsError::Id)),
            ("a:b c", Some(CredentialsError::Secret)),
            ("a:ü", Some(CredentialsError::Secret)),
        ] {
            assert_eq!(refused(text), error, "{text}");
        }
    }
}
