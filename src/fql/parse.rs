//! From the text of an expression to its terms.

use std::str::FromStr;

use crate::fql::error::{FqlError, FqlProblem};
use crate::fql::expression::Expression;
use crate::fql::function::Function;
use crate::fql::glob::Glob;
use crate::fql::term::{Comparison, Term, TermKind};
use crate::fql::token::{Token, TokenKind, tokens};
use crate::fql::types::{FqlType, TypeSet};
use crate::json::Json;
use crate::text::nearest;

/// How many parentheses and `!` may lie in one another: each takes a piece of the stack.
const DEEPEST: usize = 64;

impl FromStr for Expression {
    type Err = FqlError;

    fn from_str(text: &str) -> Result<Expression, FqlError> {
        let mut parser = Parser {
            text,
            tokens: tokens(text)?,
            next: 0,
            depth: 0,
        };
        if parser.kind() == &TokenKind::End {
            return Err(FqlError::new(0..text.len(), FqlProblem::Empty));
        }
        let root = parser.either()?;
        if parser.kind() != &TokenKind::End {
            return Err(parser.unexpected("`and`, `or` or the end"));
        }
        let gives = gives(&root);
        if !gives.has_any_of(TypeSet::BOOL) {
            return Err(FqlError::new(root.span, FqlProblem::Result(gives.first())));
        }
        Ok(Expression::new(text, root))
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

impl Parser<'_> {
    /// The next token. The last one is the end, and never passed.
    fn peek(&self) -> &Token {
        &self.tokens[self.next]
    }

    fn kind(&self) -> &TokenKind {
        &self.peek().kind
    }

    fn pass(&mut self) -> Token {
        let token = self.peek().clone();
        if token.kind != TokenKind::End {
            self.next += 1;
        }
        token
    }

    fn take(&mut self, kind: &TokenKind) -> bool {
        let is_it = self.kind() == kind;
        if is_it {
            self.pass();
        }
        is_it
    }

    /// That the next token is none of those that could follow.
    fn unexpected(&self, expected: &'static str) -> FqlError {
        let token = self.peek();
        let found = &self.text[token.span.clone()];
        let write = match found {
            "AND" | "And" => "and",
            "OR" | "Or" => "or",
            "IN" | "In" => "in",
            "NOT" | "not" => "!( )",
            "like" | "LIKE" => "match(s, \"pattern*\")",
            _ => {
                let found = (token.kind != TokenKind::End).then(|| found.to_owned());
                let problem = FqlProblem::Expected { expected, found };
                return FqlError::new(token.span.clone(), problem);
            }
        };
        let found = found.to_owned();
        FqlError::new(token.span.clone(), FqlProblem::Foreign { found, write })
    }

    fn either(&mut self) -> Result<Term, FqlError> {
        self.joined(&TokenKind::Or, "`or`", Parser::both, TermKind::Or)
    }

    fn both(&mut self) -> Result<Term, FqlError> {
        self.joined(&TokenKind::And, "`and`", Parser::comparison, TermKind::And)
    }

    /// What `inner` reads, once or several times with `word` between them.
    fn joined(
        &mut self,
        word: &TokenKind,
        quoted: &'static str,
        inner: fn(&mut Self) -> Result<Term, FqlError>,
        kind: fn(Vec<Term>) -> TermKind,
    ) -> Result<Term, FqlError> {
        let first = inner(self)?;
        if self.kind() != word {
            return Ok(first);
        }
        let mut terms = vec![first];
        while self.take(word) {
            terms.push(inner(self)?);
        }
        for term in &terms {
            self.check(term, TypeSet::BOOL_OR_NULL, quoted)?;
        }
        let end = terms.last().map_or(0, |last| last.span.end);
        Ok(Term {
            span: terms[0].span.start..end,
            kind: kind(terms),
        })
    }

    fn comparison(&mut self) -> Result<Term, FqlError> {
        let left = self.operand()?;
        let TokenKind::Comparison(comparison) = *self.kind() else {
            return Ok(left);
        };
        self.pass();
        let right = self.operand()?;
        let span = left.span.start..right.span.end;
        if let TermKind::Not(negated) = &left.kind
            && self.text[left.span.clone()].starts_with('!')
        {
            let whole = self.text[negated.span.start..span.end].to_owned();
            return Err(FqlError::new(left.span, FqlProblem::Negation { whole }));
        }
        if let TokenKind::Comparison(_) = self.kind() {
            return Err(FqlError::new(self.peek().span.clone(), FqlProblem::Chain));
        }
        let (takes_left, takes_right) = operands_of(comparison);
        self.check(&left, takes_left, comparison.quoted())?;
        self.check(&right, takes_right, comparison.quoted())?;
        Ok(Term {
            span,
            kind: TermKind::Compare(comparison, Box::new(left), Box::new(right)),
        })
    }

    /// Goes one deeper for what `inner` reads.
    fn deeper(&mut self, inner: fn(&mut Self) -> Result<Term, FqlError>) -> Result<Term, FqlError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let span = self.peek().span.clone();
            return Err(FqlError::new(span, FqlProblem::TooDeep(DEEPEST)));
        }
        let term = inner(self);
        self.depth -= 1;
        term
    }

    fn operand(&mut self) -> Result<Term, FqlError> {
        const EXPECTED: &str = "a field, a value or a function";
        let token = self.pass();
        let start = token.span.start;
        let kind = match token.kind {
            TokenKind::Value(value) => TermKind::Value(value),
            TokenKind::Path(names) if *self.kind() == TokenKind::Open => {
                return self.call(&names, token.span);
            }
            TokenKind::Path(names) => TermKind::Path(names),
            TokenKind::OpenList => {
                let (items, end) = self.list()?;
                return Ok(Term {
                    span: start..end,
                    kind: TermKind::Value(Json::Array(items)),
                });
            }
            TokenKind::Not => {
                let negated = self.deeper(Parser::operand)?;
                self.check(&negated, TypeSet::BOOL, "`!`")?;
                return Ok(Term {
                    span: start..negated.span.end,
                    kind: TermKind::Not(Box::new(negated)),
                });
            }
            TokenKind::Open => {
                let inside = self.deeper(Parser::either)?;
                let end = self.peek().span.end;
                if !self.take(&TokenKind::Close) {
                    return Err(self.unexpected("`and`, `or` or `)`"));
                }
                return Ok(Term {
                    span: start..end,
                    kind: inside.kind,
                });
            }
            TokenKind::Comparison(_)
            | TokenKind::And
            | TokenKind::Or
            | TokenKind::Close
            | TokenKind::CloseList
            | TokenKind::Comma
            | TokenKind::End => {
                if token.kind != TokenKind::End {
                    self.next -= 1;
                }
                return Err(self.unexpected(EXPECTED));
            }
        };
        Ok(Term {
            span: token.span,
            kind,
        })
    }

    /// The items of a list after its bracket, and where it ends.
    fn list(&mut self) -> Result<(Vec<Json>, usize), FqlError> {
        let mut items = Vec::new();
        loop {
            let token = self.pass();
            match token.kind {
                TokenKind::CloseList if items.is_empty() => return Ok((items, token.span.end)),
                TokenKind::Value(value) => items.push(value),
                TokenKind::Path(_) => {
                    let name = self.text[token.span.clone()].to_owned();
                    return Err(FqlError::new(token.span, FqlProblem::FieldInList(name)));
                }
                _ => {
                    if token.kind != TokenKind::End {
                        self.next -= 1;
                    }
                    return Err(self.unexpected("a value or `]`"));
                }
            }
            let end = self.peek().span.end;
            if self.take(&TokenKind::CloseList) {
                return Ok((items, end));
            }
            if !self.take(&TokenKind::Comma) {
                return Err(self.unexpected("`,` or `]`"));
            }
        }
    }

    /// A function's call, after its name.
    fn call(&mut self, names: &[String], named: std::ops::Range<usize>) -> Result<Term, FqlError> {
        let name = &self.text[named.clone()];
        let function = names.first().filter(|_| names.len() == 1);
        let Some(function) = function.and_then(|name| Function::from_name(name)) else {
            let known = Function::ALL.map(Function::name);
            let problem = FqlProblem::UnknownFunction {
                name: name.to_owned(),
                nearest: nearest(&name.to_ascii_lowercase(), known.into_iter()),
            };
            return Err(FqlError::new(named, problem));
        };
        self.pass();
        let mut arguments = Vec::new();
        let mut end = self.peek().span.end;
        if !self.take(&TokenKind::Close) {
            loop {
                arguments.push(self.deeper(Parser::either)?);
                end = self.peek().span.end;
                if self.take(&TokenKind::Close) {
                    break;
                }
                if !self.take(&TokenKind::Comma) {
                    return Err(self.unexpected("`,` or `)`"));
                }
            }
        }
        let span = named.start..end;
        let (takes, given) = (function.takes(), arguments.len());
        if takes.len() != given {
            let problem = FqlProblem::Arguments {
                name: function.name(),
                takes: takes.len(),
                given,
            };
            return Err(FqlError::new(span, problem));
        }
        for (argument, takes) in arguments.iter().zip(takes) {
            self.check(argument, *takes, function.name())?;
        }
        if let (Function::Match, TermKind::Value(Json::String(pattern))) =
            (function, &arguments[given - 1].kind)
            && let Err(problem) = Glob::parse(pattern)
        {
            let span = arguments[given - 1].span.clone();
            return Err(FqlError::new(span, FqlProblem::Glob(problem)));
        }
        Ok(Term {
            span,
            kind: TermKind::Call(function, arguments),
        })
    }

    /// Whether `term` can be what `of` takes.
    fn check(&self, term: &Term, takes: TypeSet, of: &'static str) -> Result<(), FqlError> {
        let gives = gives(term);
        match gives.has_any_of(takes) {
            true => Ok(()),
            false => Err(type_error(self.text, term, takes, of, gives.first())),
        }
    }
}

