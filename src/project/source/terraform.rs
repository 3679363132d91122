//! Functions in Terraform files: what Segment's Git Sync writes, and what people who manage their
//! workspace by Terraform write themselves.

use std::ops::Range;
use std::path::{Path, PathBuf};

use hcl_edit::Span;
use hcl_edit::expr::{Expression, Object, TraversalOperator};
use hcl_edit::structure::{Attribute, Block};
use hcl_edit::template::{Element, Template};
use serde_json::Value;

use crate::function::Kind;
use crate::project::source::error::SourceError;
use crate::text::place_in;

/// A `resource "segment_function"`.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    /// Its name in Terraform.
    pub name: String,
    pub display_name: Option<String>,
    pub kind: Kind,
    pub code: Code,
    pub settings: Vec<DeclaredSetting>,
}

#[derive(Clone, Debug)]
pub(super) enum Code {
    Text {
        text: String,
        /// Of a heredoc, the file's line that is the code's first.
        line: Option<u32>,
    },
    /// By `file()`; relative to the Terraform file's folder.
    File(PathBuf),
}

/// A setting as the function declares it (docs/platform.md section 11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredSetting {
    pub name: String,
    pub required: bool,
    /// Its values must not be shown.
    pub sensitive: bool,
    /// What the setting is when it is not set: empty, by its type.
    pub empty: Value,
}

struct Problem {
    span: Option<Range<usize>>,
    text: String,
    hint: Option<&'static str>,
}

/// The functions in `text`, the Terraform file at `path`.
pub(super) fn parse(path: &Path, text: &str) -> Result<Vec<Resource>, SourceError> {
    let bad = |place, problem, hint: Option<&str>| SourceError::Terraform {
        path: path.to_owned(),
        place,
        problem,
        hint: hint.map(str::to_owned),
    };
    let body = hcl_edit::parser::parse_body(text).map_err(|error| {
        let place = place_in(text, error.location().offset());
        bad(place, error.message().to_owned(), None)
    })?;
    let mut found = Vec::new();
    for block in body.get_blocks("resource") {
        let [kind, name] = &block.labels[..] else {
            continue;
        };
        if kind.as_str() != "segment_function" {
            continue;
        }
        let resource = resource(block, name.as_str(), text).map_err(|problem| {
            let start = problem.span.or(block.span()).map_or(0, |span| span.start);
            let text_of_it = format!("the function {}: {}", name.as_str(), problem.text);
            bad(place_in(text, start), text_of_it, problem.hint)
        })?;
        found.push(resource);
    }
    Ok(found)
}

fn problem<T>(
    at: &impl Span,
    text: impl Into<String>,
    hint: Option<&'static str>,
) -> Result<T, Problem> {
    Err(Problem {
        span: at.span(),
        text: text.into(),
        hint,
    })
}

fn resource(block: &Block, name: &str, text: &str) -> Result<Resource, Problem> {
    let attribute = |key: &str| block.body.get_attribute(key);
    let needed = |key: &str| match attribute(key) {
        Some(attribute) => Ok(attribute),
        None => problem(block, format!("`{key}` is missing"), None),
    };
    let settings = match attribute("settings").map(|settings| &settings.value) {
        None | Some(Expression::Null(_)) => Vec::new(),
        Some(Expression::Array(items)) => items.iter().map(declared).collect::<Result<_, _>>()?,
        Some(other) => return problem(other, "expected `settings` to be a list", None),
    };
    let display_name = attribute("display_name").and_then(|name| name.value.as_str());
    Ok(Resource {
        name: name.to_owned(),
        display_name: display_name.map(str::to_owned),
        kind: kind(needed("resource_type")?)?,
        code: code(&needed("code")?.value, text)?,
        settings,
    })
}

fn kind(attribute: &Attribute) -> Result<Kind, Problem> {
    match attribute.value.as_str() {
        Some("SOURCE") => Ok(Kind::Source),
        Some("DESTINATION") => Ok(Kind::Destination),
        Some("INSERT_DESTINATION") => Ok(Kind::InsertDestination),
        Some("INSERT_SOURCE") => Ok(Kind::InsertSource),
        _ => problem(
            &attribute.value,
            "expected one of: SOURCE, DESTINATION, INSERT_DESTINATION, INSERT_SOURCE",
            None,
        ),
    }
}

