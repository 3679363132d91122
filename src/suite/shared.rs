//! What the cases of a suite have in common.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::bases::Bases;
use crate::cassette::{Cassette, CassetteError, IndexedCassette, Redactor, Rules, RulesError};
use crate::secrets::Secrets;

/// How many lists of masks are remembered, and how many cassettes for each of them. What is shared by
/// many cases stays; what each case has for itself must not fill the memory.
const MOST: usize = 32;

/// What the cases of a suite have in common. Each part is made when the first case needs it, since it
/// can take longer than to run a case: a shared cassette is as large as all of its users' traffic.
///
/// Where cases run in processes, it lives in the process that they are forked from.
#[derive(Default)]
pub struct Shared {
    pub bases: Bases,
    by_masks: Mutex<BTreeMap<Vec<String>, Arc<Traffic>>>,
}

/// How requests are compared under one list of masks, and the cassettes as they are indexed for that.
pub struct Traffic {
    pub rules: Arc<Rules>,
    pub redactor: Redactor,
    cassettes: Mutex<BTreeMap<PathBuf, Arc<IndexedCassette>>>,
}

impl Shared {
    /// What belongs to the project's `rules` with the further `masks` of a case.
    ///
    /// # Errors
    /// One of the masks can't be used.
    pub fn traffic(
        &self,
        rules: &Arc<Rules>,
        masks: &[String],
        secrets: &Arc<Secrets>,
    ) -> Result<Arc<Traffic>, RulesError> {
        let mut by_masks = self.by_masks.lock();
        if let Some(known) = by_masks.get(masks) {
            return Ok(known.clone());
        }
        let rules = match masks {
            [] => rules.clone(),
            masks => Arc::new(rules.with_masks(masks)?),
        };
        let traffic = Arc::new(Traffic {
            redactor: Redactor::new(rules.clone(), secrets.clone()),
            rules,
            cassettes: Mutex::default(),
        });
        remember(&mut by_masks, masks.to_vec(), &traffic);
        Ok(traffic)
    }
}

impl Traffic {
    /// The cassette at `path`, which several cases may use.
    ///
    /// # Errors
    /// It can't be read.
    pub fn shared_cassette(&self, path: &Path) -> Result<Arc<IndexedCassette>, CassetteError> {
        let mut cassettes = self.cassettes.lock();
        if let Some(known) = cassettes.get(path) {
            return Ok(known.clone());
        }
        let cassette = self.own_cassette(path)?;
        remember(&mut cassettes, path.to_owned(), &cassette);
        Ok(cassette)
    }

    /// The cassette at `path`, which only one case uses.
    ///
    /// # Errors
    /// It can't be read.
    pub fn own_cassette(&self, path: &Path) -> Result<Arc<IndexedCassette>, CassetteError> {
        let (name, cassette) = (path.display().to_string(), Cassette::read(path)?);
        Ok(Arc::new(IndexedCassette::new(
            &name,
            cassette,
            &self.redactor,
        )))
    }
}

fn remember<K: Ord, V>(known: &mut BTreeMap<K, Arc<V>>, key: K, value: &Arc<V>) {
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(key, value.clone());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_cassette_is_read_and_indexed_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("traffic.har");
        std::fs::write(&path, Cassette::default().to_bytes()).expect("a file");
        let (shared, rules, secrets) = (Shared::default(), Arc::default(), Arc::default());
        let traffic = |masks: &[&str]| {
            let masks: Vec<String> = masks.iter().map(|mask| (*mask).to_owned()).collect();
            shared.traffic(&rules, &masks, &secrets).expect("masks")
        };
        let cassette = |masks: &[&str]| traffic(masks).shared_cassette(&path);
        let first = cassette(&[]).expect("a cassette");
        let masked = cassette(&["body.at"]).expect("a cassette");
        assert!(!Arc::ptr_eq(&first, &masked));
        std::fs::remove_file(&path).expect("a file");
        assert!(Arc::ptr_eq(&first, &cassette(&[]).expect("a cassette")));
        assert!(Arc::ptr_eq(
            &masked,
            &cassette(&["body.at"]).expect("a cassette")
        ));
        assert!(cassette(&["body.other"]).is_err());
    }

    #[test]
    fn what_is_remembered_does_not_grow_for_ever() {
        let (shared, rules, secrets) = (Shared::default(), Arc::default(), Arc::default());
        for number in 0..100 {
            let masks = [format!("body.f{number}")];
            shared.traffic(&rules, &masks, &secrets).expect("a mask");
        }
        assert!(shared.by_masks.lock().len() <= MOST);
    }
}
