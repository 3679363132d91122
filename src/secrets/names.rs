//! Names whose values are secret wherever they stand: of settings, headers, parameters, fields, elements
//! and attributes. A name is split into its words, and one list of words decides.
//!
//! Some names tell it by themselves (`password`, `clientSecret`, `X-Api-Key`). Others name secrets and
//! much else (`key`, `auth`, `session_id`): there a value counts that looks as if it was drawn by chance.

use std::cell::RefCell;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::placeholder::MARKS;
use super::values::{is_ordinary, looks_drawn};
use super::words::{self, words};

/// Where a name stands. What it says differs a little: a `signature` in a header signs a request, and
/// one in a profile ends letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePlace {
    Header,
    /// The query of a URL.
    Query,
    /// An object, a form, an element, an attribute, a setting.
    Field,
}

/// What a name tells of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameTells {
    Secret,
    /// A secret, if the value looks like one.
    Perhaps,
    Nothing,
    /// That it is about a secret, but none: `token_type`, `password_updated_at`. So it is no secret
    /// either where it stands below a name that tells one.
    About,
}

impl NameTells {
    /// Whether a value of such a name is secret.
    pub fn is_secret(self, value: &str) -> bool {
        match self {
            NameTells::Secret => !value.trim().is_empty() && !is_ordinary(value),
            NameTells::Perhaps => looks_drawn(value),
            NameTells::Nothing | NameTells::About => false,
        }
    }
}

/// Names of this many bytes and longer aren't looked at.
const LONGEST: usize = 200;

/// So many names are remembered. Events have the same ones again and again.
const REMEMBERED: usize = 4096;

thread_local! {
    static KNOWN: RefCell<HashMap<Box<str>, Known, RandomState>> = RefCell::default();
}

/// All that the words of a name tell.
#[derive(Clone, Copy)]
struct Known {
    /// By where it stands.
    tells: [NameTells; 3],
    holds_headers: bool,
    names_others: Naming,
}

/// What stands beside a name that says what another one is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    Nothing,
    /// One of [`NAMED`].
    Any,
    /// A `value`.
    Value,
}

impl Known {
    fn of(name: &str) -> Known {
        if name.len() > LONGEST {
            return Known::new(name);
        }
        KNOWN.with_borrow_mut(|all| {
            if let Some(known) = all.get(name) {
                return *known;
            }
            if all.len() >= REMEMBERED {
                all.clear();
            }
            let known = Known::new(name);
            all.insert(name.into(), known);
            known
        })
    }

    fn new(name: &str) -> Known {
        let words = words(name);
        let glued = words.concat();
        let last = words.last().map(String::as_str);
        Known {
            tells: [NamePlace::Header, NamePlace::Query, NamePlace::Field]
                .map(|place| told(name, place)),
            holds_headers: matches!(last, Some("headers" | "header")),
            names_others: if NAMING.contains(&glued.as_str()) {
                Naming::Any
            } else if NAMING_A_VALUE.contains(&glued.as_str()) {
                Naming::Value
            } else {
                Naming::Nothing
            },
        }
    }
}

/// Whether the name of a field tells of a secret, of its own or beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    Nothing,
    /// It may be the name of a name, which is its value.
    OfOthers,
    Yes,
}

/// What the name of a field tells, at one look.
pub fn speaks(name: &str) -> Speaks {
    let known = Known::of(name);
    let told = known.tells[NamePlace::Field as usize];
    match known.names_others {
        _ if known.holds_headers => Speaks::Yes,
        _ if matches!(told, NameTells::Secret | NameTells::Perhaps) => Speaks::Yes,
        Naming::Nothing => Speaks::Nothing,
        Naming::Any | Naming::Value => Speaks::OfOthers,
    }
}

/// What the name tells of its value.
pub fn tells(name: &str, place: NamePlace) -> NameTells {
    Known::of(name).tells[place as usize]
}

fn told(name: &str, place: NamePlace) -> NameTells {
    if name.len() > LONGEST || MARKS.iter().any(|mark| name.contains(mark)) {
        return NameTells::Nothing;
    }
    let all = words(name);
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    if place == NamePlace::Header && all.starts_with(&["access", "control"]) {
        return NameTells::Nothing;
    }
    let Some((last, before)) = all.split_last() else {
        return NameTells::Nothing;
    };
    let glued = all.concat();
    if words::WHOLE.contains(&glued.as_str()) {
        return NameTells::Secret;
    }
    let strict = place != NamePlace::Field;
    if let [.., "session" | "sess", "id" | "ids"] = &all[..] {
        return match strict {
            true => NameTells::Secret,
            false => NameTells::Perhaps,
        };
    }
    let worst = (0..all.len())
        .map(|at| word_tells(&all, at, strict))
        .max_by_key(|tells| match tells {
            NameTells::Secret => 2,
            NameTells::Perhaps => 1,
            NameTells::Nothing | NameTells::About => 0,
        });
    let worst = worst.unwrap_or(NameTells::Nothing);
    if words::ABOUT.contains(last) && !before.is_empty() {
        return match worst {
            NameTells::Secret => NameTells::About,
            _ => NameTells::Nothing,
        };
    }
    if words::ABOUT_ALONE.contains(&glued.as_str()) {
        return NameTells::About;
    }
    worst
}

