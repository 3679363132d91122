//! Two versions of a function over the same inputs: what they do differently, grouped by what
//! differs.
//!
//! Three runs go in step, each on a thread of its own and in a warm instance: the base, the base
//! again, and the candidate. Clock and randomness are frozen, the clock at each event's own time. What
//! came of an input is compared as bytes, and looked at only where these differ. What the two runs
//! of the base don't agree in is noise.

mod align;
mod feed;
mod groups;
mod side;
mod stored;
mod what;

use std::io;
use std::ops::ControlFlow;

use serde_json::Value;

use crate::cassette::Rules;
use crate::engine::EngineError;
use crate::engine::Loaded;
use crate::engine::Lost;
use crate::engine::Options;
use crate::function::Function;
use crate::function::Input;
use crate::outcome::Outcome;
use crate::secrets::Secrets;
use crate::suite::Expected;

pub use self::groups::Example;
pub use self::groups::Group;
pub use self::side::Bad;
pub use self::what::ItemOf;
pub use self::what::Stored;
pub use self::what::What;

use self::feed::feed;
use self::groups::Groups;
use self::side::Seen;
use self::side::Side;
use self::what::Found;
use self::what::differences;

/// A version and how to run it.
#[derive(Clone, Debug)]
pub struct Version {
    pub function: Function,
    pub options: Options,
}

/// What to compare.
pub struct Comparison<'a> {
    pub base: Version,
    /// How the base is run the second time: with an embedded AWS and a tape of its own.
    pub again: Options,
    pub candidate: Version,
    /// The fields that aren't compared, where there are any.
    pub masks: Option<&'a Rules>,
    /// Whether logs are.
    pub logs: bool,
    /// Taken out of examples.
    pub secrets: &'a Secrets,
}

/// What two versions do differently.
#[derive(Clone, Debug, Default)]
pub struct Differences {
    /// Inputs that were run.
    pub inputs: u64,
    /// Inputs for which anything differs.
    pub different: u64,
    pub groups: Vec<Group>,
    /// Objects that differ in the embedded S3 after the runs; their examples' inputs are the objects'
    /// names.
    pub objects: Vec<Group>,
    /// What differs between two runs of the base.
    pub noise: Vec<Group>,
    /// Differences in further groups, of which there were too many to keep.
    pub dropped: u64,
    pub unreadable: u64,
}

impl Differences {
    /// Whether the versions do the same.
    pub fn is_empty(&self) -> bool {
        self.different == 0 && self.objects.is_empty()
    }
}

/// What is told while it runs, on the caller's thread.
pub enum Event<'a> {
    /// Both versions are loaded.
    Loaded {
        base: &'a Loaded,
        candidate: &'a Loaded,
    },
    Unreadable(&'a Bad),
    /// An input was compared.
    Compared,
}

/// Why there is no comparison.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    #[error("the base: {0}")]
    Base(EngineError),
    #[error("the candidate: {0}")]
    Candidate(EngineError),
    #[error("the runs of the two versions didn't stay in step")]
    OutOfStep,
    #[error("can't read what the runs stored: {0}")]
    Stored(io::Error),
}

impl Comparison<'_> {
    /// Runs both versions over `inputs`. `tell` may end it.
    pub fn run(
        self,
        inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
        mut tell: impl FnMut(Event) -> ControlFlow<()>,
    ) -> Result<Differences, DiffError> {
        let mut feeds = feed(inputs, 3).map_err(DiffError::Base)?.into_iter();
        let mut start = |function: &Function, options: &Options| match feeds.next() {
            Some(feed) => Side::start(function.clone(), options.clone(), feed, self.logs),
            None => Err(EngineError::Lost(Lost::Unanswered)),
        };
        let mut base = start(&self.base.function, &self.base.options).map_err(DiffError::Base)?;
        let mut again = start(&self.base.function, &self.again).map_err(DiffError::Base)?;
        let mut candidate = start(&self.candidate.function, &self.candidate.options)
            .map_err(DiffError::Candidate)?;
        let loaded_base = base.loaded().map_err(DiffError::Base)?;
        again.loaded().map_err(DiffError::Base)?;
        let loaded_candidate = candidate.loaded().map_err(DiffError::Candidate)?;
        let mut ended = false;
        if let (Some(base), Some(candidate)) = (&loaded_base, &loaded_candidate) {
            ended = tell(Event::Loaded { base, candidate }).is_break();
        }
        let mut found = Differences::default();
        let (mut groups, mut noise) = (Groups::default(), Groups::default());
        while !ended {
            let seen = (
                base.next().map_err(DiffError::Base)?,
                again.next().map_err(DiffError::Base)?,
                candidate.next().map_err(DiffError::Candidate)?,
            );
            let (one, two, other) = match seen {
                (None, None, None) => break,
                (Some(Seen::BadInput(bad)), Some(_), Some(_)) => {
                    found.unreadable += 1;
                    ended = tell(Event::Unreadable(&bad)).is_break();
                    continue;
                }
                (
                    Some(Seen::Outcome(one)),
                    Some(Seen::Outcome(two)),
                    Some(Seen::Outcome(other)),
                ) => (one, two, other),
                // What one version can't take, the other can: they are of different kinds.
                (Some(Seen::Outcome(_)), Some(_), Some(Seen::BadInput(bad))) => {
                    found.unreadable += 1;
                    ended = tell(Event::Unreadable(&bad)).is_break();
                    continue;
                }
                _ => return Err(DiffError::OutOfStep),
            };
            found.inputs += 1;
            if one != two {
                let (input, found) = self.compare(&one, &two);
                noise.add(&input, found, |value| self.secrets.redact_value(value));
            }
            if one != other {
                let (input, found) = self.compare(&one, &other);
                groups.add(&input, found, |value| self.secrets.redact_value(value));
            }
            ended = tell(Event::Compared).is_break();
        }
        found.dropped = groups.dropped();
        (found.groups, found.different) = groups.without(&noise);
        found.noise = noise.without(&Groups::default()).0;
        found.objects = self.objects().map_err(DiffError::Stored)?;
        Ok(found)
    }

    fn objects(&self) -> io::Result<Vec<Group>> {
        let folder = |options: &Options| options.host.folder.clone();
        let base = folder(&self.base.options);
        let (mut groups, mut noise) = (Groups::default(), Groups::default());
        stored::compare(&base, &folder(&self.again), self.secrets, &mut noise)?;
        let candidate = folder(&self.candidate.options);
        stored::compare(&base, &candidate, self.secrets, &mut groups)?;
        Ok(groups.without(&noise).0)
    }

    /// The input's name, and what differs.
    fn compare(&self, base: &[u8], candidate: &[u8]) -> (String, Vec<Found>) {
        let document = |bytes: &[u8]| -> Option<(String, Value)> {
            let mut outcome: Outcome = serde_json::from_slice(bytes).ok()?;
            let input = std::mem::take(&mut outcome.input);
            let mut document = Expected::new(&[outcome], &[], &[], self.logs);
            if let Some(masks) = self.masks {
                document.mask(masks);
            }
            Some((input, document.into_document()))
        };
        match (document(base), document(candidate)) {
            (Some((input, base)), Some((_, candidate))) => (input, differences(base, candidate)),
            // Deeper than serde_json goes.
            _ => (String::new(), vec![Found::whole()]),
        }
    }
}
