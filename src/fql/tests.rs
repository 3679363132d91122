use std::str::FromStr;

use proptest::prelude::*;

use super::function::Function;
use super::term::{Comparison, Term, TermKind};
use super::{EventNode, Expression, FqlError};
use crate::json::arbitrary::{json, name, value};
use crate::json::{Document, Json};

/// The event of Segment's documentation, with some more fields.
fn event() -> Json {
    json!({
        "event": "Button Clicked",
        "type": "track",
        "context": {"library": {"name": "analytics.js", "version": "1.0"}},
        "properties": {
            "features": ["discounts", "dark-mode"],
            "revenue": 19.90,
            "price": "19.90",
            "text": "Ä b C",
            "katakana": "ア",
            "on": true,
            "empty": "",
            "product 1": {"price": "19.99"},
            "big": 12345678901234567890_u64,
        },
    })
}

fn ask(text: &str) -> Result<bool, FqlError> {
    let expression = Expression::from_str(text).expect(text);
    let event = event();
    let result = expression.matches(&event);
    // As a text that was taken apart, it says the same.
    let json = event.to_string();
    let document = Document::parse(&json).expect("JSON");
    assert_eq!(expression.matches(&EventNode::new(&document, 0)), result);
    result
}

fn refused(text: &str) -> FqlError {
    Expression::from_str(text).expect_err(text)
}

#[test]
fn what_segments_documentation_says_holds() {
    for (text, expected) in [
        ("event = 'Button Clicked'", true),
        ("event = 'Screen Tapped'", false),
        ("context.path.path = '/login'", false),
        ("type = 'identify' or type = 'track'", true),
        ("event = 'Button Clicked' and type = 'track'", true),
        ("match( context.library.version, '1.*' )", true),
        ("match( context.library.version, '2.*' )", false),
        (
            "type = 'track' and ( event = 'Click' or match( event, 'Button *' ) )",
            true,
        ),
        ("!contains( context.library.name, 'js' )", false),
        ("'dark-mode' in properties.features", true),
        ("'blink' in properties.features", false),
        ("!( type in ['track', 'identify'] )", false),
        ("properties.product\\ 1.price = '19.99'", true),
        ("length( userId ) > 0", false),
        ("length( properties.katakana ) = 3", true),
        ("length(properties.features) = 2", true),
        ("contains( userId, 'x' )", false),
        ("match( userId, '*' )", false),
        ("lowercase( userId ) = null", true),
        ("typeof( userId ) = 'null'", true),
    ] {
        assert_eq!(ask(text), Ok(expected), "{text}");
    }
}

#[test]
fn values_are_compared_with_their_types() {
    for (text, expected) in [
        ("properties.revenue = 19.9", true),
        ("properties.revenue = '19.90'", false),
        ("properties.revenue != '19.90'", true),
        ("properties.features = ['discounts', 'dark-mode']", true),
        ("properties.features = ['dark-mode', 'discounts']", false),
        ("properties.on = true", true),
        ("properties.none = null", true),
        ("properties.none = false", false),
        ("properties != null", true),
        ("properties.big = 12345678901234567890", true),
        ("properties.big = 12345678901234567891", false),
        ("properties.revenue > 19", true),
        ("properties.revenue >= 19.9", true),
        ("properties.revenue < -1", false),
        ("+20 <= properties.revenue", false),
        ("number(properties.price) > 19", true),
        ("number(properties.price) = properties.revenue", true),
        ("null in [null]", true),
        ("properties.on in []", false),
    ] {
        assert_eq!(ask(text), Ok(expected), "{text}");
    }
}

#[test]
fn functions_change_texts_and_types() {
    for (text, expected) in [
        ("lowercase(properties.text) = 'ä b c'", true),
        ("uppercase(properties.text) = 'Ä B C'", true),
        ("snakecase(properties.text) = 'Ä_b_C'", true),
        ("kebabcase(properties.text) = 'Ä-b-C'", true),
        ("titlecase('test éa  string') = 'Test Éa  String'", true),
        ("typeof(properties) = 'json'", true),
        ("typeof(properties.features) = 'list'", true),
        ("typeof(properties.on) = 'bool'", true),
        ("typeof(1) = 'number' and typeof('') = 'string'", true),
        ("bool(properties.revenue)", true),
        (
            "bool(properties.empty) or bool('false') or bool(null)",
            false,
        ),
        ("bool(0) or bool([])", false),
        ("string(properties.on) = 'true'", true),
        (
            "string(properties.features) = '[\"discounts\",\"dark-mode\"]'",
            true,
        ),
        ("string(null) = 'null'", true),
    ] {
        assert_eq!(ask(text), Ok(expected), "{text}");
    }
}