const CODE: &str = "expected the code in quotes, as a heredoc or by file(\"function.js\")";

fn code(value: &Expression, text: &str) -> Result<Code, Problem> {
    match value {
        Expression::Parenthesis(inner) => code(inner.inner(), text),
        Expression::String(code) => Ok(Code::Text {
            text: code.to_string(),
            line: None,
        }),
        Expression::HeredocTemplate(heredoc) => {
            let first = heredoc.template.iter().next().and_then(Span::span);
            let line = first.map(|span| place_in(text, span.start).line);
            Ok(Code::Text {
                text: literal(&heredoc.template)?,
                line,
            })
        }
        Expression::StringTemplate(template) => {
            let inside = template.iter().find(|element| !element.is_literal());
            match inside {
                Some(element) => interpolated(element),
                None => problem(value, CODE, None),
            }
        }
        Expression::FuncCall(call) if call.name.name.as_str() == "file" => {
            match call.args.iter().collect::<Vec<_>>()[..] {
                [path] => Ok(Code::File(file(path)?)),
                _ => problem(value, "file() takes one path", None),
            }
        }
        _ => problem(value, CODE, Some("segfn doesn't evaluate Terraform")),
    }
}

fn literal(template: &Template) -> Result<String, Problem> {
    let mut text = String::new();
    for element in template {
        match element {
            Element::Literal(literal) => text.push_str(literal),
            other => return interpolated(other),
        }
    }
    Ok(text)
}

fn interpolated<T>(element: &Element) -> Result<T, Problem> {
    problem(
        element,
        "there is a Terraform expression in the code",
        Some("JavaScript's ${ is written $${ in Terraform, and %{ is written %%{"),
    )
}

/// The path that `file()` is given; `${path.module}` is the folder of the Terraform file.
fn file(path: &Expression) -> Result<PathBuf, Problem> {
    let text = match path {
        Expression::String(text) => text.to_string(),
        Expression::StringTemplate(template) => {
            let mut text = String::new();
            for element in template.iter() {
                match element {
                    Element::Literal(literal) => text.push_str(literal),
                    Element::Interpolation(inner) if is_folder(&inner.expr) => text.push('.'),
                    other => {
                        return problem(
                            other,
                            "in a path, segfn knows only the expression ${path.module}",
                            None,
                        );
                    }
                }
            }
            text
        }
        other => return problem(other, "expected a path in quotes", None),
    };
    let below = text.strip_prefix("./").unwrap_or(&text);
    Ok(PathBuf::from(below))
}

/// `path.module`, or `path.root`: without Terraform's modules, the same.
fn is_folder(expression: &Expression) -> bool {
    let Expression::Traversal(traversal) = expression else {
        return false;
    };
    let name = match &traversal.operators[..] {
        [operator] => match operator.value() {
            TraversalOperator::GetAttr(name) => name.as_str(),
            _ => return false,
        },
        _ => return false,
    };
    let of = traversal.expr.as_variable().map(|name| name.as_str());
    of == Some("path") && matches!(name, "module" | "root")
}

fn declared(item: &Expression) -> Result<DeclaredSetting, Problem> {
    let Expression::Object(fields) = item else {
        return problem(item, "expected a setting in braces", None);
    };
    let Some(name) = field(fields, "name").and_then(Expression::as_str) else {
        return problem(item, "expected a setting with a `name`", None);
    };
    let flag = |key| {
        field(fields, key)
            .and_then(Expression::as_bool)
            .unwrap_or_default()
    };
    let empty = match field(fields, "type").and_then(Expression::as_str) {
        Some("BOOLEAN") => Value::Bool(false),
        Some("ARRAY") => Value::Array(Vec::new()),
        Some("TEXT_MAP") => Value::Object(Default::default()),
        _ => Value::String(String::new()),
    };
    Ok(DeclaredSetting {
        name: name.to_owned(),
        required: flag("required"),
        sensitive: flag("sensitive"),
        empty,
    })
}

