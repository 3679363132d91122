//! `[[reply]]` in a case.toml, `replies` in a line, `[[test.reply]]` in a segfn.toml: the same for all.

use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};

use crate::cassette::{Payload, Response, header};
use crate::net::{
    Reply, ReplyAnswer, ReplyCondition, ReplyContent, ReplyFailure, ReplyTarget, TargetError,
};
use crate::project::config::config_file::ConfigFile;
use crate::project::config::item::{Item, ItemKey, ItemValue};
use crate::project::config::read::{
    ConfigProblem, array, duration, expected, json, number, problem, refused, string, table,
    unknown,
};

/// What says which requests a reply is for, and how often it answers.
const KEYS: [&str; 5] = ["to", "when", "skip", "times", "sequence"];

/// What says what the answer is.
const ANSWER_KEYS: [&str; 9] = [
    "status",
    "headers",
    "json",
    "text",
    "file",
    "base64",
    "error",
    "after_bytes",
    "after",
];

/// The keys of which an answer has one.
const BODIES: [&str; 4] = ["json", "text", "file", "base64"];

/// A list of replies.
pub(super) fn replies(value: &Item, file: ConfigFile) -> Result<Vec<Reply>, ConfigProblem> {
    let mut all: Vec<Reply> = Vec::new();
    for item in array(value)? {
        let reply = reply(item, file)?;
        if let Some(earlier) = all.iter().find(|earlier| earlier.hides(&reply)) {
            return problem(
                item.span.clone(),
                format!(
                    "no request is left for this reply: the one before, to {}, answers them all",
                    earlier.to
                ),
                Some(
                    "say how often that one answers, as in times = 1, or put this one before it"
                        .into(),
                ),
            );
        }
        all.push(reply);
    }
    Ok(all)
}

fn reply(value: &Item, file: ConfigFile) -> Result<Reply, ConfigProblem> {
    let fields = table(value)?;
    let (mut to, mut when, mut skip, mut times) = (None, Vec::new(), 0, None);
    let mut sequence = None;
    let mut answer = Vec::new();
    for (key, value) in fields {
        match key.name.as_str() {
            "to" => to = Some(target(value)?),
            "when" => when = conditions(value)?,
            "skip" => skip = number(value, 0)?,
            "times" => times = Some((key, number(value, 1)?)),
            "sequence" => sequence = Some((value, array(value)?)),
            name if ANSWER_KEYS.contains(&name) => answer.push((key, value)),
            _ => return unknown(key, &[&KEYS[..], &ANSWER_KEYS].concat()),
        }
    }
    let Some(to) = to else {
        return problem(
            value.span.clone(),
            "expected `to`: which requests the reply is for",
            Some("write for example to = \"POST https://api.example.com/v1/*\"".into()),
        );
    };
    let (answers, times) = match (sequence, times) {
        (None, times) => (
            vec![self::answer(value, &answer, file)?],
            times.map(|(_, times)| times),
        ),
        (Some((value, [])), _) => return expected(value, "a list of answers, each a table"),
        (Some(_), Some((key, _))) => {
            return problem(
                key.span.clone(),
                "`times` and `sequence` contradict: each answer of a sequence is given once",
                Some("write an answer as often as it is to come, and leave `times` out".into()),
            );
        }
        (Some((_, items)), None) => {
            if let Some((key, _)) = answer.first() {
                return problem(
                    key.span.clone(),
                    format!("`{}` and `sequence` contradict", key.name),
                    Some("write it into the answers of the sequence".into()),
                );
            }
            let answers = items.iter().map(|item| in_sequence(item, file));
            let answers = answers.collect::<Result<Vec<_>, _>>()?;
            let times = u32::try_from(answers.len()).unwrap_or(u32::MAX);
            (answers, Some(times))
        }
    };
    Ok(Reply {
        to,
        when,
        skip,
        answers,
        times,
        file: file.path.to_owned(),
        line: file.place_of(&value.span).line,
        is_required: true,
    })
}

fn target(value: &Item) -> Result<ReplyTarget, ConfigProblem> {
    let hinted = |error: TargetError| ConfigProblem {
        hint: Some(error.hint().to_owned()),
        ..refused(value, error)
    };
    string(value)?.parse().map_err(hinted)
}

