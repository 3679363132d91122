//! Which file uses which.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::files::{Import, NamePath, SourceFile};

/// For each file, by its number, the files that it uses and the names by which it does.
pub type Uses = Vec<BTreeMap<usize, BTreeSet<String>>>;

pub struct Graph<'f> {
    files: &'f [SourceFile],
    /// The file of each module of the library and of the program.
    modules: HashMap<&'f [String], usize>,
}

/// What a path leads to.
#[derive(Clone, Copy, PartialEq)]
enum Found {
    File(usize),
    /// Something of another crate.
    Elsewhere,
}

impl<'f> Graph<'f> {
    pub fn new(files: &'f [SourceFile]) -> Graph<'f> {
        let of_library = files.iter().enumerate();
        let modules = of_library
            .filter(|(_, file)| file.name != "main.rs")
            .map(|(number, file)| (file.module.as_slice(), number))
            .collect();
        Graph { files, modules }
    }

    pub fn uses(&self) -> Uses {
        (0..self.files.len())
            .map(|file| self.used_by(file))
            .collect()
    }

    fn used_by(&self, number: usize) -> BTreeMap<usize, BTreeSet<String>> {
        let file = &self.files[number];
        let mut used: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        let mut add = |path: &[String]| {
            if let Some(Found::File(other)) = self.resolve(path, &mut HashSet::new())
                && other != number
            {
                let names = used.entry(other).or_default();
                names.extend(path.last().cloned());
            }
        };
        let mut modules = HashMap::new();
        for import in &file.imports {
            let Some(path) = self.absolute(file, &import.path, import.depth) else {
                continue;
            };
            if self.modules.contains_key(path.as_slice()) {
                modules.insert(import.alias.as_str(), path);
            } else if import.alias == "*" {
                add(&path[..path.len() - 1]);
            } else if !import.public || file.words.contains(&import.alias) {
                // To hand a name on is not to use it.
                add(&path);
            }
        }
        for (path, depth) in &file.paths {
            let whole = match modules.get(path[0].as_str()) {
                Some(module) => Some([module, &path[1..]].concat()),
                None => self.absolute(file, path, *depth),
            };
            if let Some(whole) = whole {
                add(&whole);
            }
        }
        used
    }

    /// The path from the root of the crate; `None` for one of another crate.
    fn absolute(&self, file: &SourceFile, path: &[String], depth: usize) -> Option<NamePath> {
        let mut module = file.module.clone();
        let mut rest = path;
        match path[0].as_str() {
            "crate" | "segfn" => return Some(path[1..].to_vec()),
            "self" => rest = &rest[1..],
            "super" => {
                let mut inside = depth;
                while rest.first().is_some_and(|piece| piece == "super") {
                    match inside {
                        0 => drop(module.pop()),
                        _ => inside -= 1,
                    }
                    rest = &rest[1..];
                }
            }
            first => {
                let child = [&module[..], &[first.to_owned()]].concat();
                self.modules.get(child.as_slice())?;
            }
        }
        module.extend_from_slice(rest);
        Some(module)
    }

    /// The file that defines what `path` names, through whatever hands it on.
    fn resolve(&self, path: &[String], seen: &mut HashSet<NamePath>) -> Option<Found> {
        if !seen.insert(path.to_vec()) {
            return None;
        }
        let length = (0..=path.len())
            .rev()
            .find(|length| self.modules.contains_key(&path[..*length]))?;
        let number = self.modules[&path[..length]];
        let file = &self.files[number];
        let Some(name) = path.get(length) else {
            return Some(Found::File(number));
        };
        if file.items.contains(name) {
            return Some(Found::File(number));
        }
        let by = |import: &Import, kept: usize, rest: &[String]| {
            let path = import.path.get(..import.path.len() - kept)?;
            let path = self.absolute(file, path, import.depth);
            path.map(|path| [&path, rest].concat())
        };
        if let Some(import) = file.imports.iter().find(|import| import.alias == *name) {
            return match by(import, 0, &path[length + 1..]) {
                Some(path) => self.resolve(&path, seen),
                None => Some(Found::Elsewhere),
            };
        }
        let all = file.imports.iter().filter(|import| import.alias == "*");
        for import in all {
            if let Some(path) = by(import, 1, &path[length..])
                && let Some(Found::File(other)) = self.resolve(&path, seen)
                && self.files[other].items.contains(name)
            {
                return Some(Found::File(other));
            }
        }
        Some(Found::File(number))
    }
}

/// Whether a way leads from one file to another.
pub fn leads(uses: &Uses, from: usize, to: usize) -> bool {
    let mut seen = HashSet::from([from]);
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for next in uses[file].keys() {
            if *next == to {
                return true;
            }
            if seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    false
}