#[test]
fn and_binds_tighter_than_or_and_both_stop_where_they_can() {
    for (text, expected) in [
        ("type = 'track' or type = 'page' and type = 'x'", true),
        ("(type = 'track' or type = 'page') and type = 'x'", false),
        ("properties.on and !properties.on or properties.on", true),
        ("properties.none and properties.on", false),
        ("properties.none or properties.on", true),
        // What comes behind would be an error.
        ("properties.none and properties.price > 1", false),
        ("properties.on or properties.price > 1", true),
    ] {
        assert_eq!(ask(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_has_no_meaning_for_an_event_is_an_error_with_its_place() {
    for (text, place, message) in [
        (
            "type = 'track' and properties.price > 10",
            "properties.price",
            "`>` takes a number, but properties.price is a string",
        ),
        ("!event", "event", "`!` takes a bool, but event is a string"),
        (
            "type and true",
            "type",
            "`and` takes a bool, but type is a string",
        ),
        (
            "properties",
            "properties",
            "the expression is an object, but it has to be true or false",
        ),
        (
            "lowercase(properties.revenue) = ''",
            "properties.revenue",
            "lowercase takes a string, but properties.revenue is a number",
        ),
        (
            "length(properties) = 1",
            "properties",
            "length takes a list or string, but properties is an object",
        ),
        (
            "properties.features in ['a']",
            "properties.features",
            "`in` takes a string, number or bool, but properties.features is a list",
        ),
        (
            "number(type) > 1",
            "number(type)",
            "type is \"track\", which is not a number",
        ),
        (
            "match(type, event.x)",
            "event.x",
            "match takes a string, but event.x is null",
        ),
        ("match(type, '[')", "", ""),
    ] {
        if place.is_empty() {
            assert_eq!(refused(text).span, 12..15);
            continue;
        }
        let error = ask(text).expect_err(text);
        assert_eq!(&text[error.span.clone()], place);
        assert_eq!(error.to_string(), message);
    }
    for text in ["userId > 1", "!userId", "userId", "'x' in userId"] {
        assert!(ask(text).expect_err(text).is_missing_field(), "{text}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_what_to_write() {
    let mut told = String::new();
    for text in [
        "",
        "type =",
        "type = \"track",
        "type = track event",
        "type == \"track\"",
        "type = \"track\" && event = \"x\"",
        "type = \"track\" AND event = \"x\"",
        "event = Order Completed",
        "!type = \"track\"",
        "1 < properties.a < 3",
        "lenght(type) = 1",
        "sum(properties.a) > 1",
        "contains(type)",
        "match(event, \"[a\")",
        "event in [\"a\", b]",
        "event in (\"a\", \"b\")",
        "properties.items[0] = 1",
        "properties..a = 1",
        "properties.a = 1e5",
        "$.type = \"track\"",
        "\"track\"",
        "lowercase(type)",
        "type > \"a\"",
        "(type = \"track\"",
        "type = \"a\" or",
        "type\\",
        "ä = 1",
    ] {
        let error = refused(text);
        let place = error.span.start.min(text.len());
        told += &format!(
            "{text}\n{}^ {error}\n",
            " ".repeat(text[..place].chars().count())
        );
        if let Some(hint) = error.hint() {
            told += &format!("  {hint}\n");
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn parentheses_lie_in_one_another_up_to_a_limit() {
    for (open, close) in [("(", ")"), ("!", ""), ("bool(", ")")] {
        let nested = |depth: usize| open.repeat(depth) + "a" + &close.repeat(depth);
        assert!(Expression::from_str(&nested(60)).is_ok(), "{open}");
        let error = refused(&nested(100_000));
        assert!(error.to_string().contains("more than 64 deep"), "{error}");
    }
}

/// The structure of an expression, without places.
fn shape(term: &Term) -> String {
    let all = |terms: &[Term]| terms.iter().map(shape).collect::<Vec<_>>().join(" ");
    match &term.kind {
        TermKind::Value(value) => value.to_string(),
        TermKind::Path(names) => format!("{names:?}"),
        TermKind::Not(negated) => format!("(not {})", shape(negated)),
        TermKind::And(terms) => format!("(and {})", all(terms)),
        TermKind::Or(terms) => format!("(or {})", all(terms)),
        TermKind::Compare(comparison, left, right) => {
            format!("({} {} {})", comparison.sign(), shape(left), shape(right))
        }
        TermKind::Call(function, arguments) => format!("({function:?} {})", all(arguments)),
    }
}

fn term(kind: TermKind) -> Term {
    Term { span: 0..0, kind }
}

/// Fields and values of every type, and functions of them.
fn operand() -> impl Strategy<Value = Term> {
    let names = name().prop_filter("a field has a name", |name| !name.is_empty());
    let path = proptest::collection::vec(names, 1..4).prop_map(TermKind::Path);
    // A text can't have both quotes.
    let texts = prop_oneof!["[^\"]{0,6}", "[^']{0,6}"];
    let number = (any::<bool>(), 0..10_000_u32, 0..1_000_u32);
    let number = number.prop_map(|(negative, whole, part)| {
        let sign = if negative { "-" } else { "" };
        Json::parse(&format!("{sign}{whole}.{part}")).expect("a number")
    });
    let item = prop_oneof![
        texts.prop_map(|text| Json::from(text.as_str())),
        number,
        any::<bool>().prop_map(Json::Bool),
        Just(Json::Null),
    ];
    let list = proptest::collection::vec(item.clone(), 0..4).prop_map(Json::Array);
    let known = ["and", "or", "in", "true", "false", "null", "not", "match"];
    let word = proptest::sample::select(known.to_vec())
        .prop_map(|word| TermKind::Path(vec![word.to_owned()]));
    let leaf = prop_oneof![
        4 => path,
        1 => word,
        2 => item.prop_map(TermKind::Value),
        1 => list.prop_map(TermKind::Value),
    ];
    leaf.prop_map(term)
}

/// Expressions that give true or false, or fail.
fn condition() -> impl Strategy<Value = Term> {
    let field = || "[a-c]{1,2}".prop_map(|name| term(TermKind::Path(vec![name])));
    let comparisons = vec![Comparison::Equal, Comparison::NotEqual];
    let equal = (proptest::sample::select(comparisons), operand(), operand());
    let equal = equal.prop_map(|(comparison, left, right)| {
        TermKind::Compare(comparison, Box::new(left), Box::new(right))
    });
    let ordered = vec![
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
        Comparison::In,
    ];
    let ordered = (proptest::sample::select(ordered), field(), field());
    let ordered = ordered.prop_map(|(comparison, left, right)| {
        TermKind::Compare(comparison, Box::new(left), Box::new(right))
    });
    let call = proptest::sample::select(Function::ALL.to_vec()).prop_flat_map(move |function| {
        let arguments = function.takes().len();
        proptest::collection::vec(field(), arguments)
            .prop_map(move |arguments| TermKind::Call(function, arguments))
    });
    let call = (call, operand()).prop_map(|(call, other)| {
        TermKind::Compare(Comparison::Equal, Box::new(term(call)), Box::new(other))
    });
    let leaf = prop_oneof![
        3 => equal.prop_map(term),
        1 => ordered.prop_map(term),
        1 => call.prop_map(term),
        1 => field(),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        let several = || proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several().prop_map(TermKind::And),
            several().prop_map(TermKind::Or),
            inner
                .clone()
                .prop_map(|negated| TermKind::Not(Box::new(negated))),
            (inner.clone(), operand()).prop_map(|(left, right)| TermKind::Compare(
                Comparison::Equal,
                Box::new(left),
                Box::new(right)
            )),
        ]
        .prop_map(term)
    })
}

proptest! {
    #[test]
    fn what_is_shown_is_read_as_the_same_expression(root in condition()) {
        let expected = shape(&root);
        let text = Expression::new("", root).to_string();
        let read = Expression::from_str(&text);
        prop_assert_eq!(read.map(|read| shape(read.root())), Ok(expected), "{}", text);
    }

    #[test]
    fn any_text_is_an_expression_or_refused_at_a_place_in_it(
        text in prop_oneof![
            any::<String>(),
            "(a|b\\.c|and|or|in|!|=|!=|<|\\(|\\)|\\[|\\]|,|'x'|1|null|true|match|length| |\\\\){0,12}",
        ],
        event in value(),
    ) {
        match Expression::from_str(&text) {
            Ok(expression) => {
                let shown = expression.to_string();
                let again = Expression::from_str(&shown).expect("an expression");
                prop_assert_eq!(shape(again.root()), shape(expression.root()));
                let asked = expression.matches(&event);
                let is_same = again.matches(&event).ok() == asked.clone().ok();
                prop_assert!(is_same, "{} {}", text, shown);
                if let Err(error) = asked {
                    prop_assert!(text.get(error.span.clone()).is_some());
                }
            }
            Err(error) => {
                prop_assert!(text.get(error.span.clone()).is_some(), "{:?}", error);
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn what_is_skipped_does_not_fit(
        text in "(a|b) (=|in|and|or) ('x'|'y'|a|\\['x', 'y'\\])( (and|or) !?(a = '[xé\"]'|contains\\(b, '[xy]'\\)|b = 1)){0,2}",
        a in "[xyé\"\\\\]?",
        b in value(),
        odd in any::<bool>(),
    ) {
        let event = Json::object([("a", a.as_str().into()), ("b", b)]);
        let mut json = event.to_string();
        if odd {
            json = json.replace('x', "\\u0078");
        }
        if let Ok(expression) = Expression::from_str(&text)
            && expression.is_surely_not_of(&json)
        {
            prop_assert_ne!(expression.matches(&event), Ok(true), "{} {}", text, json);
        }
    }

    #[test]
    fn an_event_in_a_text_is_the_event(
        event in value(),
        path in proptest::collection::vec(name(), 1..4),
    ) {
        use super::Fields;
        let json = event.to_string();
        let document = Document::parse(&json).expect("JSON");
        let by_text = EventNode::new(&document, 0).field(&path).map(|found| found.into_owned());
        let by_value = event.field(&path).map(|found| found.into_owned());
        prop_assert_eq!(by_text, by_value);
    }
}
