//! What a user may choose about a function's surroundings: which AWS answers, and which hosts can
//! be reached. Plain values, so that the command line and the config file can name them and the
//! capabilities of `host` can follow them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The time that the platform gives an invocation (docs/platform.md section 9).
pub const PLATFORM_TIMEOUT: Duration = Duration::from_secs(5);

/// What the random values come from where nothing says it.
pub const SEED: u64 = 0;

/// How often an input is given where nothing says it.
pub const ATTEMPTS: u32 = 1;

/// How often a case that fails is run again where nothing says it.
pub const RETRIES: u32 = 0;

/// How many events run at the same time where nothing says it.
pub const JOBS: u16 = 1;

/// Where the embedded AWS keeps its objects unless another folder is named, from the working folder.
pub const AWS_FOLDER: &str = ".segfn";

/// Where it is kept which cases failed the last time, from the working folder.
pub const LAST_TEST: &str = ".segfn/last-test.json";

/// Where `segfn serve` keeps what arrived, from the working folder.
pub const HISTORY: &str = ".segfn/serve.sqlite";

/// How many of the slowest cases are told of.
pub const SLOWEST: usize = 3;

/// The same where they were asked for and nothing says how many.
pub const SLOWEST_LISTED: &str = "10";

/// The memory of the platform's Lambda, in bytes.
pub const PLATFORM_MEMORY: usize = 128 << 20;

/// The longest line of a file of events, in bytes. The platform takes no event near this size.
pub const LONGEST_LINE: usize = 64 << 20;

/// Which AWS the function's `AWS` global talks to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AwsMode {
    /// S3 and STS inside this process; nothing leaves the machine.
    #[default]
    Embedded,
    /// The real one, with the credentials that this machine has.
    Real,
    /// A server such as moto or LocalStack.
    Endpoint(AwsEndpoint),
}

/// A server that stands for AWS.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwsEndpoint {
    /// Without the key.
    pub url: Url,
    /// Id and secret of the key that a function without credentials signs with, where the server
    /// doesn't take any.
    pub key: Option<(String, String)>,
}

impl AwsEndpoint {
    /// `http://HOST` or `http://ID:SECRET@HOST`, whose id and secret are percent-encoded.
    fn new(mut url: Url) -> AwsEndpoint {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let id = Some(decoded(url.username())).filter(|id| !id.is_empty());
        let key = id.zip(url.password().map(decoded));
        // A URL with a host takes both.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        AwsEndpoint { url, key }
    }
}

impl fmt::Debug for AwsEndpoint {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.url)
    }
}

impl FromStr for AwsMode {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, OptionError> {
        match text {
            "embedded" => Ok(AwsMode::Embedded),
            "real" => Ok(AwsMode::Real),
            _ => match Url::parse(text) {
                Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
                    Ok(AwsMode::Endpoint(AwsEndpoint::new(url)))
                }
                _ => Err(OptionError::AwsMode),
            },
        }
    }
}

/// Which hosts a function can reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum NetPolicy {
    /// All of them, as on the platform.
    #[default]
    Open,
    /// Those that match one of the patterns.
    Only(Vec<HostPattern>),
    /// None.
    Deny,
}

impl NetPolicy {
    /// Whether a request to `host` (a name or an address, without brackets) at `port` may be made.
    pub fn allows(&self, host: &str, port: u16) -> bool {
        match self {
            NetPolicy::Open => true,
            NetPolicy::Only(patterns) => patterns.iter().any(|p| p.matches(host, port)),
            NetPolicy::Deny => false,
        }
    }

    /// Whether it names `host` at `port` itself, and not only all hosts or all below a name.
    pub fn names(&self, host: &str, port: u16) -> bool {
        let NetPolicy::Only(patterns) = self else {
            return false;
        };
        patterns.iter().any(|p| !p.below && p.matches(host, port))
    }
}

/// A host as given to `--allow-net`: `api.example.com`, `*.example.com` (any name below it, not
/// itself), `127.0.0.1:8080` or `[::1]:8080`. Without a port every port matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostPattern {
    /// Lower-case, punycode where needed; without the `*.` and without brackets.
    host: String,
    /// Whether it began with `*.`.
    below: bool,
    port: Option<u16>,
}

impl HostPattern {
    /// The host that it names, if it names one.
    pub fn host(&self) -> Option<&str> {
        (!self.below).then_some(&self.host)
    }

