//! Which reply a request gets.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::condition::view;
use super::reply::Reply;
use crate::cassette::{Answer, Redactor, Request};

/// Answers requests from replies: the first that is for it, and has an answer left. Clones share which were
/// given.
#[derive(Clone, Debug, Default)]
pub struct Replies {
    pub(super) list: Arc<[Reply]>,
    /// For each, how many requests it was for so far, given or passed by.
    pub(super) met: Arc<Mutex<Vec<u32>>>,
    pub(super) redactor: Redactor,
}

/// A reply's answer to a request.
#[derive(Debug)]
pub(in crate::net) struct Replied {
    pub answer: Answer,
    pub after: Duration,
}

/// A reply that no request asked for, or not as often as it could have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusedReply {
    pub to: String,
    pub file: PathBuf,
    pub line: u32,
    /// How often it answered, and how often it was to.
    pub given: u32,
    pub of: u32,
}

impl Replies {
    /// In the order in which they are tried. A request is looked at as it is, and as it is redacted.
    pub fn new(list: Vec<Reply>, redactor: Redactor) -> Replies {
        Replies {
            met: Arc::new(Mutex::new(vec![0; list.len()])),
            list: list.into(),
            redactor,
        }
    }

    /// The same, none of which was given yet.
    pub fn fork(&self) -> Replies {
        Replies {
            met: Arc::new(Mutex::new(vec![0; self.list.len()])),
            ..self.clone()
        }
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether one may be for requests to `url`.
    pub(in crate::net) fn may_answer(&self, method: &str, url: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let redacted = self.redactor.url(url);
        let mut all = self.list.iter();
        all.any(|reply| reply.to.matches(method, url) || reply.to.matches(method, &redacted))
    }

    /// The answer to `request`, which isn't redacted yet.
    pub(in crate::net) fn answer(&self, request: &Request) -> Option<Replied> {
        self.next(request, false)
    }

    /// What answers `request` before it is complete: only a failure to connect.
    pub(in crate::net) fn failure_ahead(&self, request: &Request) -> Option<Replied> {
        self.next(request, true)
    }

    /// Who asks `ahead` of a request takes only a failure to connect, and will ask again.
    fn next(&self, request: &Request, ahead: bool) -> Option<Replied> {
        let mut redacted = request.clone();
        self.redactor.request(&mut redacted);
        let forms = [request, &redacted].map(|request| (request, view(request)));
        let mut met = self.met.lock();
        let (mut passed, mut found) = (Vec::new(), None);
        for (index, reply) in self.list.iter().enumerate() {
            let is_for = |(request, view): &(&Request, _)| {
                reply.to.matches(&request.method, &request.url)
                    && reply.when.iter().all(|condition| condition.holds(view))
            };
            if !forms.iter().any(is_for) {
                continue;
            }
            let answer = match met[index].checked_sub(reply.skip) {
                None => {
                    passed.push(index);
                    continue;
                }
                Some(given) if reply.times.is_some_and(|times| given >= times) => continue,
                Some(given) => {
                    let turn = (given as usize).min(reply.answers.len() - 1);
                    &reply.answers[turn]
                }
            };
            found = Some((index, answer));
            break;
        }
        if ahead && !found.is_some_and(|(_, answer)| answer.fails_ahead()) {
            return None;
        }
        passed.into_iter().for_each(|index: usize| met[index] += 1);
        let (index, answer) = found?;
        met[index] += 1;
        Some(Replied {
            answer: answer.to(&request.url),
            after: answer.after,
        })
    }

    /// The required ones that no request has asked for so far, or not as often as they say.
    pub fn unused(&self) -> Vec<UnusedReply> {
        let met = self.met.lock();
        let unused = self.list.iter().zip(met.iter()).filter_map(|(reply, met)| {
            let (given, of) = (met.saturating_sub(reply.skip), reply.times.unwrap_or(1));
            (reply.is_required && given < of).then(|| UnusedReply {
                to: reply.to.to_string(),
                file: reply.file.clone(),
                line: reply.line,
                given,
                of,
            })
        });
        unused.collect()
    }
}

impl fmt::Display for UnusedReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let UnusedReply {
            to,
            file,
            line,
            given,
            of,
        } = self;
        let place = format!("{}:{line}", file.display());
        match given {
            0 => write!(f, "no request asked for the reply to {to} ({place})"),
            _ => write!(
                f,
                "the reply to {to} ({place}) was asked for {given} of {of} times"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{ReplyAnswer, ReplyContent, ReplyFailure};

    const URL: &str = "https://api.example.com/x";

    fn reply(skip: u32, times: Option<u32>, codes: &[&str]) -> Reply {
        let answer = |code: &&str| ReplyAnswer {
            content: ReplyContent::Failure(ReplyFailure::new(code, false).expect(code)),
            after: Duration::ZERO,
        };
        Reply {
            to: format!("GET {URL}").parse().expect("a target"),
            when: Vec::new(),
            skip,
            answers: codes.iter().map(answer).collect(),
            times,
            file: "case.toml".into(),
            line: 1,
            is_required: true,
        }
    }

    fn request() -> Request {
        Request {
            method: "GET".into(),
            url: URL.into(),
            ..Request::default()
        }
    }

    fn code(replied: Option<Replied>) -> Option<String> {
        match replied?.answer {
            Answer::Failed(failure) => Some(failure.code.into_owned()),
            _ => None,
        }
    }

    #[test]
    fn replies_answer_as_often_as_they_say_and_then_those_behind() {
        let list = vec![
            reply(1, Some(1), &["EPIPE"]),
            reply(0, Some(2), &["ENOTFOUND", "ECONNREFUSED"]),
        ];
        let replies = Replies::new(list, Redactor::default());
        let codes: Vec<_> = (0..4).map(|_| code(replies.answer(&request()))).collect();
        let expected = [Some("ENOTFOUND"), Some("EPIPE"), Some("ECONNREFUSED"), None];
        assert_eq!(codes, expected.map(|code| code.map(str::to_owned)));
        assert!(replies.unused().is_empty());
    }

    #[test]
    fn before_a_request_is_complete_only_a_failure_to_connect_shows() {
        let list = vec![reply(0, Some(2), &["ENOTFOUND", "EPIPE"])];
        let replies = Replies::new(list, Redactor::default());
        let ahead = || code(replies.failure_ahead(&request()));
        assert_eq!((ahead().as_deref(), ahead()), (Some("ENOTFOUND"), None));
        assert_eq!(replies.unused()[0].given, 1);
        assert_eq!(code(replies.answer(&request())).as_deref(), Some("EPIPE"));
    }
}
