//! A suite, opened: its function, what `segfn.toml` says, and the names of its cases.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use serde_json::Value;
use sha2::Digest;
use sha2::Sha256;

use super::case::CaseError;
use super::case::Others;
use super::case::name_of;
use super::find;
use super::find::FindError;
use super::find::Found;
use super::find::Home;
use super::result::FunctionText;
use crate::function::Function;
use crate::project::config::Config;
use crate::project::config::ConfigError;
use crate::project::settings;
use crate::project::settings::Settings;
use crate::project::source::Source;
use crate::project::source::SourceError;
use crate::secrets::Secrets;

/// The cases of one function.
pub struct Suite {
    /// The folder of its cases; see [`Found::cases`].
    pub cases: PathBuf,
    /// The folder of the function's file.
    pub home: PathBuf,
    /// What stands before a case's name in its id; nothing for the function of the working folder.
    pub id: String,
    pub function: Function,
    pub text: Arc<FunctionText>,
    pub config: Config,
    pub settings: Settings,
    pub(super) others: Others,
}

/// A case that was chosen to run.
#[derive(Clone, Debug)]
pub struct CaseRef {
    /// Its suite's index.
    pub suite: usize,
    /// `FOLDER/NAME`.
    pub id: String,
    pub home: Home,
}

/// Why a suite can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Find(#[from] FindError),
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error("{one} and {other} have the same name, {name}")]
    SameName {
        name: String,
        one: String,
        other: String,
    },
}

impl OpenError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            OpenError::Find(FindError::NoSuite(_)) => {
                Some("cases lie in the folder cases/ beside function.js, or in cases.ndjson".into())
            }
            OpenError::Find(FindError::Read { .. }) => None,
            OpenError::Find(FindError::Source(error)) => error.hint(),
            OpenError::Source(error) => error.hint(),
            OpenError::Config(error) => error.hint(),
            OpenError::Case(error) => error.hint(),
            OpenError::SameName { .. } => Some("rename one of them".into()),
        }
    }
}

impl Suite {
    /// Reads the function and what belongs to it. Its secret settings are hidden by `secrets` from
    /// then on.
    pub fn open(found: &Found, secrets: &Secrets) -> Result<Suite, OpenError> {
        let source = Source::read(&found.function)?;
        let config = Config::for_function(&source.path)?;
        let declared = source.declared.as_ref();
        let mut all = Settings::new();
        for setting in declared.iter().flat_map(|declared| &declared.settings) {
            all.insert(setting.name.clone(), setting.empty.clone());
        }
        all.extend(config.settings.clone());
        if let Some(path) = source.beside("settings.json") {
            all.extend(settings::read(&path)?);
        }
        let sensitive = declared
            .iter()
            .flat_map(|declared| &declared.settings)
            .filter(|setting| setting.sensitive)
            .map(|setting| &setting.name);
        let named = config.secret.iter().chain(&config.shared_secret);
        for name in named.chain(sensitive) {
            let texts = all.get(name).map(settings::texts).unwrap_or_default();
            for text in texts {
                secrets.add(name, &text);
            }
        }
        settings::hide_by_name(&all, secrets);
        let kind = declared.map(|declared| declared.kind);
        let function = Function {
            path: source.path,
            source: source.text.into(),
            kind: kind.or(config.kind),
            settings: Value::Object(all.clone()).to_string(),
        };
        Ok(Suite {
            id: id_of(&found.cases),
            cases: found.cases.clone(),
            home: match source.home.as_os_str().is_empty() {
                true => PathBuf::from("."),
                false => source.home,
            },
            text: Arc::new(FunctionText {
                path: function.path.clone(),
                source: function.source.clone(),
            }),
            function,
            config,
            settings: all,
            others: BTreeMap::new(),
        })
    }

    /// The suite's cases, in order, of which two may not have the same name.
    fn list(&mut self) -> Result<Vec<(String, Home)>, OpenError> {
        let mut cases = Vec::new();
        for home in find::cases(&self.cases)? {
            let name = name_of(&home)?;
            if let Some(other) = self.others.insert(name.clone(), home.clone()) {
                return Err(OpenError::SameName {
                    name,
                    one: other.shown(),
                    other: home.shown(),
                });
            }
            cases.push((name, home));
        }
        Ok(cases)
    }

    /// The names of its cases, once they were listed.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.others.keys().cloned()
    }

    fn case_id(&self, name: &str) -> String {
        match self.id.as_str() {
            "" => name.to_owned(),
            id => format!("{id}/{name}"),
        }
    }
}

