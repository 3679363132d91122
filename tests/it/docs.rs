//! What is cited of the documentation is there: sections of docs/platform.md in the code, and
//! headings in links between the pages.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text_of(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files below `folder` that end in one of `endings`, without those of npm and of the bundler.
fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !["node_modules", "dist"].contains(&&*name) && !name.starts_with('.') {
                files(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
}

/// The numbers of the headings of docs/platform.md: `9`, `7.1`.
fn sections() -> Vec<String> {
    let heading = Regex::new(r"(?m)^##+ (\d+(?:\.\d+)?)\.? ").expect("a pattern");
    let page = text_of(&root().join("docs/platform.md"));
    let numbers = heading.captures_iter(&page);
    numbers.map(|number| number[1].to_owned()).collect()
}

#[test]
fn every_cited_section_of_the_platforms_rules_is_there() {
    let sections = sections();
    let mut paths = vec![
        root().join("build.rs"),
        root().join("ARCHITECTURE.md"),
        root().join("CONTRIBUTING.md"),
    ];
    for folder in ["src", "js", "tests", "benches", "docs"] {
        let endings = [".rs", ".js", ".cjs", ".mjs", ".ts", ".md", ".json"];
        files(&root().join(folder), &endings, &mut paths);
    }
    // A comment may break a citation into two lines.
    let line_break = Regex::new(r"\n\s*(?://[/!]?|\*)?\s*").expect("a pattern");
    let citation = Regex::new(r"docs/platform\.md\)? sections? (\d[\d., ]*(?:and \d[\d.]*)?)")
        .expect("a pattern");
    let number = Regex::new(r"\d+(?:\.\d+)?").expect("a pattern");
    let mut count = 0;
    for path in paths {
        let text = text_of(&path);
        let text = line_break.replace_all(&text, " ");
        for cited in citation.captures_iter(&text) {
            for number in number.find_iter(&cited[1]) {
                count += 1;
                assert!(
                    sections.iter().any(|section| section == number.as_str()),
                    "{} cites section {}, which docs/platform.md doesn't have",
                    path.display(),
                    number.as_str()
                );
            }
        }
    }
    assert!(count > 40, "only {count} citations were found");
}

/// The name that a heading has in links, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = |char: &char| char.is_alphanumeric() || [' ', '-', '_'].contains(char);
    let name: String = heading.trim().to_lowercase().chars().filter(kept).collect();
    name.replace(' ', "-")
}

#[test]
fn every_link_to_a_heading_leads_to_one() {
    let mut pages = Vec::new();
    files(&root().join("docs"), &[".md"], &mut pages);
    let outside = ["README", "ARCHITECTURE", "CONTRIBUTING", "CHANGELOG"];
    pages.extend(outside.map(|name| root().join(format!("{name}.md"))));
    let link = Regex::new(r"\]\(([^)#:]*)#([^)]+)\)").expect("a pattern");
    for page in &pages {
        for link in link.captures_iter(&text_of(page)) {
            let target = match &link[1] {
                "" => page.clone(),
                file => page.parent().expect("a folder").join(file),
            };
            let headings = text_of(&target);
            let mut headings = headings.lines().filter(|line| line.starts_with('#'));
            assert!(
                headings.any(|line| anchor(line.trim_start_matches('#')) == link[2]),
                "{} links to {}#{}",
                page.display(),
                &link[1],
                &link[2]
            );
        }
    }
}

#[test]
fn every_place_that_the_map_names_is_there() {
    let map = text_of(&root().join("ARCHITECTURE.md"));
    let path = Regex::new(r"`((?:[a-z_.-]+/)+[A-Za-z_.-]*)`").expect("a pattern");
    let places: Vec<&str> = path
        .captures_iter(&map)
        .map(|place| place.extract::<1>().1[0])
        .collect();
    assert!(places.len() > 50, "only {} places", places.len());
    // Rooms are named as they are called within src/.
    let missing: Vec<_> = places
        .iter()
        .filter(|place| !root().join(place).exists() && !root().join("src").join(place).exists())
        .filter(|place| **place != "js/dist/")
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_page_about_speed_is_what_was_measured() {
    let script = root().join("scripts/performance.mjs");
    let printed = std::process::Command::new("node")
        .arg(script)
        .arg("--print")
        .output()
        .expect("node runs");
    let page = String::from_utf8(printed.stdout).expect("UTF-8");
    assert!(page.contains("# How fast segfn is"), "{page}");
    let kept = text_of(&root().join("docs/performance.md"));
    assert!(
        page == kept,
        "docs/performance.md is not of benches/results.json: node scripts/performance.mjs"
    );
}
