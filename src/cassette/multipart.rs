//! `multipart/form-data` bodies.

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
    /// The part's bytes as they came.
    raw: Bytes,
}

impl Multipart {
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
            let part = body.slice(start.min(end)..end.max(start.min(end)));
            parts.push(FormPart::parse(&part)?);
            at = end + next_delimiter.len();
        }
        Some(Multipart { boundary, parts })
    }

    /// The form as a body.
    pub fn write(&self) -> Bytes {
        let mut body = Vec::new();
        for part in &self.parts {
            let mut head = format!(
                "--{}\r\nContent-Disposition: form-data; name=\"{}\"",
                self.boundary,
                quoted(&part.name)
            );
            if let Some(filename) = &part.filename {
                head.push_str(&format!("; filename=\"{}\"", quoted(filename)));
            }
            if let Some(kind) = &part.content_type {
                head.push_str(&format!("\r\nContent-Type: {kind}"));
            }
            body.extend(head.as_bytes());
            body.extend(b"\r\n\r\n");
            body.extend(&part.raw);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{}--\r\n", self.boundary).as_bytes());
        body.into()
    }
}

impl FormPart {
    fn parse(part: &Bytes) -> Option<FormPart> {
        let (head, raw) = match find(part, b"\r\n\r\n", 0) {
            Some(end) => (&part[..end], part.slice(end + 4..)),
            None => (&part[..], Bytes::new()),
        };
        let head = String::from_utf8_lossy(head);
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
            content: Content::parse(&raw, content_type.as_deref()),
            content_type,
            raw,
        })
    }

    /// Puts other content into the part.
    pub fn replace(&mut self, content: Content) {
        self.raw = content.write();
        self.content = content;
    }

    /// The part's bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.raw
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

/// The name as browsers and form-data write it.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn find(body: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find(body.get(from..)?, wanted).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

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
        let again = Multipart::parse(&form.write(), KIND).expect("a form");
        assert_eq!(again, form);
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

    fn form() -> impl Strategy<Value = Multipart> {
        // CR, LF and `%` are written as browsers do, which don't tell them from their escapes.
        let name = "[^\r\n%]{0,8}";
        let part = (
            name,
            proptest::option::of(name),
            proptest::option::of("(text/plain|application/json; charset=utf-8|x/y)"),
            proptest::collection::vec(any::<u8>(), 0..40),
        );
        proptest::collection::vec(part, 0..4).prop_map(|parts| Multipart {
            boundary: "----segfn-boundary".into(),
            parts: parts
                .into_iter()
                .map(|(name, filename, content_type, raw)| {
                    let raw = Bytes::from(raw);
                    FormPart {
                        name,
                        filename,
                        content: Content::parse(&raw, content_type.as_deref()),
                        content_type,
                        raw,
                    }
                })
                .collect(),
        })
    }

    proptest! {
        #[test]
        fn what_is_built_is_taken_apart_again(form in form()) {
            let kind = format!("multipart/form-data; boundary={}", form.boundary);
            prop_assert_eq!(Multipart::parse(&form.write(), &kind), Some(form));
        }

        #[test]
        fn any_body_is_a_form_or_none(
            body in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..60),
                "(--xx|\r\n|--|\r|\n|: ?|;|=|\"|name|filename|Content-(Disposition|Type)|form-data|é|a){0,40}"
                    .prop_map(String::into_bytes),
            ],
        ) {
            if let Some(form) = Multipart::parse(&body.into(), KIND) {
                let again = Multipart::parse(&form.write(), KIND).expect("a form");
                let bytes = |form: &Multipart| {
                    let parts = form.parts.iter();
                    parts.map(|part| part.bytes().clone()).collect::<Vec<_>>()
                };
                prop_assert_eq!(bytes(&again), bytes(&form));
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