fn field<'o>(object: &'o Object, name: &str) -> Option<&'o Expression> {
    let found = object.iter().find(|(key, _)| {
        key.as_ident().map(|key| key.as_str()) == Some(name)
            || key.as_expr().and_then(Expression::as_str) == Some(name)
    });
    found.map(|(_, value)| value.expr())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<Resource> {
        parse(Path::new("tf/f.tf"), text).expect("functions")
    }

    fn problem(text: &str) -> String {
        let error = parse(Path::new("f.tf"), text).expect_err("a problem");
        format!("{error} ({})", error.hint().unwrap_or_default())
    }

    #[test]
    fn what_git_sync_writes_is_read() {
        let text = r#"
import {
  to = segment_function.id-dfn_1
  id = "dfn_1"
}

resource "segment_function" "id-dfn_1" {
  code          = "// 1\nasync function onTrack(event, settings) {\n\tlog(`$${settings.a} \"x\" \\d %%{}`);\n}\n"
  description   = null
  display_name  = "My destination"
  logo_url      = "https://example.com/logo.png"
  resource_type = "DESTINATION"
  settings = [
    {
      description = "d"
      label       = "l"
      name        = "apiKey"
      required    = true
      sensitive   = true
      type        = "STRING"
    },
    { name = "map", type = "TEXT_MAP", required = false, sensitive = false },
  ]
}
resource "segment_source" "x" { name = "y" }
"#;
        let found = parsed(text);
        assert_eq!(found.len(), 1);
        let function = &found[0];
        assert_eq!(function.name, "id-dfn_1");
        assert_eq!(function.display_name.as_deref(), Some("My destination"));
        assert_eq!(function.kind, Kind::Destination);
        let Code::Text { text, line } = &function.code else {
            panic!("a text")
        };
        assert_eq!(
            text,
            "// 1\nasync function onTrack(event, settings) {\n\tlog(`${settings.a} \"x\" \\d %{}`);\n}\n"
        );
        assert_eq!(*line, None);
        assert_eq!(function.settings.len(), 2);
        assert!(function.settings[0].sensitive && function.settings[0].required);
        assert_eq!(
            function.settings[1].empty,
            Value::Object(Default::default())
        );
    }

    #[test]
    fn code_may_be_a_heredoc_or_a_file() {
        let text = "resource \"segment_function\" \"a\" {\n  resource_type = \"SOURCE\"\n  code = <<-EOT\n    x(`$${y} \\n`);\n      z();\n  EOT\n}\n\
            resource \"segment_function\" \"b\" {\n  resource_type = \"INSERT_SOURCE\"\n  code = file(\"${path.module}/b.js\")\n  settings = []\n}\n\
            resource \"segment_function\" \"c\" {\n  resource_type = \"INSERT_DESTINATION\"\n  code = (file(\"./c.js\"))\n}";
        let found = parsed(text);
        let Code::Text { text, line } = &found[0].code else {
            panic!("a text")
        };
        assert_eq!(text, "x(`${y} \\n`);\n  z();\n");
        assert_eq!(*line, Some(4));
        let path = |index: usize| match &found[index].code {
            Code::File(path) => path.clone(),
            Code::Text { .. } => panic!("a file"),
        };
        assert_eq!(path(1), Path::new("b.js"));
        assert_eq!(path(2), Path::new("c.js"));
    }

    #[test]
    fn what_can_t_be_read_is_told_with_its_place() {
        let with = |inside: &str| {
            problem(&format!(
                "resource \"segment_function\" \"f\" {{\n{inside}\n}}"
            ))
        };
        assert!(
            with("code = \"x\"")
                .starts_with("f.tf:1:1: the function f: `resource_type` is missing")
        );
        assert!(
            with("resource_type = \"SINK\"")
                .starts_with("f.tf:2:17: the function f: expected one of: SOURCE")
        );
        assert!(
            with("resource_type = \"SOURCE\"\ncode = local.x")
                .contains("f.tf:3:8: the function f: expected the code in quotes")
        );
        assert!(
            with("resource_type = \"SOURCE\"\ncode = \"a ${b}\"")
                .contains("(JavaScript's ${ is written $${")
        );
        assert!(
            with("resource_type = \"SOURCE\"\ncode = <<EOT\na\n ${b}\nEOT")
                .starts_with("f.tf:5:2: "),
            "{}",
            with("resource_type = \"SOURCE\"\ncode = <<EOT\na\n ${b}\nEOT")
        );
        assert!(problem("resource {").starts_with("f.tf:1:"));
    }
}
