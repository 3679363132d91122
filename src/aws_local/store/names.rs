//! Object keys as file names, both ways.
//!
//! An ordinary key is its own relative path. What a file system can't hold is escaped so that it
//! can be read back: a `%` or NUL as `%XX`; the whole segments `.` and `..` too; an empty segment
//! as `%`; a segment too long for one name as a chain of folders whose names end in `%+`. A file
//! whose name a folder needs (`a` beside `a/b`) gets a trailing `%`: see [`aside`].

use std::path::{Path, PathBuf};

/// Linux and macOS allow 255 bytes a name; room is left for `%+` and the trailing `%`.
const LONGEST_NAME: usize = 250;

/// The relative path of `key`. It has no `..`, no root and no empty component, whatever the key.
pub fn path_of(key: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for segment in key.split('/') {
        let name = escape(segment);
        if name.len() <= LONGEST_NAME {
            path.push(name);
        } else {
            push_in_pieces(&mut path, &name);
        }
    }
    path
}

/// Where the file of a key lies while a folder has the name of `path`.
pub fn aside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("%");
    PathBuf::from(name)
}

/// What a name in a bucket's folder stands for.
#[derive(Debug, PartialEq, Eq)]
pub struct Name {
    /// The segment of the key, or a piece of it.
    pub text: String,
    /// The segment goes on in the names inside this folder.
    pub goes_on: bool,
    /// A file that a folder pushed [`aside`].
    pub aside: bool,
}

/// Reads a name that [`path_of`] or [`aside`] made; `None` for any other, which is nobody's key.
pub fn read(name: &str) -> Option<Name> {
    let (escaped, goes_on, aside) = if let Some(piece) = name.strip_suffix("%+") {
        (piece, true, false)
    } else if name == "%" {
        (name, false, false)
    } else if let Some(file) = name.strip_suffix('%') {
        (file, false, true)
    } else {
        (name, false, false)
    };
    let text = unescape(escaped)?;
    // Only the one spelling that is written is read, so that two files are never one key.
    let written = if goes_on {
        escape_characters(&text)
    } else {
        escape(&text)
    };
    (written == escaped).then_some(Name {
        text,
        goes_on,
        aside,
    })
}

fn escape(segment: &str) -> String {
    match segment {
        "" => "%".to_owned(),
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        _ => escape_characters(segment),
    }
}

fn escape_characters(text: &str) -> String {
    if !text.contains(['%', '\0']) {
        return text.to_owned();
    }
    text.replace('%', "%25").replace('\0', "%00")
}

fn unescape(name: &str) -> Option<String> {
    if name == "%" {
        return Some(String::new());
    }
    let mut text = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        text.push(match rest.get(at + 1..at + 3)? {
            "25" => '%',
            "00" => '\0',
            "2E" => '.',
            _ => return None,
        });
        rest = &rest[at + 3..];
    }
    text.push_str(rest);
    Some(text)
}

fn push_in_pieces(path: &mut PathBuf, name: &str) {
    let mut rest = name;
    while rest.len() > LONGEST_NAME {
        let mut end = LONGEST_NAME;
        // Neither a character nor an escape (three bytes) may be cut in two.
        while !rest.is_char_boundary(end) || rest[..end].ends_with('%') || cuts_escape(rest, end) {
            end -= 1;
        }
        path.push(format!("{}%+", &rest[..end]));
        rest = &rest[end..];
    }
    path.push(rest);
}

fn cuts_escape(name: &str, end: usize) -> bool {
    end >= 2 && name.as_bytes()[end - 2] == b'%'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The key whose relative path is `path`.
    fn key_of(path: &Path) -> Option<String> {
        let mut key = String::new();
        let mut joined = true;
        for component in path.components() {
            let name = read(component.as_os_str().to_str()?)?;
            if !joined {
                key.push('/');
            }
            key.push_str(&name.text);
            joined = name.goes_on;
        }
        Some(key)
    }

    #[test]
    fn ordinary_keys_are_their_own_paths() {
        for key in [
            "a",
            "events/2020-01-01/track.json",
            "Ünïcode 日本",
            "a b+c&d=e~",
            "...",
            ".hidden",
        ] {
            assert_eq!(path_of(key), Path::new(key), "{key:?}");
        }
    }

    #[test]
    fn every_key_is_read_back_and_stays_inside() {
        let long = "x".repeat(1024);
        let percent = "%".repeat(1024);
        let wide = "日".repeat(341);
        let mixed = format!("{}%{}", "y".repeat(248), "z".repeat(500));
        let keys = [
            "..",
            ".",
            "../../etc/passwd",
            "/",
            "//",
            "///a",
            "a/",
            "a//b",
            "a/../b",
            "a/./b",
            "%",
            "%%",
            "a%",
            "%2E%2E",
            "a%+",
            "a%+/b",
            "\0",
            "a\0b",
            "\n",
            "C:\\x",
            &long,
            &percent,
            &wide,
            &mixed,
        ];
        for key in keys {
            let path = path_of(key);
            for component in path.components() {
                let std::path::Component::Normal(name) = component else {
                    panic!("{key:?} has the component {component:?}");
                };
                assert!(name.len() < 255, "{key:?}");
            }
            assert_eq!(key_of(&path).as_deref(), Some(key));
            assert_eq!(key_of(&aside(&path)).as_deref(), Some(key), "aside");
        }
    }

    #[test]
    fn different_keys_have_different_paths() {
        let keys = [
            "", "%", "a", "a%", "a/", "a//", "%25", "..", "%2E%2E", "a/%", "%/a", "/a",
        ];
        for (index, key) in keys.iter().enumerate() {
            for other in &keys[index + 1..] {
                assert_ne!(path_of(key), path_of(other), "{key:?} and {other:?}");
                assert_ne!(
                    aside(&path_of(key)),
                    path_of(other),
                    "{key:?} aside and {other:?}"
                );
                assert_ne!(
                    path_of(key),
                    aside(&path_of(other)),
                    "{key:?} and {other:?} aside"
                );
            }
        }
    }

    #[test]
    fn foreign_names_are_nobodys() {
        for name in ["100%.txt", "a%zz", "%41", "a%2E", "%2E%2Ea"] {
            assert_eq!(read(name), None, "{name:?}");
        }
    }

    /// Keys of the pieces that are hard to spell, and any others.
    fn key() -> impl Strategy<Value = String> {
        prop_oneof![
            "(/|%|%2E|%\\+|\\.|\0|a|é|日){0,12}",
            "(a|%|日|/){0,3}[a%日]{240,300}",
            any::<String>(),
        ]
    }

    proptest! {
        #[test]
        fn any_key_is_read_back_from_a_path_that_stays_inside(key in key()) {
            let path = path_of(&key);
            for component in path.components() {
                let std::path::Component::Normal(name) = component else {
                    panic!("{component:?}");
                };
                prop_assert!(name.len() < 255);
            }
            prop_assert_eq!(key_of(&path), Some(key.clone()));
            prop_assert_eq!(key_of(&aside(&path)), Some(key));
        }

        #[test]
        fn a_name_is_that_of_one_key_or_of_none(
            name in prop_oneof!["(%|%2E|%25|%\\+|\\+|\\.|a|é){1,6}", "[^/\0]{1,20}"],
        ) {
            if let Some(read) = read(&name)
                && !read.goes_on
            {
                let path = path_of(&read.text);
                let path = if read.aside { aside(&path) } else { path };
                prop_assert_eq!(path, Path::new(&name));
            }
        }
    }
}
