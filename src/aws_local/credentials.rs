//! Credentials, and who holds them.

use serde::{Deserialize, Serialize};

/// The account that functions run in: the platform's own for destination functions.
pub const ACCOUNT: &str = "458175278816";

/// What signs a request.
#[derive(Clone)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
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
