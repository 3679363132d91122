//! What is told on the terminal while the server runs.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use segfn::http_server::ServerTls;
use segfn::report::visible;
use segfn::serve::{NotLoaded, Notice, NoticedCall};
use serde_json::json;
use serde_json::value::RawValue;

use crate::cli::output::Output;

/// Where the server is, and what opens it.
pub struct Whereabouts {
    pub address: SocketAddr,
    pub token: Option<String>,
    pub tls: Option<Arc<ServerTls>>,
}

/// Writes notices, a line each.
pub struct Terminal<'o> {
    output: &'o Output,
    json: bool,
    /// The columns of the functions' names.
    width: usize,
}

impl<'o> Terminal<'o> {
    pub fn new(output: &'o Output, json: bool, names: &[String]) -> Terminal<'o> {
        let width = names.iter().map(|name| name.chars().count()).max();
        Terminal {
            output,
            json,
            width: width.unwrap_or_default(),
        }
    }

    pub fn tell_whereabouts(&self, is: &Whereabouts) {
        let scheme = if is.tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", is.address);
        let authority = is.tls.as_ref().and_then(|tls| tls.authority());
        if self.json {
            let mut told = json!({ "url": url });
            if let Some(token) = &is.token {
                told["token"] = token.as_str().into();
            }
            if let Some(authority) = authority {
                told["ca"] = authority.display().to_string().into();
            }
            return self.json(told);
        }
        self.line(&match is.token {
            Some(_) => format!("Segment's Tracking API at {url}/v1"),
            None => format!("Segment's Tracking API at {url}/v1, webhooks at {url}/hooks/NAME"),
        });
        if let Some(token) = &is.token {
            self.line(&format!(
                "The panel, with its token, at {url}/?token={token}"
            ));
        }
        if let Some(authority) = authority {
            let file = authority.display();
            self.line(&format!("Its certificate is trusted by who trusts {file}"));
        }
    }

    pub fn tell(&mut self, notice: Notice) {
        match notice {
            Notice::Loaded { function, ready } => {
                for warning in &ready.warnings {
                    self.output.warning(&format!("{function}: {warning}"), None);
                }
                let (kind, handlers) = (ready.kind.name(), ready.handlers);
                match self.json {
                    true => self.json(json!({
                        "loaded": { "function": *function, "kind": kind, "handlers": handlers },
                    })),
                    false => self.named(
                        &function,
                        &format!("· loaded    {kind}: {}", handlers.join(", ")),
                    ),
                }
            }
            Notice::NotLoaded { function, problem } => self.not_loaded(&function, &problem),
            Notice::Called { function, calls } => self.called(&function, &calls),
            Notice::Stopped {
                event,
                function,
                class,
                reason,
            } => match self.json {
                true => self.json(json!({
                    "event": event, "function": function.as_deref(), "class": class.name(), "reason": reason,
                })),
                false => {
                    let text = format!("✗ {:<8}  #{event}  {reason}", class.name());
                    self.named(function.as_deref().unwrap_or_default(), &text);
                }
            },
            Notice::Trouble(text) => self.output.error(&text, None),
        }
    }

    fn not_loaded(&self, function: &str, problem: &NotLoaded) {
        let place = match (&problem.file, problem.at) {
            (Some(file), Some(at)) => {
                format!("{}:{}:{}: ", file.display(), at.line, at.column)
            }
            (Some(file), None) => format!("{}: ", file.display()),
            (None, _) => String::new(),
        };
        let text = format!("{function} can't be loaded: {place}{}", problem.message);
        self.output.error(&text, problem.hint.as_deref());
    }

    fn called(&self, function: &str, calls: &[NoticedCall]) {
        let mut text = String::new();
        for call in calls {
            match self.json {
                true => self.line(&json_of(function, call)),
                false => self.add_named(&mut text, function, &text_of(call)),
            }
        }
        self.write(&text);
    }

    fn named(&self, function: &str, text: &str) {
        let mut line = String::new();
        self.add_named(&mut line, function, text);
        self.write(&line);
    }

    /// Adds a line that tells something of a function.
    fn add_named(&self, lines: &mut String, function: &str, text: &str) {
        let (width, text) = (self.width, visible(text));
        // A string takes all.
        let _ = write!(lines, "{function:<width$}  ");
        match text.contains('\n') {
            true => lines.push_str(&text.replace('\n', " ")),
            false => lines.push_str(&text),
        }
        lines.push('\n');
    }

    fn json(&self, value: serde_json::Value) {
        self.line(&value.to_string());
    }

    fn line(&self, text: &str) {
        self.write(&format!("{text}\n"));
    }

    fn write(&self, text: &str) {
        // A failure is kept by `output`.
        let _ = self.output.write(text.as_bytes());
    }
}

fn text_of(call: &NoticedCall) -> Cow<'_, str> {
    let head = std::str::from_utf8(&call.text)
        .unwrap_or_default()
        .trim_end();
    match (&call.error, head) {
        (Some(error), "") => format!("✗ {:<8}  #{}  {error}", call.class.name(), call.event).into(),
        (Some(error), head) => format!("{head}  {error}").into(),
        (None, head) => head.into(),
    }
}

fn json_of(function: &str, call: &NoticedCall) -> String {
    let outcome = std::str::from_utf8(&call.outcome).unwrap_or_default();
    let outcome = RawValue::from_string(outcome.trim().to_owned()).ok();
    let error = call.outcome.is_empty().then_some(&call.error);
    let line = Line {
        function,
        event: call.event,
        attempt: call.attempt,
        outcome,
        error: error.and_then(Option::as_deref),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

/// An outcome for programs.
#[derive(serde::Serialize)]
struct Line<'a> {
    function: &'a str,
    event: u64,
    attempt: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}
