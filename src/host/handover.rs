//! What a function may reach, as another process gets it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::options::HostOptions;
use crate::cassette::Rules;
use crate::net::{Faults, NetModeHandover, RepliesHandover};
use crate::options::{AwsMode, NetPolicy, Region, Role, UserKey};
use crate::secrets::{LearnedSecret, Secrets};

/// [`HostOptions`], for another process.
#[derive(Serialize, Deserialize)]
pub struct HostHandover {
    net: NetPolicy,
    aws: AwsMode,
    roles: Vec<Role>,
    keys: Vec<UserKey>,
    takes_keys: bool,
    folder: PathBuf,
    secrets: Vec<LearnedSecret>,
    net_mode: NetModeHandover,
    replies: RepliesHandover,
    /// The file of their table.
    faults: Option<PathBuf>,
    keep_requests: bool,
    keep_responses: bool,
    rules: Rules,
    region: Region,
}

impl HostOptions {
    pub fn handover(&self) -> HostHandover {
        // Whoever adds an option has to hand it over.
        let HostOptions {
            net,
            aws,
            roles,
            keys,
            takes_keys,
            folder,
            secrets,
            net_mode,
            replies,
            faults,
            keep_requests,
            keep_responses,
            rules,
            region,
        } = self;
        HostHandover {
            net: net.clone(),
            aws: aws.clone(),
            roles: roles.clone(),
            keys: keys.clone(),
            takes_keys: *takes_keys,
            folder: folder.clone(),
            secrets: secrets.learned_since(0),
            net_mode: net_mode.handover(),
            replies: replies.handover(),
            faults: faults.path().map(Path::to_owned),
            keep_requests: *keep_requests,
            keep_responses: *keep_responses,
            rules: Rules::clone(rules),
            region: region.clone(),
        }
    }
}

impl HostHandover {
    pub fn receive(self) -> HostOptions {
        let secrets = Arc::new(Secrets::default());
        for secret in &self.secrets {
            secrets.learn(secret);
        }
        // Without their file there are none any more.
        let faults = self.faults.as_deref().map(Faults::table_at);
        HostOptions {
            net: self.net,
            aws: self.aws,
            roles: self.roles,
            keys: self.keys,
            takes_keys: self.takes_keys,
            folder: self.folder,
            net_mode: self.net_mode.receive(&secrets),
            replies: self.replies.receive(&secrets),
            secrets,
            faults: faults.and_then(Result::ok).unwrap_or_default(),
            keep_requests: self.keep_requests,
            keep_responses: self.keep_responses,
            rules: Arc::new(self.rules),
            region: self.region,
        }
    }
}