    /// Whether `host` (a name or an address, without brackets) at `port` is meant.
    pub fn matches(&self, host: &str, port: u16) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let same = if self.below {
            host.strip_suffix(&self.host)
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            host == self.host
        };
        same && self.port.is_none_or(|p| p == port)
    }
}

impl FromStr for HostPattern {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, OptionError> {
        let bad = || OptionError::HostPattern(text.to_owned());
        let (below, rest) = match text.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        // A bare IPv6 address has colons that are not the port's.
        let bare_v6 = rest.parse::<std::net::Ipv6Addr>().is_ok();
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !bare_v6 && !port.ends_with(']') => {
                (host, Some(port.parse::<u16>().map_err(|_| bad())?))
            }
            _ => (rest, None),
        };
        let bracketed = if bare_v6 {
            format!("[{host}]")
        } else {
            host.to_owned()
        };
        let host = match Host::parse(&bracketed).map_err(|_| bad())? {
            Host::Domain(name) if name.contains('*') => return Err(bad()),
            Host::Domain(name) => name.trim_end_matches('.').to_owned(),
            _ if below => return Err(bad()),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        Ok(HostPattern { host, below, port })
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = if self.below { "*." } else { "" };
        match self.port {
            Some(port) if self.host.contains(':') => write!(f, "[{}]:{port}", self.host),
            Some(port) => write!(f, "{star}{}:{port}", self.host),
            None => write!(f, "{star}{}", self.host),
        }
    }
}

/// The time zone and the locale that a function sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// A name of the IANA's database: `Asia/Tokyo`.
    pub timezone: String,
    /// A language tag: `de-DE`.
    pub locale: String,
}

/// As on the platform, which is AWS Lambda.
impl Default for Region {
    fn default() -> Region {
        Region {
            timezone: "UTC".to_owned(),
            locale: "en-US".to_owned(),
        }
    }
}

/// A role that the embedded AWS lets functions assume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// `arn:aws:iam::ACCOUNT:role/NAME`.
    pub arn: String,
    /// What `AssumeRole` has to give as `ExternalId`; without it anything goes.
    pub external_id: Option<String>,
}

/// Whether it is the number of an AWS account.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A long-lived access key that the embedded AWS knows, as an IAM user has it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserKey {
    pub id: String,
    pub secret: String,
    /// `arn:aws:iam::ACCOUNT:user/NAME`; without it, the user of the platform's account that is named after
    /// the key.
    pub arn: Option<String>,
}

impl fmt::Debug for UserKey {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Role {
    /// A role, if `arn` is the ARN of one.
    pub fn new(arn: &str, external_id: Option<&str>) -> Result<Role, OptionError> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [scheme, partition, service, _, account, resource] = parts[..] else {
            return Err(OptionError::RoleArn(arn.to_owned()));
        };
        let is_role = scheme == "arn"
            && partition.starts_with("aws")
            && service == "iam"
            && is_account(account)
            && resource
                .strip_prefix("role/")
                .is_some_and(|name| !name.is_empty());
        if !is_role {
            return Err(OptionError::RoleArn(arn.to_owned()));
        }
        Ok(Role {
            arn: arn.to_owned(),
            external_id: external_id.map(str::to_owned),
        })
    }
}

impl FromStr for Role {
    type Err = OptionError;

    /// `ARN` or `ARN=EXTERNAL_ID`; the first `=` ends the ARN. A role whose name holds `=` (AWS
    /// allows it) has to be declared in the config file.
    fn from_str(text: &str) -> Result<Self, OptionError> {
        match text.split_once('=') {
            Some((arn, external_id)) => Role::new(arn, Some(external_id)),
            None => Role::new(text, None),
        }
    }
}

/// A time such as `5s`, `500ms`, `1m` or `2` (seconds).
pub fn parse_timeout(text: &str) -> Result<Duration, OptionError> {
    let bad = || OptionError::Timeout(text.to_owned());
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let seconds = match &text[number.len()..] {
        "ms" => 0.001,
        "s" | "" => 1.0,
        "m" => 60.0,
        _ => return Err(bad()),
    };
    timeout_of(number.trim().parse::<f64>().map_err(|_| bad())? * seconds).ok_or_else(bad)
}

/// A timeout of so many seconds: more than nothing and at most a day.
pub fn timeout_of(seconds: f64) -> Option<Duration> {
    (seconds > 0.0 && seconds <= 86_400.0).then(|| Duration::from_secs_f64(seconds))
}

