//! What differs between two outcomes of one input, in terms that other inputs' differences share.

use url::Url;

use super::align::{Aligned, align};
use super::difference_kind::{DifferenceKind, ItemOf};
use super::ids::is_id;
use crate::json::{Difference, FieldPath, Json, JsonObject, differences};

/// One way in which an input's outcomes differ, with what either of them has there.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeDifference {
    pub kind: DifferenceKind,
    pub base: Option<Json>,
    pub candidate: Option<Json>,
}

impl OutcomeDifference {
    /// That something differs, but can't be looked at.
    pub fn whole() -> OutcomeDifference {
        OutcomeDifference {
            kind: DifferenceKind::Field {
                path: FieldPath::default().key("outcome"),
            },
            base: None,
            candidate: None,
        }
    }
}

/// The places of one value that are told apart: more of them help nobody.
pub const MOST: usize = 200;

/// What differs between two documents of the form of `expected.json`.
pub fn outcome_differences(mut base: Json, mut candidate: Json) -> Vec<OutcomeDifference> {
    let mut found = Vec::new();
    named(&base, &candidate, &mut found);
    let lists = [
        ItemOf::Exchanges,
        ItemOf::Events,
        ItemOf::Objects,
        ItemOf::Logs,
    ];
    for of in lists {
        items(of, list(&base, of), list(&candidate, of), &mut found);
    }
    // Another type of error has another message, too.
    let same_error = base.pointer("/error/name") == candidate.pointer("/error/name");
    for side in [&mut base, &mut candidate] {
        leave_rest(side, same_error);
    }
    for difference in compare(&base, &candidate) {
        found.push(field(difference));
    }
    found
}

/// Class, handler and type of error: a line each, however much else follows from them.
fn named(base: &Json, candidate: &Json, found: &mut Vec<OutcomeDifference>) {
    let mut add = |at: &str, shown: &str, make: fn(String, String) -> DifferenceKind| {
        let text = |side: &Json| match side.pointer(at) {
            Some(Json::String(text)) => text.clone(),
            _ => "none".to_owned(),
        };
        let (one, other) = (text(base), text(candidate));
        if one != other {
            found.push(OutcomeDifference {
                kind: make(one, other),
                base: base.pointer(shown).cloned(),
                candidate: candidate.pointer(shown).cloned(),
            });
        }
    };
    add("/class", "/class", |base, candidate| {
        DifferenceKind::Class { base, candidate }
    });
    add("/handler", "/handler", |base, candidate| {
        DifferenceKind::Handler { base, candidate }
    });
    add("/error/name", "/error", |base, candidate| {
        DifferenceKind::Error { base, candidate }
    });
}

