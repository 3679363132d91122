//! A function, opened: its source, and all that its files and the command line say about it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cassette::{Redactor, Rules};
use crate::engine::Options;
use crate::function::{Function, Settings};
use crate::host::HostOptions;
use crate::net::NetMode;
use crate::options::{AWS_FOLDER, PLATFORM_MEMORY, PLATFORM_TIMEOUT};
use crate::project::case_paths::CasePaths;
use crate::project::config::Config;
use crate::project::error::ProjectError;
use crate::project::given::Given;
use crate::project::hide::{hide, hide_environments};
use crate::project::overrides::Overrides;
use crate::project::settings;
use crate::project::source::{Declaration, Source};
use crate::project::warning::Warning;
use crate::secrets::Secrets;

/// A function as it lies on the disk, opened. Every command begins with one.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its source, kind and settings, as the engine takes them.
    pub function: Function,
    /// Why the function is of its kind, where a file says so.
    pub kind_reason: Option<String>,
    /// The handler to call, whatever the event's type says.
    pub handler: Option<String>,
    /// The environment that was asked for.
    pub environment: Option<String>,
    /// The settings that this environment sets, with the values that they have.
    pub environment_settings: Settings,
    /// What the files say, with the environment and the overrides on top.
    pub config: Config,
    /// The configuration's rules: which fields aren't compared, and what is redacted.
    pub rules: Arc<Rules>,
    /// What looks wrong, in the order in which it is to be told.
    pub warnings: Vec<Warning>,
    /// The folder of the file that was named, where its other files are: `.` for the working folder.
    pub home: PathBuf,
    /// The events that lie beside the function.
    pub events: Option<PathBuf>,
    /// Where its cases are.
    pub cases: CasePaths,
    /// The files of its code, settings and configuration, also those of settings and configuration that would
    /// be read if they were there.
    pub files: Vec<PathBuf>,
    secrets: Arc<Secrets>,
}

impl Project {
    /// Opens the function that `path` names (see [`Source::read`]). Its secret settings are hidden by
    /// `secrets` from then on.
    ///
    /// # Errors
    /// The function can't be read, or a file about it can't be used.
    pub fn open(
        path: &Path,
        overrides: &Overrides,
        secrets: &Arc<Secrets>,
    ) -> Result<Project, ProjectError> {
        Project::from_source(Source::read(path)?, overrides, secrets)
    }

    /// The same for a function that has been read.
    pub fn from_source(
        source: Source,
        overrides: &Overrides,
        secrets: &Arc<Secrets>,
    ) -> Result<Project, ProjectError> {
        let declared = source.declared.as_ref();
        let config = Config::for_folder(&source.home)?;
        hide_environments(&config, declared, overrides.hide_by_name, secrets);
        let environment = match &overrides.environment {
            Some(name) => Some(config.environment(name)?.clone()),
            None => None,
        };
        let mut given = given_settings(&source, &config, environment.as_ref(), overrides)?;
        let of_environment = environment.as_ref().map(|config| config.settings.clone());
        let config = match environment {
            Some(environment) => config.in_environment(environment),
            None => config,
        };
        let from_elsewhere = given.complete(&config)?;
        let given = given.settings;
        let config = with_overrides(config, overrides);
        let rules = Rules::new(&config.test.mask, &config.redact)?;
        let mut warnings = hide(
            &config,
            declared,
            &given,
            &from_elsewhere,
            overrides.hide_by_name,
            secrets,
        );
        let unlike = settings::unlike_platform(&given);
        if !unlike.is_empty() {
            warnings.push(Warning::UnlikePlatform {
                names: unlike.into_iter().map(str::to_owned).collect(),
            });
        }
        warnings.extend(missing(declared, &given));
        let kind = overrides
            .kind
            .or(declared.map(|declared| declared.kind))
            .or(config.kind);
        let declares = declared.filter(|_| overrides.kind.is_none());
        Ok(Project {
            kind_reason: declares.map(kind_reason),
            environment: overrides.environment.clone(),
            environment_settings: of_environment
                .into_iter()
                .flatten()
                .filter_map(|(name, _)| Some((name.clone(), given.get(&name)?.clone())))
                .collect(),
            handler: overrides.handler.clone(),
            rules: Arc::new(rules),
            warnings,
            events: source.events(),
            files: files_of(&source, &config),
            cases: source.cases.clone(),
            function: Function {
                settings: Arc::new(with_unset(declared, given)),
                path: source.path,
                source: source.text,
                kind,
            },
            home: match source.home.as_os_str().is_empty() {
                true => PathBuf::from("."),
                false => source.home,
            },
            config,
            secrets: secrets.clone(),
        })
    }

