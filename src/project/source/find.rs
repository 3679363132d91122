//! Finding the functions in a folder.

use std::path::{Path, PathBuf};

use crate::project::case_paths::CasePaths;
use crate::project::source::error::SourceError;
use crate::project::source::files::Files;
use crate::project::source::naming::{cases_of_script, extension, split_name, with_name};
use crate::project::source::terraform;

/// A function that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionRef {
    /// What [`crate::project::source::Source::read`] takes.
    pub path: PathBuf,
    /// Where its cases would be.
    pub cases: CasePaths,
}

/// Folders that hold no functions of their own.
const NOT_SEARCHED: [&str; 4] = ["node_modules", "target", "cases", "events"];

/// No one nests functions deeper, and a loop of links ends here.
const DEEPEST: usize = 16;

/// The functions that `path` stands for: itself, if it is a file or a folder with one function;
/// otherwise those in the folder and the folders in it, by name. A folder's functions are
/// `function.js` and those in its Terraform files. May be none.
pub fn functions_in(path: &Path) -> Result<Vec<FunctionRef>, SourceError> {
    let (file, name) = split_name(path);
    if let Some(name) = name {
        return Ok(vec![in_terraform(&file, &name)]);
    }
    let mut found = Vec::new();
    if path.is_dir() {
        search(path, 0, &mut found)?;
    } else if extension(path) == "tf" {
        add_terraform(path, &mut found)?;
    } else {
        found.push(FunctionRef {
            path: path.to_owned(),
            cases: cases_of_script(path),
        });
    }
    Ok(found)
}

/// The script that a folder stands for.
pub fn script_in(folder: &Path) -> Option<PathBuf> {
    Files::Disk.script_in(folder)
}

fn in_terraform(file: &Path, name: &str) -> FunctionRef {
    FunctionRef {
        path: with_name(file, name),
        cases: CasePaths::in_terraform(file, name),
    }
}

fn search(folder: &Path, depth: usize, found: &mut Vec<FunctionRef>) -> Result<(), SourceError> {
    let files = Files::Disk;
    if files.script_in(folder).is_some() {
        found.push(FunctionRef {
            path: folder.to_owned(),
            cases: CasePaths::in_folder(folder),
        });
    }
    for file in files.terraform_in(folder) {
        add_terraform(&file, found)?;
    }
    if depth == DEEPEST {
        return Ok(());
    }
    let names = files.names(folder).map_err(|source| SourceError::Read {
        path: folder.to_owned(),
        source,
    })?;
    for name in names {
        let path = folder.join(&name);
        let searched = !name.starts_with('.') && !NOT_SEARCHED.contains(&name.as_str());
        if searched && path.is_dir() {
            search(&path, depth + 1, found)?;
        }
    }
    Ok(())
}

fn add_terraform(file: &Path, found: &mut Vec<FunctionRef>) -> Result<(), SourceError> {
    let text = Files::Disk.text(file)?;
    let resources = terraform::parse(file, &text)?;
    found.extend(
        resources
            .iter()
            .map(|resource| in_terraform(file, &resource.name)),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_functions_is_searched_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let tf = |name: &str| {
            format!(
                "resource \"segment_function\" \"{name}\" {{\n code = \"x\"\n resource_type = \"SOURCE\"\n}}\n"
            )
        };
        let two = tf("x") + &tf("y");
        for (name, text) in [
            ("b/function.js", "b"),
            ("a/deep/handler.js", "a"),
            ("a/cases/one/function.js", "no"),
            ("node_modules/m/function.js", "no"),
            (".git/function.js", "no"),
            ("tf/f.tf", two.as_str()),
            ("tf/main.tf", "locals {}"),
            ("lib/util.js", "no"),
        ] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let found = |name: &str| -> Vec<(String, String)> {
            let found = functions_in(&folder.path().join(name)).expect("functions");
            let short = |path: &Path| {
                let path = path.strip_prefix(folder.path()).expect("below");
                path.display().to_string()
            };
            found
                .iter()
                .map(|found| (short(&found.path), short(found.cases.folder())))
                .collect()
        };
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let owned = |(a, b): &(&str, &str)| (a.to_string(), b.to_string());
            pairs.iter().map(owned).collect()
        };
        let terraform = [("tf/f.tf:x", "tf/cases/x"), ("tf/f.tf:y", "tf/cases/y")];
        let scripts = [("a/deep", "a/deep/cases"), ("b", "b/cases")];
        assert_eq!(found(""), pairs(&[&scripts[..], &terraform[..]].concat()));
        assert_eq!(found("b"), pairs(&scripts[1..]));
        assert_eq!(found("tf/f.tf"), pairs(&terraform));
        assert_eq!(found("tf/f.tf:y"), pairs(&terraform[1..]));
        assert_eq!(
            found("b/function.js"),
            pairs(&[("b/function.js", "b/cases")])
        );
        assert_eq!(
            found("lib/util.js"),
            pairs(&[("lib/util.js", "lib/util.cases")])
        );
        assert_eq!(found("lib"), []);
    }
}
