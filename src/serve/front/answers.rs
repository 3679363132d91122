//! Answers.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use serde_json::json;

/// An answer, whole or as it comes.
pub type HttpAnswer = Response<BoxBody<Bytes, Infallible>>;

/// An answer with a body of this type.
pub fn text_answer(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> HttpAnswer {
    let mut answer = Response::new(Full::new(body.into()).boxed());
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static(kind);
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

/// An answer in JSON.
pub fn json_answer(status: StatusCode, json: impl Into<Bytes>) -> HttpAnswer {
    text_answer(status, "application/json", json)
}

/// What every SDK takes for an acceptance.
pub fn accepted() -> HttpAnswer {
    json_answer(StatusCode::OK, r#"{"success":true}"#)
}

/// A refusal that every SDK can read: some want `message` and `code`, others `error`.
pub fn refused(status: StatusCode, code: &str, message: &str) -> HttpAnswer {
    let body = json!({ "success": false, "message": message, "code": code, "error": message });
    json_answer(status, body.to_string())
}

/// A refusal as the panel reads it.
pub fn error_answer(status: StatusCode, message: &str, hint: Option<&str>) -> HttpAnswer {
    let mut error = json!({ "message": message });
    if let Some(hint) = hint {
        error["hint"] = hint.into();
    }
    json_answer(status, json!({ "error": error }).to_string())
}
