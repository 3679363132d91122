//! The token, without which nobody is let in where a server is reached by others than this machine.

use http::header::{AUTHORIZATION, COOKIE, LOCATION, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

use super::answers::{HttpAnswer, error_answer, text_answer};
use crate::http_server::ClientConnection;

/// The field of the panel's address that has the token.
const FIELD: &str = "token";

/// Who is let in.
pub struct TokenAccess {
    /// Without one, all that reach the server are.
    token: Option<String>,
    /// The name of the cookie that keeps it: servers on several ports share their cookies.
    cookie: String,
}

impl TokenAccess {
    pub fn new(token: Option<String>, port: u16) -> TokenAccess {
        TokenAccess {
            token,
            cookie: format!("segfn-serve-{port}"),
        }
    }

    /// Whether no token is wanted.
    pub fn is_free(&self) -> bool {
        self.token.is_none()
    }

    /// Whether this is the token.
    pub fn is_token(&self, text: &str) -> bool {
        let token = self.token.as_deref();
        token.is_some_and(|token| token.as_bytes().ct_eq(text.as_bytes()).into())
    }

    /// Whether the headers have the token, or none is wanted.
    pub fn admits_bearer(&self, headers: &HeaderMap) -> bool {
        self.is_free() || bearer(headers).is_some_and(|token| self.is_token(token))
    }

    /// What is answered to who is not let in: the page again, without the token in its address, or a refusal.
    /// `None` for a person who has come with the token once, and a program that has it in its headers.
    pub fn refusal(&self, request: &Parts) -> Option<HttpAnswer> {
        let cookie = self.cookie_in(&request.headers);
        if self.admits_bearer(&request.headers) || cookie.is_some_and(|told| self.is_token(told)) {
            return None;
        }
        let query = request.uri.query().unwrap_or_default();
        let told = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == FIELD);
        match told {
            Some((_, token)) if request.method == Method::GET && self.is_token(&token) => {
                Some(self.entered(request, &token))
            }
            _ => Some(refused(request.uri.path())),
        }
    }

    /// The page again, once the browser knows the token.
    fn entered(&self, request: &Parts, token: &str) -> HttpAnswer {
        let mut answer = text_answer(StatusCode::SEE_OTHER, "text/plain", "");
        let encrypted = request.extensions.get::<ClientConnection>();
        let secure = match encrypted.is_some_and(|peer| peer.encrypted) {
            true => "; Secure",
            false => "",
        };
        let cookie = format!(
            "{}={token}; Path=/; HttpOnly; SameSite=Strict{secure}",
            self.cookie
        );
        // A token has only letters and digits.
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            answer.headers_mut().insert(SET_COOKIE, cookie);
        }
        answer
            .headers_mut()
            .insert(LOCATION, HeaderValue::from_static("/"));
        answer
    }

    fn cookie_in<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let cookies = headers.get_all(COOKIE).iter();
        cookies
            .filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find_map(|(name, value)| (name == self.cookie).then_some(value))
    }
}

fn refused(path: &str) -> HttpAnswer {
    let message = "this server wants its token";
    let hint = "open the address that `segfn serve` told when it started";
    match path.starts_with("/api/") {
        true => error_answer(StatusCode::UNAUTHORIZED, message, Some(hint)),
        false => text_answer(
            StatusCode::UNAUTHORIZED,
            "text/plain; charset=utf-8",
            format!("{message}: {hint}\n"),
        ),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (kind, token) = value.split_once(' ')?;
    kind.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    fn asked(line: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = http::Request::get(line);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).expect("a request").into_parts().0
    }

    #[test]
    fn a_token_is_taken_from_the_address_once_and_then_from_the_cookie() {
        let access = TokenAccess::new(Some(TOKEN.to_owned()), 4010);
        let entered = access.refusal(&asked(&format!("/?token={TOKEN}"), &[]));
        let entered = entered.expect("the page again");
        assert_eq!(entered.status(), StatusCode::SEE_OTHER);
        let cookie = entered.headers()[SET_COOKIE].to_str().expect("a text");
        assert!(cookie.ends_with("; HttpOnly; SameSite=Strict"), "{cookie}");
        let (pair, _) = cookie.split_once(';').expect("attributes");
        let refuses = |pair: &str| {
            let request = asked("/api/state", &[("cookie", pair)]);
            access.refusal(&request).is_some()
        };
        assert!(!refuses(pair));
        assert!(!refuses(&format!("other=1; {pair}; more=2")));
        assert!(refuses("segfn-serve-4010=other"));
        assert!(refuses(&format!("segfn-serve-4011={TOKEN}")));
        let bearer = format!("Bearer {TOKEN}");
        let headers = [("authorization", bearer.as_str())];
        assert!(access.refusal(&asked("/api/state", &headers)).is_none());
        for line in ["/", "/?token=", "/?token=other", "/api/state"] {
            let refused = access.refusal(&asked(line, &[])).expect(line);
            assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "{line}");
        }
    }

    #[test]
    fn without_a_token_all_are_let_in() {
        let access = TokenAccess::new(None, 4010);
        assert!(access.refusal(&asked("/", &[])).is_none());
        assert!(access.admits_bearer(&HeaderMap::new()));
        assert!(!access.is_token(""));
    }
}