    /// The folder of the function's configuration, where that is not the folder of its file.
    pub fn home_elsewhere(&self) -> Option<&Path> {
        let folder = self.function.path.parent().unwrap_or(Path::new(""));
        let same =
            folder == self.home || folder.as_os_str().is_empty() && self.home == Path::new(".");
        (!same).then_some(&self.home)
    }

    /// What is hidden, and what takes it out.
    pub fn secrets(&self) -> &Arc<Secrets> {
        &self.secrets
    }

    /// Redacts by the rules and by all secrets that are known.
    pub fn redactor(&self) -> Redactor {
        Redactor::new(self.rules.clone(), self.secrets.clone())
    }

    /// What the function may reach, and what stands between it and the network.
    pub fn host_options(&self, net_mode: NetMode) -> HostOptions {
        HostOptions {
            net: self.config.net.clone().unwrap_or_default(),
            aws: self.config.aws.clone().unwrap_or_default(),
            roles: self.config.roles.clone(),
            keys: self.config.keys.clone(),
            takes_keys: !self.config.strict.unwrap_or_default(),
            folder: PathBuf::from(AWS_FOLDER),
            secrets: self.secrets.clone(),
            net_mode,
            replies: Default::default(),
            faults: Default::default(),
            keep_requests: false,
            keep_responses: false,
            rules: self.rules.clone(),
            region: self.config.region(),
        }
    }

    /// How the function is run: one job, warm, on the real clock.
    pub fn options(&self, net_mode: NetMode) -> Options {
        Options {
            timeout: self.config.timeout.unwrap_or(PLATFORM_TIMEOUT),
            memory: self.config.memory.unwrap_or(PLATFORM_MEMORY),
            jobs: 1,
            cold: false,
            fresh: false,
            handler: self.handler.clone(),
            host: self.host_options(net_mode),
            frozen: None,
            coverage: false,
            measure: false,
        }
    }
}

/// The overrides' roles come on top of the files'.
fn with_overrides(config: Config, overrides: &Overrides) -> Config {
    let mut roles = config.roles;
    roles.extend(overrides.roles.iter().cloned());
    Config {
        timeout: overrides.timeout.or(config.timeout),
        memory: overrides.memory.or(config.memory),
        aws: overrides.aws.clone().or(config.aws),
        net: overrides.net.clone().or(config.net),
        roles,
        ..config
    }
}

/// The settings that someone has set. Those of `-s` come before those of `--settings`, those before what
/// segfn.toml says of the environment, those before the function's own file and settings.json, and these before
/// what segfn.toml says of all environments.
fn given_settings(
    source: &Source,
    config: &Config,
    environment: Option<&Config>,
    overrides: &Overrides,
) -> Result<Given, ProjectError> {
    let mut given = Given::default();
    given.add_config(config);
    for file in source.settings().filter(|file| file.exists()) {
        given.add(settings::read(&file)?);
    }
    if let Some(environment) = environment {
        given.add_config(environment);
    }
    if let Some(file) = &overrides.settings_file {
        given.add(settings::read(file)?);
    }
    given.add(overrides.settings.clone());
    Ok(given)
}

/// That settings which the function requires have not been set, if any.
fn missing(declared: Option<&Declaration>, given: &Settings) -> Option<Warning> {
    let settings = declared.into_iter().flat_map(|declared| &declared.settings);
    let names: Vec<String> = settings
        .filter(|setting| setting.required && !given.contains_key(&setting.name))
        .map(|setting| setting.name.clone())
        .collect();
    (!names.is_empty()).then_some(Warning::RequiredNotSet { names })
}

/// Adds what the platform gives for declared settings that nobody has set.
fn with_unset(declared: Option<&Declaration>, given: Settings) -> Settings {
    let settings = declared.into_iter().flat_map(|declared| &declared.settings);
    let mut all: Settings = settings
        .map(|setting| (setting.name.clone(), setting.empty.clone()))
        .collect();
    all.extend(given);
    all
}

fn files_of(source: &Source, config: &Config) -> Vec<PathBuf> {
    let code = source.files.iter().cloned();
    let all = code.chain(source.settings()).chain(config.files.clone());
    let environments = config.environments.values().chain([config]);
    all.chain(environments.filter_map(|one| one.dotenv.clone()))
        .collect()
}

fn kind_reason(declared: &Declaration) -> String {
    let line = declared.line.map_or(String::new(), |line| {
        format!("; its line 1 is line {line} of the file")
    });
    format!("its resource_type says so{line}")
}
