//! Functions in Terraform files: what Segment's Git Sync writes, and what people who manage their
//! workspace by Terraform write themselves.

use std::ops::Range;
use std::path::{Path, PathBuf};

use hcl_edit::Span;
use hcl_edit::expr::{Expression, Object, TraversalOperator};
use hcl_edit::structure::{Attribute, Block};
use hcl_edit::template::{Element, Template};

use crate::function::Kind;
use crate::json::Json;
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
#[derive(Clone, Debug, PartialEq)]
pub struct DeclaredSetting {
    pub name: String,
    pub required: bool,
    /// Its values must not be shown.
    pub sensitive: bool,
    /// What the setting is when it is not set: empty, by its type.
    pub empty: Json,
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
        let at = error.location().offset();
        let place = place_in(text, at);
        bad(place, error.message().to_owned(), early_end(text, at))
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

/// What to do if the line of the error at `at` begins with the name of a heredoc. That ends a heredoc here,
/// and in Terraform only where nothing follows.
fn early_end(text: &str, at: usize) -> Option<&'static str> {
    let before = text.get(..at)?;
    let line = before.rsplit('\n').next()?.trim_start();
    let mut words = line.split(|char: char| !char.is_alphanumeric() && !"-_".contains(char));
    let name = words.next().filter(|name| !name.is_empty())?;
    let begins = |mark: &str| before.contains(&format!("{mark}{name}\n"));
    (begins("<<") || begins("<<-")).then_some(
        "a line of the code begins with the heredoc's name: choose another name for the heredoc",
    )
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
        Some("BOOLEAN") => Json::Bool(false),
        Some("ARRAY") => Json::Array(Vec::new()),
        Some("TEXT_MAP") => Json::Object(Default::default()),
        _ => Json::String(String::new()),
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
mod tests;
