//! Forms, and the queries of URLs.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::{Redactor, Scope};
use crate::json::FieldPath;
use crate::pseudonyms::names::{FieldPlace, about_person};
use crate::secrets::names::{self, NamePlace, NameTells};
use crate::secrets::stand_in::stand_in;
use crate::secrets::{looks_drawn, placeholder};

/// A form: names and values, and nothing else.
static FORM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^[A-Za-z_][A-Za-z0-9_.%\[\]-]*=[^\s&=<>{}][^\s&<>{}]*(?:&[A-Za-z0-9_.%\[\]-]+=[^\s&<>{}]*)*$").ok()
});

impl Redactor {
    /// A form, or the query of a URL, with secrets replaced; `None` where there are none. What stands for
    /// them is percent-encoded, and every other byte stays.
    pub(super) fn form(&self, form: &str, at: NamePlace, scope: Scope) -> Option<String> {
        let pairs = || url::form_urlencoded::parse(form.as_bytes());
        let names: Vec<String> = pairs().map(|(name, _)| name.into_owned()).collect();
        let presigned = names::is_presigned(names.iter().map(String::as_str));
        let person = about_person(names.iter().map(String::as_str));
        let is_grant = names.iter().any(|name| name == "grant_type");
        let part = match at {
            NamePlace::Query => "query",
            NamePlace::Header | NamePlace::Field => "",
        };
        let mut changed = false;
        let mut parts = Vec::new();
        for raw in form.split('&') {
            // Who does not encode a `+` sends a space, and the secret all the same.
            let plain = match self.known_bytes(raw.as_bytes()) {
                Some(new) => Cow::Owned(String::from_utf8_lossy(&new).into_owned()),
                None => Cow::Borrowed(raw),
            };
            let Some((name, value)) = url::form_urlencoded::parse(plain.as_bytes()).next() else {
                parts.push(Cow::Borrowed(raw));
                continue;
            };
            let new_name = self.text(&name);
            let place = FieldPath::default().key(&name);
            let kept = scope.kept || self.rules.keeps_part(part, &name);
            let tells = match kept {
                true => NameTells::Nothing,
                // What stands for a secret name tells nothing, now or when it is read again.
                false => names::tells(&new_name, at),
            };
            let rule = scope.is_body.then(|| self.rules.redacted_at(&place));
            let secret = tells.is_secret(&value)
                || (is_grant && name == "code" && !value.is_empty())
                || (at == NamePlace::Query && is_secret_parameter(&new_name, &value) && !kept);
            let new = match rule.flatten() {
                _ if presigned && names::changes_with_signature(&name) => placeholder(&name),
                Some(called) => placeholder(&called),
                None if secret => stand_in(&new_name, &value),
                None => {
                    let place = FieldPlace {
                        person,
                        ..FieldPlace::named(&name)
                    };
                    let new = self.named(place, &value).filter(|_| !kept);
                    new.unwrap_or_else(|| {
                        self.string(&value, scope.inner().keeping(kept))
                            .into_owned()
                    })
                }
            };
            if plain == raw && new == value && new_name == name {
                parts.push(Cow::Borrowed(raw));
                continue;
            }
            changed = true;
            let pair = url::form_urlencoded::Serializer::new(String::new())
                .append_pair(&new_name, &new)
                .finish();
            parts.push(Cow::Owned(pair));
        }
        changed.then(|| parts.join("&"))
    }

    /// What stands behind the `#` of a URL.
    pub(super) fn fragment(&self, fragment: &str, scope: Scope) -> String {
        let form = is_form(fragment).then(|| self.form(fragment, NamePlace::Query, scope));
        match form {
            Some(new) => new.unwrap_or_else(|| fragment.to_owned()),
            None => self.text(fragment).into_owned(),
        }
    }
}

/// Parameters that services call their keys in URLs.
fn is_secret_parameter(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["appid", "code", "sid", "b", "auth", "k"].contains(&name.as_str()) && looks_drawn(value)
}

/// Whether a text looks like a form.
pub(super) fn is_form(text: &str) -> bool {
    text.contains('=')
        && FORM
            .as_ref()
            .is_some_and(|form| form.is_match(text.trim_end()))
}