fn conditions(value: &Item) -> Result<Vec<ReplyCondition>, ConfigProblem> {
    let conditions = table(value)?.iter().map(|(key, value)| {
        ReplyCondition::new(&key.name, json(value)?).map_err(|error| ConfigProblem {
            span: key.span.clone(),
            hint: Some(error.hint().to_owned()),
            text: error.to_string(),
        })
    });
    conditions.collect()
}

fn in_sequence(item: &Item, file: ConfigFile) -> Result<ReplyAnswer, ConfigProblem> {
    let fields = table(item)?;
    let known = |name: &str| ANSWER_KEYS.contains(&name);
    if let Some((key, _)) = fields.iter().find(|(key, _)| !known(&key.name)) {
        return unknown(key, &ANSWER_KEYS);
    }
    let fields: Vec<_> = fields.iter().map(|(key, value)| (key, value)).collect();
    answer(item, &fields, file)
}

/// The answer that `fields`, of the table `whole`, describe.
fn answer(
    whole: &Item,
    fields: &[(&ItemKey, &Item)],
    file: ConfigFile,
) -> Result<ReplyAnswer, ConfigProblem> {
    let (mut status, mut headers, mut body, mut error, mut cut) =
        (None, Vec::new(), None, None, None);
    let mut after = Duration::ZERO;
    let mut of_response: Option<&ItemKey> = None;
    for (key, value) in fields {
        match key.name.as_str() {
            "status" => status = Some(self::status(value)?),
            "headers" => headers = self::headers(value)?,
            "error" => error = Some(*value),
            "after_bytes" => cut = Some((*value, number::<usize>(value, 0)?)),
            "after" => after = duration(value)?,
            name => {
                if let Some((other, _)) = body.replace((*key, self::body(name, value, file)?)) {
                    return problem(
                        key.span.clone(),
                        format!("`{}` and `{name}` contradict", other.name),
                        Some(format!("an answer has one body: {}", BODIES.join(", "))),
                    );
                }
            }
        }
        if !["error", "after", "after_bytes"].contains(&key.name.as_str()) {
            of_response = Some(key);
        }
    }
    let failure = error
        .map(|value| failure(value, cut.is_some()))
        .transpose()?;
    let bytes = body.map(|(_, body)| body);
    let content = match (of_response, failure, cut) {
        (None, None, _) => {
            return problem(
                whole.span.clone(),
                "expected what the answer is",
                Some("write for example status = 503, json = { ok = true } or error = \"ECONNRESET\"".into()),
            );
        }
        (_, None, Some((value, _))) => {
            return problem(
                value.span.clone(),
                "`after_bytes` needs an `error`, with which the body breaks off",
                Some("write for example error = \"ECONNRESET\"".into()),
            );
        }
        (Some(key), Some(_), None) => {
            return problem(
                key.span.clone(),
                format!(
                    "`{}` and `error` contradict: an error comes in place of a response",
                    key.name
                ),
                Some("for a body that breaks off, say where: after_bytes = 10".into()),
            );
        }
        (None, Some(failure), None) => ReplyContent::Failure(failure),
        (Some(_), None, None) => {
            ReplyContent::Response(response(whole, status, headers, bytes, None)?)
        }
        (_, Some(failure), cut @ Some(_)) => {
            ReplyContent::Broken(response(whole, status, headers, bytes, cut)?, failure)
        }
    };
    Ok(ReplyAnswer { content, after })
}

