//! What goes wrong, and with which requests.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::StatusCode;

use crate::cassette::{Answer, Payload, Response};
use crate::net::reply::ReplyFailure;

/// The longest host of a fault, in bytes.
pub(super) const LONGEST_HOST: usize = 256;

/// The longest delay: longer than any function runs.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// The most requests that one fault is for.
const MOST: u32 = 10_000;

/// What a person reads who looks at the answer.
const BODY: &str = "a fault, injected by segfn serve\n";

/// What goes wrong with the next requests to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In lower case, perhaps with a port: `api.example.com`, `127.0.0.1:8080`. `*` is any text.
    pub host: String,
    pub kind: FaultKind,
    /// For so many requests.
    pub count: u32,
}

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It is answered with this status, and is sent to nobody.
    Status(u16),
    /// Its connection is reset. It is sent to nobody.
    Reset,
    /// It is sent, and its answer comes only after so much time.
    Delay(Duration),
}

/// Why there is no such fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    #[error("`{0}` is no host")]
    Host(String),
    #[error("`{0}` is no fault")]
    Kind(String),
    #[error("a fault is for 1 to {MOST} requests")]
    Count,
    #[error("a delay takes 1 to {} ms", LONGEST_DELAY.as_millis())]
    Delay,
    #[error("{0} faults are there already")]
    TooMany(usize),
}

impl FaultError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            FaultError::Host(_) => Some(
                "write it as it stands in a URL, such as api.example.com or 127.0.0.1:8080; * is any text",
            ),
            FaultError::Kind(_) => {
                Some("it is a status from 400 to 599, such as 503, or reset, or delay")
            }
            FaultError::TooMany(_) => Some("clear them first"),
            FaultError::Count | FaultError::Delay => None,
        }
    }
}

impl Fault {
    /// # Errors
    /// No request goes to such a host, or too few or too many are meant.
    pub fn new(host: &str, kind: FaultKind, count: u32) -> Result<Fault, FaultError> {
        let lower = host.trim().to_ascii_lowercase();
        let fits = |c: char| c.is_ascii_alphanumeric() || ".-_*:[]".contains(c);
        if lower.is_empty() || lower.len() > LONGEST_HOST || !lower.chars().all(fits) {
            return Err(FaultError::Host(host.to_owned()));
        }
        if !(1..=MOST).contains(&count) {
            return Err(FaultError::Count);
        }
        if let FaultKind::Delay(time) = kind
            && (time.is_zero() || time > LONGEST_DELAY)
        {
            return Err(FaultError::Delay);
        }
        Ok(Fault {
            host: lower,
            kind,
            count,
        })
    }
}

/// A delay is one of no time at first.
impl FromStr for FaultKind {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<FaultKind, FaultError> {
        match text {
            "reset" => Ok(FaultKind::Reset),
            "delay" => Ok(FaultKind::Delay(Duration::ZERO)),
            text => {
                let status = text.parse().ok();
                let status = status.filter(|status| (400..600).contains(status));
                let unknown = || FaultError::Kind(text.to_owned());
                status.map(FaultKind::Status).ok_or_else(unknown)
            }
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultKind::Status(status) => write!(f, "{status}"),
            FaultKind::Reset => f.write_str("reset"),
            FaultKind::Delay(_) => f.write_str("delay"),
        }
    }
}

impl FaultKind {
    /// What answers a request to `url` in its host's place; `None` where the host answers itself, later.
    pub(in crate::net) fn answer(self, url: &str) -> Option<Answer> {
        match self {
            FaultKind::Status(status) => Some(Answer::Response(Response {
                status,
                reason: StatusCode::from_u16(status)
                    .ok()
                    .and_then(|status| status.canonical_reason())
                    .unwrap_or_default()
                    .to_owned(),
                headers: vec![
                    ("content-type".into(), "text/plain".into()),
                    ("content-length".into(), BODY.len().to_string()),
                ],
                body: Payload {
                    bytes: BODY.into(),
                    codings: Vec::new(),
                },
                ..Response::default()
            })),
            FaultKind::Reset => {
                // The code is one that is known.
                let failure = ReplyFailure::new("ECONNRESET", false).ok()?;
                Some(Answer::Failed(failure.of(url)))
            }
            FaultKind::Delay(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_no_fault() {
        let fault = |host, kind: &str, count| {
            let kind = kind.parse::<FaultKind>()?;
            Fault::new(host, kind, count)
        };
        assert_eq!(
            fault(" API.example.com ", "503", 2).map(|fault| fault.host),
            Ok("api.example.com".to_owned())
        );
        assert!(fault("[::1]:80", "reset", 10_000).is_ok());
        for (host, kind, count, error) in [
            (
                "https://a.b",
                "500",
                1,
                FaultError::Host("https://a.b".into()),
            ),
            ("", "500", 1, FaultError::Host(String::new())),
            ("a.b", "200", 1, FaultError::Kind("200".into())),
            ("a.b", "slow", 1, FaultError::Kind("slow".into())),
            ("a.b", "500", 0, FaultError::Count),
            ("a.b", "500", 10_001, FaultError::Count),
            ("a.b", "delay", 1, FaultError::Delay),
        ] {
            assert_eq!(fault(host, kind, count), Err(error));
        }
    }
}