/// The path of the cases without what all of them have.
fn id_of(cases: &Path) -> String {
    let parts: Vec<_> = cases
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .filter(|part| part != "." && part != find::CASES)
        .map(|part| {
            part.strip_suffix(".cases")
                .map_or(part.clone(), str::to_owned)
        })
        .collect();
    parts.join("/").replacen("//", "/", 1)
}

/// What to run.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Functions, folders of functions, cases; the working folder when there are none.
    pub paths: Vec<PathBuf>,
    /// Parts of the ids of cases: one of them must be in it. A whole id chooses that case only.
    pub filters: Vec<String>,
    pub shard: Option<Shard>,
}

/// One of several parts of all cases, which run on machines of their own: `2/4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    pub part: u32,
    pub of: u32,
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Shard, &'static str> {
        let (part, of) = text
            .split_once('/')
            .and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)))
            .ok_or("expected such as 1/4: the first of four parts")?;
        match part {
            1.. if part <= of => Ok(Shard { part, of }),
            _ => Err("the part counts from 1 and is at most the number of parts"),
        }
    }
}

impl Shard {
    /// Whether the case belongs to this part: by a hash of its id, so that a new case moves no
    /// other.
    pub fn has(&self, id: &str) -> bool {
        let hash = Sha256::digest(id.as_bytes());
        let number = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
        number % self.of == self.part - 1
    }
}

/// What is wanted of the suite with the same index.
struct Wanted {
    /// The function's absolute path.
    key: PathBuf,
    list: Vec<(String, Home)>,
    /// Only the cases of these names.
    only: Option<BTreeSet<String>>,
}

impl Selection {
    /// Opens the suites and chooses the cases. Suites without a chosen case are there, too.
    pub fn open(&self, secrets: &Secrets) -> Result<(Vec<Suite>, Vec<CaseRef>), OpenError> {
        let here = [PathBuf::from(".")];
        let paths = match self.paths.is_empty() {
            true => &here[..],
            false => &self.paths,
        };
        let mut suites: Vec<Suite> = Vec::new();
        let mut cases: Vec<CaseRef> = Vec::new();
        // A function that was named twice is run once.
        let mut wanted: Vec<Wanted> = Vec::new();
        for path in paths {
            for found in find::find(path)? {
                let key = std::path::absolute(&found.function).unwrap_or(found.function.clone());
                let index = match wanted.iter().position(|wanted| wanted.key == key) {
                    Some(index) => index,
                    None => {
                        let mut suite = Suite::open(&found, secrets)?;
                        wanted.push(Wanted {
                            key,
                            list: suite.list()?,
                            only: Some(BTreeSet::new()),
                        });
                        suites.push(suite);
                        suites.len() - 1
                    }
                };
                let only = &mut wanted[index].only;
                match (found.only, only.as_mut()) {
                    (Some(name), Some(names)) => {
                        names.insert(name);
                    }
                    _ => *only = None,
                }
            }
        }
        for (suite, Wanted { list, only, .. }) in wanted.into_iter().enumerate() {
            for (name, home) in list {
                if only.as_ref().is_none_or(|only| only.contains(&name)) {
                    let id = suites[suite].case_id(&name);
                    cases.push(CaseRef { suite, id, home });
                }
            }
        }
        if !self.filters.is_empty() {
            let exact = |case: &CaseRef| self.filters.contains(&case.id);
            let part = |case: &CaseRef| self.filters.iter().any(|part| case.id.contains(part));
            match cases.iter().any(exact) {
                true => cases.retain(exact),
                false => cases.retain(part),
            }
        }
        if let Some(shard) = self.shard {
            cases.retain(|case| shard.has(&case.id));
        }
        Ok((suites, cases))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_is_in_exactly_one_shard() {
        let ids: Vec<String> = (0..1000).map(|i| format!("functions/a/case-{i}")).collect();
        let mut counts = [0; 4];
        for id in &ids {
            let parts = (1..=4).filter(|part| Shard { part: *part, of: 4 }.has(id));
            let parts: Vec<u32> = parts.collect();
            assert_eq!(parts.len(), 1, "{id}");
            counts[parts[0] as usize - 1] += 1;
        }
        assert!(
            counts.iter().all(|count| (200..300).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn a_shard_is_written_as_a_fraction() {
        assert_eq!("2/4".parse(), Ok(Shard { part: 2, of: 4 }));
        for bad in ["0/4", "5/4", "4", "a/b", "1/0"] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
    }
}
