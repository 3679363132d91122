//! What the runs left in their embedded S3.

use std::cmp::Ordering;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use super::difference::{MOST, OutcomeDifference};
use super::difference_kind::{DifferenceKind, StoredChange};
use super::example::Example;
use super::groups::Groups;
use super::ids::is_id;
use crate::aws_local::{ListedObject, LocalAws};
use crate::function::InputPlace;
use crate::json::{Json, differences};
use crate::secrets::Secrets;

/// Adds the objects by which two folders of the embedded AWS differ: in their bytes, or in what was
/// said of them when they were stored. Only some objects are in memory at a time.
///
/// # Errors
/// What the disk says.
pub fn compare(
    base: &Path,
    candidate: &Path,
    secrets: &Secrets,
    groups: &mut Groups,
) -> io::Result<()> {
    let mut comparison = StoreComparison {
        base: open(base)?,
        candidate: open(candidate)?,
        secrets,
        groups,
    };
    comparison.run()
}

fn open(folder: &Path) -> io::Result<LocalAws> {
    LocalAws::open(folder, Vec::new(), Arc::new(SystemTime::now)).map_err(io::Error::other)
}

struct StoreComparison<'a> {
    base: LocalAws,
    candidate: LocalAws,
    secrets: &'a Secrets,
    groups: &'a mut Groups,
}

impl StoreComparison<'_> {
    /// Goes through both in step: they are in the same order.
    fn run(&mut self) -> io::Result<()> {
        let mut ours = self.base.objects()?;
        let mut theirs = self.candidate.objects()?;
        let (mut one, mut other) = (ours.next().transpose()?, theirs.next().transpose()?);
        loop {
            let order = match (&one, &other) {
                (Some(one), Some(other)) => {
                    (&one.bucket, &one.key).cmp(&(&other.bucket, &other.key))
                }
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return Ok(()),
            };
            let base = one.take_if(|_| order.is_le());
            let candidate = other.take_if(|_| order.is_ge());
            self.add(base.as_ref(), candidate.as_ref())?;
            if base.is_some() {
                one = ours.next().transpose()?;
            }
            if candidate.is_some() {
                other = theirs.next().transpose()?;
            }
        }
    }

    /// Adds what differs of one object.
    fn add(
        &mut self,
        base: Option<&ListedObject>,
        candidate: Option<&ListedObject>,
    ) -> io::Result<()> {
        let mut found = Vec::new();
        let object = match (base, candidate) {
            (Some(base), Some(candidate)) => {
                if !self.same_bytes(base, candidate)? {
                    found.push(self.content(base, StoredChange::Content)?);
                }
                let (one, other) = (&base.attributes, &candidate.attributes);
                for difference in differences(&Json::of(one), &Json::of(other), MOST) {
                    let (one, other) = difference.change.into_sides();
                    found.push(OutcomeDifference {
                        kind: self.kind(base, StoredChange::Attribute(difference.path)),
                        base: one,
                        candidate: other,
                    });
                }
                base
            }
            (Some(base), None) => {
                found.push(self.content(base, StoredChange::Missing)?);
                base
            }
            (None, Some(candidate)) => {
                found.push(self.content(candidate, StoredChange::Added)?);
                candidate
            }
            (None, None) => return Ok(()),
        };
        if !found.is_empty() {
            for OutcomeDifference {
                base, candidate, ..
            } in &mut found
            {
                let values = base.iter_mut().chain(candidate);
                values.for_each(|value| self.secrets.redact_value(value));
            }
            let name = format!("s3://{}/{}", object.bucket, object.key);
            self.groups.add(found, |base, candidate| {
                Example {
                    place: InputPlace::default(),
                    input: name.clone(),
                    base,
                    candidate,
                    event: None,
                }
                .shortened()
            });
        }
        Ok(())
    }

    /// The ETag tells it, unless one was uploaded in parts and the other as a whole.
    fn same_bytes(&self, base: &ListedObject, candidate: &ListedObject) -> io::Result<bool> {
        if base.size != candidate.size {
            return Ok(false);
        }
        if base.etag == candidate.etag {
            return Ok(true);
        }
        let read = |aws: &LocalAws| {
            let object = aws.read(&base.bucket, &base.key)?;
            io::Result::Ok(io::BufReader::new(object).bytes())
        };
        let (mut one, mut other) = (read(&self.base)?, read(&self.candidate)?);
        loop {
            match (one.next().transpose()?, other.next().transpose()?) {
                (None, None) => return Ok(true),
                (one, other) if one == other => {}
                _ => return Ok(false),
            }
        }
    }

    /// Objects are named without secrets, and with `*` for what is an id.
    fn kind(&self, object: &ListedObject, change: StoredChange) -> DifferenceKind {
        let key = self.secrets.redact_text(&object.key);
        let segments = key.split('/');
        let key: Vec<&str> = segments.map(|s| if is_id(s) { "*" } else { s }).collect();
        DifferenceKind::Stored {
            name: format!("s3://{}/{}", object.bucket, key.join("/")),
            change,
        }
    }

    /// An object whose content differs, or that one side lacks.
    fn content(
        &self,
        object: &ListedObject,
        change: StoredChange,
    ) -> io::Result<OutcomeDifference> {
        let (in_base, in_candidate) = match change {
            StoredChange::Missing => (true, false),
            StoredChange::Added => (false, true),
            StoredChange::Content | StoredChange::Attribute(_) => (true, true),
        };
        let kind = self.kind(object, change);
        // Only the first object of a group is shown.
        let first = !self.groups.contains(&kind);
        let shown = |aws: &LocalAws, is_there: bool| {
            (first && is_there)
                .then(|| content(aws, object))
                .transpose()
        };
        Ok(OutcomeDifference {
            kind,
            base: shown(&self.base, in_base)?,
            candidate: shown(&self.candidate, in_candidate)?,
        })
    }
}

/// The content of an object as an example: its text where that is small.
fn content(aws: &LocalAws, object: &ListedObject) -> io::Result<Json> {
    let stored = aws.describe(&object.bucket, &object.key)?;
    Ok(match stored.body {
        Some(text) => Json::parse(&text).unwrap_or_else(|_| text.into()),
        None => Json::object([("size", stored.size.into())]),
    })
}
