//! The files of `src/`, as far as the house asks: what they define, and what they name of others.

use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

/// A way to a name, such as `crate::text::Place`, piece by piece.
pub type NamePath = Vec<String>;

pub struct SourceFile {
    /// Such as `net/pool.rs`.
    pub name: String,
    /// Such as `["net", "pool"]`; empty for the crate's root.
    pub module: NamePath,
    /// What it defines, and the modules that it declares.
    pub items: HashSet<String>,
    pub imports: Vec<Import>,
    /// The paths in its code, each with the number of modules around it inside the file.
    pub paths: Vec<(NamePath, usize)>,
    /// The words of its code, without its imports.
    pub words: HashSet<String>,
    /// The types that others may name.
    pub public_types: Vec<String>,
    /// Its texts in quotes.
    pub strings: Vec<String>,
}

/// One name that a `use` brings.
pub struct Import {
    pub path: NamePath,
    /// What the file calls it; `*` for all.
    pub alias: String,
    pub public: bool,
    /// The number of modules around it inside the file.
    pub depth: usize,
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern")
}

/// Comments, strings and characters.
static OPAQUE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r####"(?s)//[^\n]*|/\*.*?\*/|r###".*?"###|r##".*?"##|r#".*?"#|\br".*?"|"(?:\\.|[^"\\])*"|'(?:\\.[^']*|[^'\\])'"####,
    )
});
static TESTS: LazyLock<Regex> = LazyLock::new(|| regex(r"#\[cfg\(test\)\]\s*mod\s+(\w+)\s*([;{])"));
static DECLARATION: LazyLock<Regex> = LazyLock::new(|| regex(r"\bmod\s+\w+\s*;|\bpub\(in[^)]*\)"));
static INLINE: LazyLock<Regex> = LazyLock::new(|| regex(r"\bmod\s+\w+\s*\{"));
static ITEM: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\b(?:fn|struct|enum|trait|type|const|static|mod|macro_rules!)\s+(?:mut\s+)?(\w+)")
});
static EXTENSION: LazyLock<Regex> = LazyLock::new(|| regex(r"\bextension!\s*\(\s*(\w+)"));
static USE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?:\b(pub(?:\([^)]*\))?)\s+)?\buse\s+([\w:{}\s,*]+?);"));
static PATH: LazyLock<Regex> = LazyLock::new(|| regex(r"\w+(?:\s*::\s*\w+)+"));
static WORD: LazyLock<Regex> = LazyLock::new(|| regex(r"\w+"));
static PUBLIC_TYPE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?m)^pub (?:struct|enum|trait|type)\s+(\w+)"));

/// All files below `root`, without those of tests.
pub fn read_all(root: &Path) -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    let mut of_tests = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root).expect("below").to_str();
                let text = fs::read_to_string(&path).expect("a file");
                let (file, tests) = SourceFile::parse(name.expect("UTF-8"), &text);
                of_tests.extend(tests);
                files.push(file);
            }
        }
    }
    files.retain(|file| !of_tests.contains(&file.module));
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

