//! From flags and files to what the engine takes.

use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use segfn::engine::Options;
use segfn::function::Function;
use segfn::function::HANDLERS;
use segfn::function::Kind;
use segfn::host::HostOptions;
use segfn::options::AwsMode;
use segfn::options::HostPattern;
use segfn::options::NetPolicy;
use segfn::options::OptionError;
use segfn::options::PLATFORM_MEMORY;
use segfn::options::PLATFORM_TIMEOUT;
use segfn::options::Role;
use segfn::options::memory_of;
use segfn::options::parse_timeout;
use segfn::project::config;
use segfn::project::config::Config;
use segfn::project::settings;
use segfn::project::settings::Settings;
use segfn::project::source::Declaration;
use segfn::project::source::Source;
use segfn::secrets::SHORTEST;
use serde_json::Value;

use super::CliError;
use super::output::Output;

/// Where the embedded AWS keeps its objects.
pub const FOLDER: &str = ".segfn";

/// What may be said of a function on the command line, whatever is done with it.
#[derive(clap::Args)]
pub struct FunctionArgs {
    /// What the function is: found out from its handlers unless given
    #[arg(long, value_name = "KIND", value_parser = kind_parser())]
    pub kind: Option<Kind>,
    /// Call this handler, whatever the event's type says
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(HANDLERS))]
    pub handler: Option<String>,
    /// A JSON file of settings; they come before those of settings.json
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// One setting; the value may be JSON: true, ["a","b"], {"a":"b"}
    #[arg(short = 's', value_name = "NAME=VALUE", value_parser = settings::parse_assignment)]
    pub setting: Vec<(String, Value)>,
    /// How long a handler may take: 5s (the platform's limit, and the default), 500ms, 2
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = parse_timeout)]
    pub timeout: Option<Duration>,
    /// How much memory the function may use, in megabytes; the default is 128
    #[arg(long, value_name = "MB", allow_hyphen_values = true, value_parser = parse_memory)]
    pub memory: Option<usize>,
    /// A role that the embedded AWS has, perhaps with the external id that it asks for
    #[arg(long, value_name = "ARN[=EXTERNAL_ID]")]
    pub role: Vec<Role>,
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
    /// What is said here comes before what the config files say.
    pub fn apply(&self, host: &mut HostOptions) {
        if let Some(aws) = &self.aws {
            host.aws = aws.clone();
        }
        match (self.deny_net, self.allow_net.is_empty()) {
            (true, _) => host.net = NetPolicy::Deny,
            (false, false) => host.net = NetPolicy::Only(self.allow_net.clone()),
            (false, true) => {}
        }
    }
}

fn kind_parser() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::name))
        .try_map(|name| Kind::from_name(&name).ok_or("not a kind of function"))
}

fn parse_memory(text: &str) -> Result<usize, OptionError> {
    memory_of(text.parse().unwrap_or(0))
}

/// A function with everything that was said about it.
pub struct Setup {
    pub function: Function,
    /// One job, warm, on the real clock, with what the config files let it reach.
    pub options: Options,
    /// The events that lie beside the function.
    pub events: Option<PathBuf>,
    pub config: Config,
    /// Why the function is of its kind, where a file says so.
    pub reason: Option<String>,
}

impl Setup {
    /// Reads the function at `path` and what lies beside it. Secret settings are hidden by `output`
    /// from then on.
    pub fn new(path: &Path, args: &FunctionArgs, output: &Output) -> Result<Setup, CliError> {
        Setup::of(Source::read(path)?, args, output)
    }

