//! From flags and files to what the engine takes.

use std::path::PathBuf;
use std::time::Duration;

use segfn::engine::Options;
use segfn::function::Function;
use segfn::function::config;
use segfn::function::config::Config;
use segfn::function::settings;
use segfn::function::settings::Settings;
use segfn::function::source::Source;
use segfn::host::Reach;
use segfn::options::NetPolicy;
use segfn::options::Role;
use segfn::secrets::SHORTEST;
use serde_json::Value;

use super::CliError;
use super::output::Output;
use super::run::Args;

/// The platform's limit (spec section 9).
const TIMEOUT: Duration = Duration::from_secs(5);

/// The memory of the platform's Lambda, in bytes.
const MEMORY: usize = 128 * 1024 * 1024;

/// Where the embedded AWS keeps its objects.
pub const FOLDER: &str = ".segfn";

/// A function with everything that was said about it.
pub struct Setup {
    pub function: Function,
    pub options: Options,
    /// The files of inputs; none for the built-in samples.
    pub events: Vec<PathBuf>,
}

impl Setup {
    /// Reads the function and what lies beside it. Secret settings are hidden by `output` from
    /// then on.
    pub fn new(args: &Args, output: &Output) -> Result<Setup, CliError> {
        let source = Source::read(&args.function)?;
        let config = match source.beside(config::FILE) {
            Some(path) => Config::read(&path)?,
            None => Config::default(),
        };
        let settings = settings_of(args, &source, config.settings)?;
        hide(&config.secret, &settings, output);
        let unlike = settings::unlike_platform(&settings);
        if !unlike.is_empty() {
            output.warning(
                &format!("the platform can't have such settings: {}", unlike.join(", ")),
                Some("settings are texts, booleans, lists of texts or maps of texts; write numbers as texts"),
            );
        }
        let events = match source.events() {
            Some(events) if args.events.is_empty() => vec![events],
            _ => args.events.clone(),
        };
        Ok(Setup {
            function: Function {
                path: source.path,
                source: source.text,
                kind: args.kind.or(config.kind),
                settings: Value::Object(settings).to_string(),
            },
            options: Options {
                timeout: args.timeout.or(config.timeout).unwrap_or(TIMEOUT),
                memory: args.memory.or(config.memory).unwrap_or(MEMORY),
                jobs: usize::from(args.jobs),
                cold: args.cold,
                handler: args.handler.clone(),
                reach: reach(args, config.roles, output),
                frozen: None,
                coverage: false,
            },
            events,
        })
    }
}

/// The flags' roles come on top of the config file's.
fn reach(args: &Args, mut roles: Vec<Role>, output: &Output) -> Reach {
    roles.extend(args.role.iter().cloned());
    let net = match (args.deny_net, args.allow_net.is_empty()) {
        (true, _) => NetPolicy::Deny,
        (false, false) => NetPolicy::Only(args.allow_net.clone()),
        (false, true) => NetPolicy::Open,
    };
    Reach {
        net,
        aws: args.aws.clone(),
        roles,
        folder: PathBuf::from(FOLDER),
        secrets: output.secrets().clone(),
    }
}

/// `-s` comes before `--settings`, that before settings.json, and that before segfn.toml.
fn settings_of(args: &Args, source: &Source, config: Settings) -> Result<Settings, CliError> {
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

fn hide(names: &[String], settings: &Settings, output: &Output) {
    for name in names {
        let Some(value) = settings.get(name) else {
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