/// What the word at `at` tells. `strict`: of a header or a parameter.
fn word_tells(all: &[&str], at: usize, strict: bool) -> NameTells {
    let word = all[at];
    let before = &all[..at];
    let any_before = |list: &[&str]| before.iter().any(|word| list.contains(word));
    let last = at + 1 == all.len();
    if all
        .get(at + 1)
        .is_some_and(|next| words::FOLLOWING.contains(next))
    {
        return NameTells::Nothing;
    }
    let sure = |sure: bool| match sure {
        true => NameTells::Secret,
        false => NameTells::Perhaps,
    };
    match word {
        "token" | "tokens" => {
            let place = before.last().copied().unwrap_or_default();
            if words::PLACES.contains(&place) || words::COUNTED.contains(&place) {
                return NameTells::Nothing;
            }
            sure(word == "token")
        }
        "key" | "keys" => {
            if any_before(&["public", "publishable"]) {
                return NameTells::Nothing;
            }
            // `api_key`, `appKey`, `Ocp-Apim-Subscription-Key`
            if any_before(&words::SECRET_KEYS) {
                return NameTells::Secret;
            }
            if !last || any_before(&words::PLAIN_KEYS) || word == "keys" {
                return NameTells::Nothing;
            }
            sure(strict && !before.is_empty())
        }
        "pass" if last && !any_before(&words::PASSES) => NameTells::Secret,
        "code" | "codes" if any_before(&words::SECRET_CODES) => NameTells::Secret,
        "pin" if last && !any_before(&["drop", "map", "push", "hair"]) => NameTells::Secret,
        "cookie" | "cookies" if last => NameTells::Secret,
        "sign" if last => sure(strict),
        "session" if strict => NameTells::Secret,
        "phrase" if any_before(&["pass", "seed", "recovery", "secret"]) => NameTells::Secret,
        "string" | "str" if any_before(&["connection", "conn"]) => NameTells::Secret,
        "hash" if any_before(&["user", "identity", "password"]) => NameTells::Secret,
        _ if words::SECRET.contains(&word) => NameTells::Secret,
        _ if words::ends_as_secret(word) => NameTells::Secret,
        _ if words::STRICT.contains(&word) => sure(strict),
        _ if last && words::PERHAPS.contains(&word) => NameTells::Perhaps,
        _ => NameTells::Nothing,
    }
}

/// Names that hold the name of what stands beside them: `{"name": "password", "value": "…"}`.
const NAMING: [&str; 11] = [
    "name",
    "key",
    "field",
    "label",
    "param",
    "parameter",
    "header",
    "property",
    "attribute",
    "k",
    "n",
];

/// Whether the fields of what has this name are headers.
pub fn holds_headers(name: &str) -> bool {
    Known::of(name).holds_headers
}

/// The names of what stands beside them.
const NAMED: [&str; 10] = [
    "value",
    "val",
    "v",
    "content",
    "text",
    "data",
    "stringvalue",
    "defaultvalue",
    "currentvalue",
    "plaintext",
];

/// Names that say what a `value` beside them is, and of other things something else.
const NAMING_A_VALUE: [&str; 4] = ["id", "identifier", "kind", "type"];

/// Whether the value of this name is itself the name of what stands beside it as `named`.
pub fn is_naming(name: &str, named: &str) -> bool {
    let wanted: &[&str] = match Known::of(name).names_others {
        Naming::Nothing => return false,
        Naming::Any => &NAMED,
        Naming::Value => &["value", "val"],
    };
    wanted.contains(&named) || wanted.contains(&words(named).concat().as_str())
}

/// Parameters of presigned URLs that are other ones each time: replaced, and not compared.
const PRESIGNED: [&str; 5] = [
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-security-token",
    "policy",
];

/// Whether a query with these names is that of a URL that AWS has signed.
pub fn is_presigned<'n>(mut names: impl Iterator<Item = &'n str>) -> bool {
    names.any(|name| {
        name.eq_ignore_ascii_case("x-amz-signature") || name.eq_ignore_ascii_case("awsaccesskeyid")
    })
}

/// Whether a parameter of such a query is another one each time.
pub fn changes_with_signature(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PRESIGNED.contains(&name.as_str())
        || matches!(name.as_str(), "awsaccesskeyid" | "signature" | "expires")
}

#[cfg(test)]
mod tests;