/// The size in bytes of a heap of so many megabytes: from 16 MB, which V8 itself needs, to 64 GB.
pub fn memory_of(megabytes: u64) -> Result<usize, OptionError> {
    (16..=65_536)
        .contains(&megabytes)
        .then(|| usize::try_from(megabytes * 1024 * 1024).ok())
        .flatten()
        .ok_or(OptionError::Memory)
}

/// Why a value can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    #[error("expected `embedded`, `real` or the http(s) URL of an AWS server")]
    AwsMode,
    #[error(
        "`{0}` is not a host: expected a host such as `api.example.com`, `*.example.com` or `localhost:8080`"
    )]
    HostPattern(String),
    #[error("`{0}` is not the ARN of a role: expected `arn:aws:iam::123456789012:role/NAME`")]
    RoleArn(String),
    #[error("`{0}` is not a time: expected a time such as `5s`, `500ms` or `2`")]
    Timeout(String),
    #[error("expected a number of megabytes from 16 to 65536")]
    Memory,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, host: &str, port: u16) -> bool {
        pattern
            .parse::<HostPattern>()
            .expect("a pattern")
            .matches(host, port)
    }

    #[test]
    fn a_host_pattern_matches_what_it_says() {
        assert!(matches("api.example.com", "API.example.com", 443));
        assert!(!matches("api.example.com", "xapi.example.com", 443));
        assert!(!matches("api.example.com", "a.api.example.com", 443));
        assert!(matches("*.example.com", "a.b.example.com", 443));
        assert!(!matches("*.example.com", "example.com", 443));
        assert!(!matches("*.example.com", "badexample.com", 443));
        assert!(matches("localhost:8080", "localhost", 8080));
        assert!(!matches("localhost:8080", "localhost", 8081));
        assert!(matches("[::1]:80", "::1", 80));
        assert!(matches("::1", "::1", 9));
        assert!(!matches("[::1]:80", "::1", 81));
    }

    #[test]
    fn a_host_pattern_is_a_host_and_nothing_else() {
        for bad in [
            "",
            "https://example.com",
            "a.*.com",
            "*",
            "*.127.0.0.1",
            "host:99999",
            "host:",
        ] {
            assert!(bad.parse::<HostPattern>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_aws_mode_is_never_real_by_accident() {
        assert_eq!("real".parse(), Ok(AwsMode::Real));
        assert_eq!("embedded".parse(), Ok(AwsMode::Embedded));
        assert!(matches!(
            "http://127.0.0.1:5000".parse(),
            Ok(AwsMode::Endpoint(_))
        ));
        let Ok(AwsMode::Endpoint(server)) = "http://AKIA:a%2Fb@127.0.0.1:5000/".parse() else {
            panic!("not a server");
        };
        assert_eq!(server.url.as_str(), "http://127.0.0.1:5000/");
        assert_eq!(server.key, Some(("AKIA".to_owned(), "a/b".to_owned())));
        assert!(!format!("{server:?}").contains("a/b"));
        for bad in ["Real", "REAL", "localhost:5000", "ftp://x", ""] {
            assert_eq!(bad.parse::<AwsMode>(), Err(OptionError::AwsMode), "{bad}");
        }
    }

    #[test]
    fn a_role_is_an_arn_and_perhaps_an_external_id() {
        let role: Role = "arn:aws:iam::123456789012:role/team/Archive=a=b"
            .parse()
            .expect("a role");
        assert_eq!(role.arn, "arn:aws:iam::123456789012:role/team/Archive");
        assert_eq!(role.external_id.as_deref(), Some("a=b"));
        for bad in [
            "Archive",
            "arn:aws:iam::12:role/x",
            "arn:aws:iam::123456789012:user/x",
            "arn:aws:iam::123456789012:role/",
        ] {
            assert!(bad.parse::<Role>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_timeout_has_a_unit_or_is_in_seconds() {
        let millis = |text: &str| parse_timeout(text).map(|time| time.as_millis());
        assert_eq!(millis("5s"), Ok(5000));
        assert_eq!(millis("500ms"), Ok(500));
        assert_eq!(millis("2"), Ok(2000));
        assert_eq!(millis("1.5 s"), Ok(1500));
        assert_eq!(millis("1m"), Ok(60_000));
        for bad in ["", "s", "0", "-1s", "5h", "nan", "inf", "1e99", "5 5s"] {
            assert!(millis(bad).is_err(), "{bad}");
        }
    }
}