fn list(document: &Json, of: ItemOf) -> &[Json] {
    let mut value = Some(document);
    for key in of.keys() {
        value = value.and_then(|value| value.get(key));
    }
    value.and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

/// Removes the fields that are compared on their own.
fn leave_rest(document: &mut Json, error: bool) {
    if let Some(fields) = document.as_object_mut() {
        for key in ["class", "handler", "exchanges", "messages", "logs"] {
            fields.remove(key);
        }
        if !error {
            fields.remove("error");
        }
    }
}

fn items(of: ItemOf, base: &[Json], candidate: &[Json], found: &mut Vec<OutcomeDifference>) {
    if base == candidate {
        return;
    }
    let names = |items: &[Json]| items.iter().map(|item| name(of, item)).collect::<Vec<_>>();
    let (names_a, names_b) = (names(base), names(candidate));
    for aligned in align(&names_a, &names_b) {
        let only = |name: &String, added| DifferenceKind::Item {
            of,
            name: name.clone(),
            added,
        };
        match aligned {
            Aligned::Both {
                base: a,
                candidate: b,
            } => item(of, &base[a], &candidate[b], found),
            Aligned::OnlyBase(a) => found.push(OutcomeDifference {
                kind: only(&names_a[a], false),
                base: Some(base[a].clone()),
                candidate: None,
            }),
            Aligned::OnlyCandidate(b) => found.push(OutcomeDifference {
                kind: only(&names_b[b], true),
                base: None,
                candidate: Some(candidate[b].clone()),
            }),
        }
    }
}

/// What makes an item the same as another one, whatever else is in it.
fn name(of: ItemOf, item: &Json) -> String {
    let text = |key: &str| item.get(key).and_then(Json::as_str).unwrap_or_default();
    match of {
        ItemOf::Exchanges => format!("{} {}", text("method"), place(text("url"))),
        ItemOf::Events => format!("{} {}", text("type"), text("event"))
            .trim_end()
            .to_owned(),
        ItemOf::Objects => text("collection").to_owned(),
        ItemOf::Logs => format!("{} {}", text("level"), digits_as_one(text("text"))),
    }
}

/// A URL without its query, and with `*` for what is an id rather than a name.
fn place(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else {
        return url.to_owned();
    };
    url.set_query(None);
    let Some(segments) = url.path_segments() else {
        return url.to_string();
    };
    let segments: Vec<&str> = segments.map(|s| if is_id(s) { "*" } else { s }).collect();
    let path = segments.join("/");
    url.set_path(&path);
    url.to_string()
}

/// A log's first words, in which numbers are all the same.
fn digits_as_one(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars().take(60) {
        if !c.is_ascii_digit() {
            shown.push(c);
        } else if !shown.ends_with('0') {
            shown.push('0');
        }
    }
    shown
}

/// Two items that belong together.
fn item(of: ItemOf, base: &Json, candidate: &Json, found: &mut Vec<OutcomeDifference>) {
    let any_item = of.any_item();
    let url_path = FieldPath::default().key("url");
    for difference in compare(base, candidate) {
        match (difference.left(), difference.right()) {
            (Some(Json::String(base)), Some(Json::String(candidate)))
                if of == ItemOf::Exchanges && difference.path == url_path =>
            {
                url(&any_item, base, candidate, found);
            }
            _ => found.push(field(difference.under(&any_item))),
        }
    }
}

/// The part of a URL that differs.
fn url(any_item: &FieldPath, base: &str, candidate: &str, found: &mut Vec<OutcomeDifference>) {
    let whole = |found: &mut Vec<OutcomeDifference>| {
        found.push(OutcomeDifference {
            kind: DifferenceKind::Field {
                path: any_item.key("url"),
            },
            base: Some(base.into()),
            candidate: Some(candidate.into()),
        });
    };
    let (Ok(a), Ok(b)) = (Url::parse(base), Url::parse(candidate)) else {
        return whole(found);
    };
    if a.path() != b.path() || a.origin() != b.origin() || a.fragment() != b.fragment() {
        whole(found);
    }
    let fields = |url: &Url| {
        let mut fields = JsonObject::new();
        for (name, value) in url.query_pairs() {
            // Of a name that comes several times, all the values.
            match fields.get_mut(&name) {
                Some(Json::Array(values)) => values.push((&*value).into()),
                Some(first) => *first = vec![first.clone(), (&*value).into()].into(),
                None => fields.insert(name, &*value),
            }
        }
        Json::Object(fields)
    };
    let query = any_item.key("query");
    for difference in compare(&fields(&a), &fields(&b)) {
        found.push(field(difference.under(&query)));
    }
}

/// The difference without its place in a list, so that those of other inputs are the same.
fn field(difference: Difference) -> OutcomeDifference {
    let (base, candidate) = difference.change.into_sides();
    OutcomeDifference {
        kind: DifferenceKind::Field {
            path: difference.path.in_any_item(),
        },
        base,
        candidate,
    }
}

/// The places where two values differ: left is the base.
fn compare(base: &Json, candidate: &Json) -> Vec<Difference> {
    differences(base, candidate, MOST)
}

#[cfg(test)]
mod tests {
    use crate::json::arbitrary::json;

    use super::*;

    fn whats(base: Json, candidate: Json) -> Vec<String> {
        let show = |kind: DifferenceKind| match kind {
            DifferenceKind::Class { base, candidate } => format!("class {base} → {candidate}"),
            DifferenceKind::Handler { base, candidate } => format!("handler {base} → {candidate}"),
            DifferenceKind::Error { base, candidate } => format!("error {base} → {candidate}"),
            DifferenceKind::Field { path } => path.to_string(),
            DifferenceKind::Stored { name, .. } => name,
            DifferenceKind::Item { of, name, added } => {
                format!("{}{} {name}", if added { "+" } else { "-" }, of.name())
            }
        };
        let found = outcome_differences(base, candidate).into_iter();
        found.map(|found| show(found.kind)).collect()
    }

    #[test]
    fn a_failure_is_told_by_its_type() {
        let base = json!({"class": "success", "handler": "onTrack", "value": 1});
        let candidate = json!({
            "class": "discard", "handler": "onTrack",
            "error": {"name": "TypeError", "message": "m"},
        });
        assert_eq!(
            whats(base, candidate),
            ["class success → discard", "error none → TypeError", "value"]
        );
    }

    #[test]
    fn places_in_lists_are_all_the_same() {
        let base = json!({"value": {"items": [{"n": 1}, {"n": 2}]}});
        let candidate = json!({"value": {"items": [{"n": 1}, {"n": 3}, {}]}});
        assert_eq!(
            whats(base, candidate),
            ["value.items[*].n", "value.items[*]"]
        );
    }

    #[test]
    fn a_request_more_does_not_make_the_others_different() {
        let get = |url: &str| json!({"method": "GET", "url": url});
        let post = |body: Json| json!({"method": "POST", "url": "https://a.b/v1/users/u%40x.y?t=1", "request": {"body": {"json": body}}});
        let base = json!({"exchanges": [get("https://a.b/token"), post(json!({"x": 1}))]});
        let candidate = json!({"exchanges": [post(json!({"x": 2})), get("https://a.b/users/123")]});
        assert_eq!(
            whats(base, candidate),
            [
                "-request GET https://a.b/token",
                "exchanges[*].request.body.json.x",
                "+request GET https://a.b/users/*",
            ]
        );
    }

    #[test]
    fn of_a_url_the_part_is_named() {
        let exchange = |url: &str| json!({"exchanges": [{"method": "GET", "url": url}]});
        let whats = |a: &str, b: &str| whats(exchange(a), exchange(b));
        assert_eq!(
            whats("https://a.b/?t=1&u=2&w=1", "https://a.b/?t=2&u=2&v=1"),
            [
                "exchanges[*].query.t",
                "exchanges[*].query.w",
                "exchanges[*].query.v"
            ]
        );
        assert_eq!(
            whats("https://a.b/u/12", "https://a.b/u/34"),
            ["exchanges[*].url"]
        );
    }
}