/// What can stand on the two sides of a comparison.
pub(super) fn operands_of(comparison: Comparison) -> (TypeSet, TypeSet) {
    match comparison {
        Comparison::Equal | Comparison::NotEqual => (TypeSet::ANY, TypeSet::ANY),
        Comparison::In => (TypeSet::ITEM, TypeSet::LIST),
        Comparison::Less
        | Comparison::LessOrEqual
        | Comparison::Greater
        | Comparison::GreaterOrEqual => (TypeSet::NUMBER, TypeSet::NUMBER),
    }
}

/// That the value of `term`, in the expression `text`, is of a type that `of` doesn't take.
pub(super) fn type_error(
    text: &str,
    term: &Term,
    takes: TypeSet,
    of: &'static str,
    got: FqlType,
) -> FqlError {
    let what = text[term.span.clone()].to_owned();
    let problem = FqlProblem::Type {
        of,
        takes,
        what,
        got,
    };
    FqlError::new(term.span.clone(), problem)
}

/// What a term may give, whatever the event.
fn gives(term: &Term) -> TypeSet {
    match &term.kind {
        TermKind::Value(value) => TypeSet::only(FqlType::of(value)),
        TermKind::Path(_) => TypeSet::ANY,
        TermKind::Not(_) | TermKind::And(_) | TermKind::Or(_) | TermKind::Compare(..) => {
            TypeSet::BOOL
        }
        TermKind::Call(function, _) => function.gives(),
    }
}
