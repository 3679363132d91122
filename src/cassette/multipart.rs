//! `multipart/form-data` bodies.

use std::ops::Range;

use bytes::Bytes;

use super::content::Content;

/// A form's parts in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Multipart {
    pub boundary: String,
    pub parts: Vec<FormPart>,
}

/// One part of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormPart {
    pub name: String,
    pub filename: Option<String>,
    pub content_type: Option<String>,
    pub content: Content,
    /// Where in the body its head is: its name and type.
    pub head: Range<usize>,
    /// Where in the body its content is.
    pub span: Range<usize>,
}

impl Multipart {
    /// The form that a body of this type is; `None` where it is none.
    pub fn of(body: &Bytes, content_type: Option<&str>) -> Option<Multipart> {
        let full = content_type?;
        let kind = full.split(';').next()?.trim();
        kind.eq_ignore_ascii_case("multipart/form-data")
            .then(|| Multipart::parse(body, full))?
    }

    /// `None` when the content type names no boundary, or the body isn't divided by it.
    pub fn parse(body: &Bytes, content_type: &str) -> Option<Multipart> {
        let boundary = parameter(content_type, "boundary")?;
        let delimiter = format!("--{boundary}");
        let mut parts = Vec::new();
        let mut at = find(body, delimiter.as_bytes(), 0)? + delimiter.len();
        let next_delimiter = format!("\r\n{delimiter}");
        loop {
            let rest = body.get(at..)?;
            if rest.starts_with(b"--") {
                break;
            }
            // After a delimiter stands the end of its line, perhaps after spaces.
            let line_end = find(body, b"\r\n", at)?;
            let start = line_end + 2;
            // The line end before a delimiter belongs to it, also after a head without a body.
            let end = find(body, next_delimiter.as_bytes(), start.checked_sub(2)?)?;
            let from = start.min(end);
            parts.push(FormPart::parse(body, from..end.max(from))?);
            at = end + next_delimiter.len();
        }
        Some(Multipart { boundary, parts })
    }
}

impl FormPart {
    fn parse(body: &Bytes, part: Range<usize>) -> Option<FormPart> {
        let (head_span, span) = match find(&body.slice(part.clone()), b"\r\n\r\n", 0) {
            Some(end) => (part.start..part.start + end, part.start + end + 4..part.end),
            None => (part.clone(), part.end..part.end),
        };
        let head = String::from_utf8_lossy(&body[head_span.clone()]);
        let field = |wanted: &str| {
            head.split("\r\n")
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value.trim().to_owned())
        };
        let disposition = field("content-disposition")?;
        let content_type = field("content-type");
        Some(FormPart {
            name: parameter(&disposition, "name")?,
            filename: parameter(&disposition, "filename"),
            content: Content::parse(&body.slice(span.clone()), content_type.as_deref()),
            content_type,
            head: head_span,
            span,
        })
    }
}

/// The parameter `name` of a header's value, unquoted.
fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value.split_once(';')?.1;
    loop {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (found, left) = match after.strip_prefix('"') {
            Some(quoted) => {
                let end = quoted.find('"')?;
                let text = &quoted[..end];
                (text.replace("%22", "\""), &quoted[end + 1..])
            }
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(found);
        }
        rest = left.trim_start().strip_prefix(';')?;
    }
}

