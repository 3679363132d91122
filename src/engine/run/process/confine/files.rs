//! Which files a worker process reaches, by Landlock.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreated, RulesetCreatedAttr,
};

use crate::engine::run::process::allowed::Allowed;

/// The newest rules that are asked for; an older kernel keeps those that it knows.
const RULES: ABI = ABI::V5;

/// What finding a host's address reads, and the libraries that glibc loads for it.
const NAMES: [&str; 12] = [
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/ld.so.cache",
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/dev/null",
];

/// Where systems keep the certificates that they trust.
const CERTIFICATES: [&str; 8] = [
    "/etc/ssl/certs",
    "/etc/ssl/cert.pem",
    "/etc/pki/tls/certs",
    "/etc/pki/ca-trust/extracted",
    "/etc/ca-certificates",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
    "/var/lib/ca-certificates",
];

/// The variables that name files of credentials.
const CREDENTIALS: [&str; 3] = [
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONFIG_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];

pub struct Files {
    rules: RulesetCreated,
}

impl Files {
    /// `None` where the kernel has no Landlock.
    pub fn new(allowed: &Allowed, certificates: impl Iterator<Item = PathBuf>) -> Option<Files> {
        let all = AccessFs::from_all(RULES);
        let rules = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(all)
            .ok()?
            .create()
            .ok()?;
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        let mut files = Some(Files { rules });
        let fixed = NAMES.iter().chain(&CERTIFICATES).map(PathBuf::from);
        for path in fixed.chain(certificates) {
            files = files?.allow(&path, read);
        }
        for folder in &allowed.folders {
            files = files?.allow(folder, all & !AccessFs::Execute);
        }
        if allowed.credentials {
            let named = CREDENTIALS.iter().filter_map(std::env::var_os);
            let home = std::env::home_dir().map(|home| home.join(".aws"));
            for path in named.map(PathBuf::from).chain(home) {
                files = files?.allow(&path, read);
            }
            // For the processes that a profile may name.
            for path in ["/usr", "/bin", "/opt"] {
                files = files?.allow(Path::new(path), read | AccessFs::Execute);
            }
        }
        files
    }

    /// Allows this below `path`. What isn't there need not be allowed.
    fn allow(self, path: &Path, access: BitFlags<AccessFs>) -> Option<Files> {
        let Ok(file) = PathFd::new(path) else {
            return Some(self);
        };
        // Of a file, only what there is of it for files is allowed.
        let rules = self.rules.add_rule(PathBeneath::new(file, access)).ok()?;
        Some(Files { rules })
    }

    /// Keeps this process to the rules, where the kernel does that (`segfn doctor` tells).
    pub fn restrict(&self) {
        if let Ok(rules) = self.rules.try_clone() {
            let _ = rules.restrict_self();
        }
    }
}
