//! Who signs when the function gave no credentials.

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use serde::Serialize;

use super::connector::TransportClient;

/// On the platform a function that passes no credentials signs as the Lambda role it runs under
/// (docs/platform.md section 13.1). This is what stands for that role.
#[derive(Clone, Debug)]
pub enum Ambient {
    /// Nothing: the package's own `CredentialsError`.
    None,
    /// A key that the embedded AWS or a test server knows; functions may see it.
    Key(Key),
    /// The machine's own chain (environment, profiles, roles). It never enters the JavaScript
    /// heap: there a key of no value stands for it.
    Machine,
}

/// An access key.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    pub access_key_id: String,
    pub secret_access_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// What JavaScript holds for [`Ambient::Machine`].
const MACHINE: &str = "SEGFN-MACHINE-CREDENTIALS";

impl Ambient {
    /// The key that JavaScript shows to functions and gives back with a request.
    pub(super) fn shown(&self) -> Option<Key> {
        match self {
            Ambient::None => None,
            Ambient::Key(key) => Some(key.clone()),
            Ambient::Machine => Some(Key {
                access_key_id: MACHINE.to_owned(),
                secret_access_key: MACHINE.to_owned(),
                session_token: None,
            }),
        }
    }

    /// Whether a request that gives `access_key_id` was made without credentials of its own.
    pub(super) fn is(&self, access_key_id: &str) -> bool {
        match self {
            Ambient::None => false,
            Ambient::Key(key) => key.access_key_id == access_key_id,
            Ambient::Machine => access_key_id == MACHINE,
        }
    }
}

/// Where the machine's own credentials come from.
pub(super) async fn machine_chain(http: &TransportClient) -> DefaultCredentialsChain {
    let config = ProviderConfig::default().with_http_client(http.clone());
    let chain = DefaultCredentialsChain::builder().configure(config);
    chain.build().await
}

/// The machine's own credentials, fetched when first needed and again when they are about to
/// expire. Only `--aws real` leads here.
#[derive(Debug, Default)]
pub(super) struct Machine {
    current: RefCell<Option<Credentials>>,
}

/// The package refreshes its own credentials this long before they expire.
const EXPIRY_WINDOW: Duration = Duration::from_secs(15);

impl Machine {
    /// The credentials, or why there are none. Real time counts here, not the function's clock:
    /// the expiry is real.
    pub async fn credentials(&self, http: &TransportClient) -> Result<Credentials, String> {
        let still_good = |credentials: &Credentials| match credentials.expiry() {
            Some(expiry) => expiry > SystemTime::now() + EXPIRY_WINDOW,
            None => true,
        };
        if let Some(credentials) = self.current.borrow().clone().filter(still_good) {
            return Ok(credentials);
        }
        let chain = machine_chain(http).await;
        let credentials = chain.provide_credentials().await.map_err(|error| {
            aws_smithy_types::error::display::DisplayErrorContext(error).to_string()
        })?;
        *self.current.borrow_mut() = Some(credentials.clone());
        Ok(credentials)
    }
}