    /// The same for a function that has been read.
    pub fn of(source: Source, args: &FunctionArgs, output: &Output) -> Result<Setup, CliError> {
        let mut config = Config::for_function(&source.home)?;
        let declared = source.declared.as_ref();
        let settings = settings_of(args, &source, config.settings.clone())?;
        config.shared_secret.extend(
            declared
                .iter()
                .flat_map(|declared| &declared.settings)
                .filter(|setting| setting.sensitive)
                .map(|setting| setting.name.clone()),
        );
        hide(&config.secret, &config.shared_secret, &settings, output);
        let unlike = settings::unlike_platform(&settings);
        if !unlike.is_empty() {
            output.warning(
                &format!("the platform can't have such settings: {}", unlike.join(", ")),
                Some("settings are texts, booleans, lists of texts or maps of texts; write numbers as texts"),
            );
        }
        let settings = with_unset(settings, declared, output);
        let kind = args.kind.or(declared.map(|declared| declared.kind));
        let reason = declared.filter(|_| args.kind.is_none()).map(reason);
        Ok(Setup {
            options: Options {
                timeout: args.timeout.or(config.timeout).unwrap_or(PLATFORM_TIMEOUT),
                memory: args.memory.or(config.memory).unwrap_or(PLATFORM_MEMORY),
                jobs: 1,
                cold: false,
                handler: args.handler.clone(),
                host: host_options(args, &config, output),
                frozen: None,
                coverage: false,
            },
            events: source.events(),
            function: Function {
                path: source.path,
                source: source.text.into(),
                kind: kind.or(config.kind),
                settings: Value::Object(settings).to_string(),
            },
            config,
            reason,
        })
    }
}

fn reason(declared: &Declaration) -> String {
    let line = declared.line.map_or(String::new(), |line| {
        format!("; its line 1 is line {line} of the file")
    });
    format!("its resource_type says so{line}")
}

/// Adds what the platform gives for the declared settings that nobody has set.
fn with_unset(settings: Settings, declared: Option<&Declaration>, output: &Output) -> Settings {
    let mut all = Settings::new();
    for setting in declared.iter().flat_map(|declared| &declared.settings) {
        all.insert(setting.name.clone(), setting.empty.clone());
        if setting.required && !settings.contains_key(&setting.name) {
            output.warning(
                &format!("the setting `{}` is required, and not set", setting.name),
                Some(&format!(
                    "set it in settings.json, or with -s {}=VALUE",
                    setting.name
                )),
            );
        }
    }
    all.extend(settings);
    all
}

/// The flags' roles come on top of the config file's.
fn host_options(args: &FunctionArgs, config: &Config, output: &Output) -> HostOptions {
    let mut roles = config.roles.clone();
    roles.extend(args.role.iter().cloned());
    HostOptions {
        net: config.net.clone().unwrap_or_default(),
        aws: config.aws.clone().unwrap_or_default(),
        roles,
        folder: PathBuf::from(FOLDER),
        secrets: output.secrets().clone(),
        ..HostOptions::default()
    }
}

/// `-s` comes before `--settings`, that before settings.json, and that before segfn.toml.
fn settings_of(
    args: &FunctionArgs,
    source: &Source,
    config: Settings,
) -> Result<Settings, CliError> {
    let mut settings = config;
    let files = source
        .beside("settings.json")
        .into_iter()
        .chain(args.settings.clone());
    for file in files {
        settings.extend(settings::read(&file)?);
    }
    settings.extend(args.setting.iter().cloned());
    Ok(settings)
}

/// Hides the settings of these names; those in `shared` need not be there.
fn hide(names: &[String], shared: &[String], settings: &Settings, output: &Output) {
    for name in names.iter().chain(shared) {
        let Some(value) = settings.get(name) else {
            if !names.contains(name) {
                continue;
            }
            let near = config::nearest(name, settings.keys().map(String::as_str));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            output.warning(
                &format!(
                    "{} hides the setting `{name}`, which is not set",
                    config::FILE
                ),
                hint.as_deref(),
            );
            continue;
        };
        let texts = settings::texts(value);
        if texts
            .iter()
            .any(|text| !text.is_empty() && text.len() < SHORTEST)
        {
            output.warning(
                &format!("the secret setting `{name}` is too short to be hidden in the output"),
                None,
            );
        }
        for text in texts {
            output.secrets().add(name, &text);
        }
    }
}