impl SourceFile {
    /// The file, and the modules in other files that it declares for tests alone.
    pub fn parse(name: &str, text: &str) -> (SourceFile, Vec<NamePath>) {
        let module = module_of(name);
        let mut code = text.to_owned();
        for found in OPAQUE.find_iter(text) {
            blank(&mut code, found.range());
        }
        let mut tests = Vec::new();
        let mut of_tests = Vec::new();
        for found in TESTS.captures_iter(&code.clone()) {
            let whole = found.get(0).expect("a match").range();
            if &found[2] == ";" {
                tests.push([&module[..], &[found[1].to_owned()]].concat());
                blank(&mut code, whole);
            } else {
                let end = end_of_block(&code, whole.end - 1);
                blank(&mut code, whole.start..end);
                of_tests.push(whole.start..end);
            }
        }
        let strings = OPAQUE.find_iter(text).filter(|found| {
            found.as_str().starts_with(['"', 'r'])
                && !of_tests.iter().any(|test| test.contains(&found.start()))
        });
        let strings = strings.map(|found| found.as_str().to_owned()).collect();
        let inline: Vec<Range<usize>> = INLINE
            .find_iter(&code)
            .map(|found| found.start()..end_of_block(&code, found.end() - 1))
            .collect();
        let depth = |at: usize| inline.iter().filter(|block| block.contains(&at)).count();
        let names = |pattern: &Regex, code: &str| -> Vec<String> {
            let found = pattern.captures_iter(code);
            found.map(|found| found[1].to_owned()).collect()
        };
        let mut items: HashSet<String> = names(&ITEM, &code).into_iter().collect();
        items.extend(names(&EXTENSION, &code));
        let public_types = names(&PUBLIC_TYPE, &code);

        let mut imports = Vec::new();
        for found in USE.captures_iter(&code.clone()) {
            let whole = found.get(0).expect("a match").range();
            let mut leaves = Vec::new();
            leaves_of(&found[2], &[], &mut leaves);
            imports.extend(leaves.into_iter().map(|(path, alias)| Import {
                path,
                alias,
                public: found.get(1).is_some(),
                depth: depth(whole.start),
            }));
            blank(&mut code, whole);
        }
        // To declare a module, or to say who may see a thing, is not to use a name.
        for found in DECLARATION.find_iter(&code.clone()) {
            blank(&mut code, found.range());
        }
        let paths = PATH.find_iter(&code).map(|found| {
            let pieces = found.as_str().split("::");
            let path = pieces.map(|piece| piece.trim().to_owned()).collect();
            (path, depth(found.start()))
        });
        let file = SourceFile {
            name: name.to_owned(),
            module,
            items,
            imports,
            paths: paths.collect(),
            words: WORD
                .find_iter(&code)
                .map(|word| word.as_str().to_owned())
                .collect(),
            public_types,
            strings,
        };
        (file, tests)
    }

    /// The folder of `src/`, or the file in it, that this is or lies in.
    pub fn room(&self) -> &str {
        let name = self.name.split('/').next().unwrap_or_default();
        name.trim_end_matches(".rs")
    }
}

fn module_of(name: &str) -> NamePath {
    if matches!(name, "lib.rs" | "main.rs") {
        return Vec::new();
    }
    let module = name.trim_end_matches(".rs").trim_end_matches("/mod");
    module.split('/').map(str::to_owned).collect()
}

/// Puts spaces in place of what is there.
fn blank(code: &mut String, range: Range<usize>) {
    let spaces: String = code[range.clone()]
        .bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
        .collect();
    code.replace_range(range, &spaces);
}

/// The position behind the brace that closes the one at `start`.
fn end_of_block(code: &str, start: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

/// Each name in what stands behind `use`, with what it is called from then on.
fn leaves_of(tree: &str, before: &[String], leaves: &mut Vec<(NamePath, String)>) {
    let tree = tree.trim();
    let (head, group) = match tree.split_once('{') {
        Some((head, group)) => (head, group.strip_suffix('}')),
        None => (tree, None),
    };
    let (head, alias) = match head.split_once(" as ") {
        Some((head, alias)) => (head, Some(alias.trim().to_owned())),
        None => (head, None),
    };
    let pieces = head.split("::").map(|piece| piece.trim().to_owned());
    let mut path = before.to_vec();
    path.extend(pieces.filter(|piece| !piece.is_empty()));
    if let Some(group) = group {
        let mut depth = 0;
        let parts = group.split(|character| {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            character == ',' && depth == 0
        });
        for part in parts.filter(|part| !part.trim().is_empty()) {
            leaves_of(part, &path, leaves);
        }
        return;
    }
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let last = path.last().cloned();
    leaves.extend(alias.or(last).map(|alias| (path, alias)));
}
