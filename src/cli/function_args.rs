//! The flags about a function, the same for every command that runs one.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use segfn::function::{HANDLERS, Kind};
use segfn::json::Json;
use segfn::options::{
    AwsMode, HostPattern, NetPolicy, OptionError, Role, memory_of, parse_timeout,
};
use segfn::project::{Overrides, settings};

/// What may be said of a function on the command line, whatever is done with it.
#[derive(clap::Args)]
pub struct FunctionArgs {
    /// The kind of the function; segfn finds it out from the handlers unless it is given
    #[arg(long, value_name = "KIND", value_parser = kind_parser())]
    pub kind: Option<Kind>,
    /// Call this handler, whatever the event's type says
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(HANDLERS))]
    pub handler: Option<String>,
    #[command(flatten)]
    pub environment: EnvironmentArgs,
    /// A JSON file of settings, which override those of settings.json
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// One setting; the value may be JSON: true, ["a","b"], {"a":"b"}
    #[arg(short = 's', value_name = "NAME=VALUE", value_parser = settings::parse_assignment)]
    pub setting: Vec<(String, Json)>,
    /// How long a handler may take, such as 5s (the platform's limit, and the default), 500ms or 2
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = parse_timeout)]
    pub timeout: Option<Duration>,
    /// How much memory the function may use, in megabytes; the default is 128
    #[arg(long, value_name = "MB", allow_hyphen_values = true, value_parser = parse_memory)]
    pub memory: Option<usize>,
    /// A role that the embedded AWS has, with the external id that it requires, if any
    #[arg(long, value_name = "ARN[=EXTERNAL_ID]")]
    pub role: Vec<Role>,
}

/// In which environment a function is opened.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct EnvironmentArgs {
    /// Take what segfn.toml says of this environment, in [env.NAME]: settings, roles, aws and net
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,
}

impl FunctionArgs {
    /// What the flags say about a function.
    pub fn overrides(&self) -> Overrides {
        Overrides {
            kind: self.kind,
            handler: self.handler.clone(),
            environment: self.environment.env.clone(),
            settings_file: self.settings.clone(),
            settings: self.setting.iter().cloned().collect(),
            timeout: self.timeout,
            memory: self.memory,
            roles: self.role.clone(),
            ..Overrides::default()
        }
    }
}

/// What a function may reach, where it runs live.
#[derive(clap::Args)]
pub struct LiveArgs {
    /// Which AWS answers: `embedded` (S3 and STS inside segfn, the default), `real` (with this machine's
    /// credentials) or the URL of a server such as LocalStack
    #[arg(long, value_name = "AWS")]
    pub aws: Option<AwsMode>,
    /// Let the function reach this host only, such as api.example.com or *.example.com; may be
    /// given several times
    #[arg(long, value_name = "HOST", conflicts_with = "deny_net")]
    pub allow_net: Vec<HostPattern>,
    /// Let the function reach no host
    #[arg(long)]
    pub deny_net: bool,
}

impl LiveArgs {
    /// Adds what is said here.
    pub fn add_to(&self, overrides: Overrides) -> Overrides {
        Overrides {
            aws: self.aws.clone(),
            net: match (self.deny_net, self.allow_net.is_empty()) {
                (true, _) => Some(NetPolicy::Deny),
                (false, false) => Some(NetPolicy::Only(self.allow_net.clone())),
                (false, true) => None,
            },
            ..overrides
        }
    }
}

/// Reads a kind by its name.
pub fn kind_parser() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::name))
        .try_map(|name| Kind::from_name(&name).ok_or("not a kind of function"))
}

fn parse_memory(text: &str) -> Result<usize, OptionError> {
    memory_of(text.parse().unwrap_or(0))
}

/// How many events or cases run at the same time.
pub fn parse_jobs(text: &str) -> Result<u16, &'static str> {
    text.parse()
        .ok()
        .filter(|jobs| (1..=256).contains(jobs))
        .ok_or("expected a number from 1 to 256")
}