/// A body, and the content type that goes without saying.
type Body = (Bytes, Option<&'static str>);

fn response(
    whole: &Item,
    status: Option<StatusCode>,
    mut headers: Vec<(String, String)>,
    body: Option<Body>,
    cut: Option<(&Item, usize)>,
) -> Result<Response, ConfigProblem> {
    let status = status.unwrap_or(StatusCode::OK);
    let (mut bytes, kind) = body.unwrap_or_default();
    if !bytes.is_empty() && [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&status) {
        return problem(
            whole.span.clone(),
            format!("an answer of status {} has no body", status.as_u16()),
            Some("leave one of them out".into()),
        );
    }
    if let Some(kind) = kind.filter(|_| header(&headers, "content-type").is_none()) {
        headers.push(("content-type".into(), kind.into()));
    }
    let says_length = |name: &str| header(&headers, name).is_some();
    if !says_length("content-length") && !says_length("transfer-encoding") {
        headers.push(("content-length".into(), bytes.len().to_string()));
    }
    if let Some((value, most)) = cut {
        if most > bytes.len() {
            let text = match bytes.len() {
                1 => "the body has only 1 byte".to_owned(),
                length => format!("the body has only {length} bytes"),
            };
            let hint = "give fewer, or a longer body: text = \"…\"";
            return problem(value.span.clone(), text, Some(hint.into()));
        }
        bytes.truncate(most);
    }
    Ok(Response {
        status: status.as_u16(),
        reason: status.canonical_reason().unwrap_or_default().to_owned(),
        headers,
        body: Payload {
            bytes,
            codings: Vec::new(),
        },
        ..Response::default()
    })
}

fn status(value: &Item) -> Result<StatusCode, ConfigProblem> {
    match number::<u16>(value, 0) {
        Ok(status @ 200..=599) => {
            StatusCode::from_u16(status).map_err(|error| refused(value, error))
        }
        _ => expected(value, "a status from 200 to 599"),
    }
}

fn headers(value: &Item) -> Result<Vec<(String, String)>, ConfigProblem> {
    let mut headers = Vec::new();
    for (key, value) in table(value)? {
        if HeaderName::try_from(key.name.as_str()).is_err() {
            let text = format!("`{}` can't be a header's name", key.name);
            return problem(key.span.clone(), text, None);
        }
        let values = match &value.value {
            ItemValue::List(values) => values.as_slice(),
            _ => std::slice::from_ref(value),
        };
        for value in values {
            let text = match &value.value {
                ItemValue::Text(text) => text.clone(),
                ItemValue::Integer(number) => number.to_string(),
                _ => return expected(value, "a text in quotes, or a list of them"),
            };
            if HeaderValue::try_from(&text).is_err() || !text.is_ascii() {
                return expected(value, "a header's value: one line of ASCII");
            }
            headers.push((key.name.to_ascii_lowercase(), text));
        }
    }
    Ok(headers)
}

fn failure(value: &Item, in_body: bool) -> Result<ReplyFailure, ConfigProblem> {
    ReplyFailure::new(string(value)?, in_body).map_err(|error| ConfigProblem {
        hint: Some(error.hint()),
        ..refused(value, error)
    })
}

/// The files that replies take their bodies from.
pub(super) fn files(value: &Item, file: ConfigFile) -> Vec<PathBuf> {
    match &value.value {
        ItemValue::List(items) => items.iter().flat_map(|item| files(item, file)).collect(),
        ItemValue::Table(fields) => {
            let fields = fields.iter();
            let named = fields.flat_map(|(key, value)| match (key.name.as_str(), &value.value) {
                ("file", ItemValue::Text(path)) => vec![file.folder().join(path)],
                ("sequence", _) => files(value, file),
                _ => Vec::new(),
            });
            named.collect()
        }
        _ => Vec::new(),
    }
}

fn body(name: &str, value: &Item, file: ConfigFile) -> Result<Body, ConfigProblem> {
    const JSON: Option<&str> = Some("application/json");
    Ok(match name {
        "json" => (json(value)?.to_string().into(), JSON),
        "text" => (
            string(value)?.to_owned().into(),
            Some("text/plain;charset=utf-8"),
        ),
        "base64" => match STANDARD.decode(string(value)?) {
            Ok(bytes) => (bytes.into(), None),
            Err(_) => return expected(value, "bytes in base64"),
        },
        _ => {
            let path = file.folder().join(string(value)?);
            match std::fs::read(&path) {
                Ok(bytes) => {
                    let is_json = path
                        .extension()
                        .is_some_and(|extension| extension == "json");
                    (bytes.into(), JSON.filter(|_| is_json))
                }
                Err(error) => {
                    return problem(
                        value.span.clone(),
                        format!("can't read {}: {error}", path.display()),
                        Some("the path is relative to this file".into()),
                    );
                }
            }
        }
    })
}