fn find(body: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find(body.get(from..)?, wanted).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use crate::json::arbitrary::json;
    use proptest::prelude::*;

    use super::*;

    const KIND: &str = "multipart/form-data; boundary=\"xx\"";

    #[test]
    fn a_form_is_taken_apart_and_put_together() {
        let body = Bytes::from_static(
            b"--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
              --xx\r\ncontent-disposition: form-data; name=\"f\"; filename=\"x;y.json\"\r\n\
              Content-Type: application/json\r\n\r\n{\"k\":[1]}\r\n\
              --xx\r\nContent-Disposition: form-data; name=\"e\"\r\n\r\n\r\n--xx--\r\n",
        );
        let form = Multipart::parse(&body, KIND).expect("a form");
        let view = Content::Multipart(form.clone()).view();
        assert_eq!(
            view,
            json!({
                "a": "1",
                "f": {"filename": "x;y.json", "type": "application/json", "content": {"k": [1]}},
                "e": null
            })
        );
    }

    #[test]
    fn what_is_no_form_is_none() {
        for body in [
            "",
            "--xx",
            "--xx\r\n",
            "--xx\r\nx",
            "--xx\r\nA: b\r\n\r\nc\r\n--xx--",
            "--xx\r\n--xx--",
        ] {
            assert_eq!(
                Multipart::parse(&Bytes::from_static(body.as_bytes()), KIND),
                None,
                "{body}"
            );
        }
        let empty = Multipart::parse(&Bytes::from_static(b"--xx--\r\n"), KIND);
        assert!(empty.is_some_and(|form| form.parts.is_empty()));
        assert_eq!(
            Multipart::parse(&Bytes::from_static(b"x"), "multipart/form-data"),
            None
        );
    }

    type Part = (String, Option<String>, Option<String>, Vec<u8>);

    fn parts() -> impl Strategy<Value = Vec<Part>> {
        // CR, LF and `%` are written as browsers do, which don't tell them from their escapes.
        let name = "[^\r\n%]{0,8}";
        let part = (
            name,
            proptest::option::of(name),
            proptest::option::of(
                "(text/plain|application/json; charset=utf-8|x/y)".prop_map(String::from),
            ),
            proptest::collection::vec(any::<u8>(), 0..40),
        );
        proptest::collection::vec(part, 0..4)
    }

    /// As browsers and form-data write it.
    fn written(parts: &[Part], boundary: &str) -> Bytes {
        let quoted = |name: &str| name.replace('"', "%22");
        let mut body = Vec::new();
        for (name, filename, kind, raw) in parts {
            let mut head = format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"",
                quoted(name)
            );
            if let Some(filename) = filename {
                head.push_str(&format!("; filename=\"{}\"", quoted(filename)));
            }
            if let Some(kind) = kind {
                head.push_str(&format!("\r\nContent-Type: {kind}"));
            }
            body.extend(head.as_bytes());
            body.extend(b"\r\n\r\n");
            body.extend(raw);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{boundary}--\r\n").as_bytes());
        body.into()
    }

    proptest! {
        #[test]
        fn what_is_built_is_taken_apart_again(parts in parts()) {
            let boundary = "----segfn-boundary";
            let kind = format!("multipart/form-data; boundary={boundary}");
            let body = written(&parts, boundary);
            let form = Multipart::parse(&body, &kind).expect("a form");
            let again: Vec<Part> = form
                .parts
                .into_iter()
                .map(|part| (part.name, part.filename, part.content_type, body[part.span].to_vec()))
                .collect();
            prop_assert_eq!(again, parts);
        }

        #[test]
        fn any_body_is_a_form_or_none(
            body in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..60),
                "(--xx|\r\n|--|\r|\n|: ?|;|=|\"|name|filename|Content-(Disposition|Type)|form-data|é|a){0,40}"
                    .prop_map(String::into_bytes),
            ],
        ) {
            let body = Bytes::from(body);
            for part in Multipart::parse(&body, KIND).map(|form| form.parts).unwrap_or_default() {
                prop_assert!(part.head.end <= part.span.start && part.span.end <= body.len());
            }
        }

        #[test]
        fn any_content_type_is_read(kind in "[a;=\" b-]{0,20}|.*") {
            let body = Bytes::from_static(b"--a\r\n\r\n\r\n--a--");
            let _ = Multipart::parse(&body, &kind);
            let _ = Multipart::parse(&body, &format!("multipart/form-data; boundary=a;{kind}"));
        }
    }
}
