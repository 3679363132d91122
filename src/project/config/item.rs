//! The values of a configuration, whether it is written in TOML or in JSON.

use std::ops::Range;

use crate::json::{Json, JsonObject};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

/// A value, and where it is in its text.
#[derive(Debug)]
pub(super) struct Item {
    pub span: Range<usize>,
    pub value: ItemValue,
}

#[derive(Debug)]
pub(super) enum ItemValue {
    /// Only JSON has it.
    Null,
    Text(String),
    Boolean(bool),
    /// The nearest that there is for a number of more digits.
    Integer(i128),
    Float(f64),
    /// Only TOML has it.
    Datetime(Datetime),
    List(Vec<Item>),
    Table(ItemTable),
}

/// A key, and where it is in its text.
#[derive(Debug)]
pub(super) struct ItemKey {
    pub span: Range<usize>,
    pub name: String,
}

/// The fields of a table, in their order.
pub(super) type ItemTable = Vec<(ItemKey, Item)>;

/// The fields of a table of TOML.
pub(super) fn from_toml(table: DeTable) -> ItemTable {
    let fields = table.into_iter().map(|(key, value)| {
        let span = key.span();
        let name = key.into_inner().into_owned();
        (ItemKey { span, name }, item_from_toml(value))
    });
    fields.collect()
}

fn item_from_toml(value: Spanned<DeValue>) -> Item {
    let span = value.span();
    let value = match value.into_inner() {
        DeValue::String(text) => ItemValue::Text(text.into_owned()),
        DeValue::Boolean(boolean) => ItemValue::Boolean(boolean),
        DeValue::Integer(number) => {
            let farthest = match number.as_str().starts_with('-') {
                true => i128::MIN,
                false => i128::MAX,
            };
            let parsed = i128::from_str_radix(number.as_str(), number.radix());
            ItemValue::Integer(parsed.unwrap_or(farthest))
        }
        // TOML writes infinity and what is no number as Rust does.
        DeValue::Float(number) => ItemValue::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Datetime(datetime) => ItemValue::Datetime(datetime),
        DeValue::Array(items) => ItemValue::List(items.into_iter().map(item_from_toml).collect()),
        DeValue::Table(table) => ItemValue::Table(from_toml(table)),
    };
    Item { span, value }
}

/// The fields of an object of JSON. Each value is written into `text`, where its span is.
pub(super) fn from_json(fields: &JsonObject, text: &mut String) -> ItemTable {
    let fields = fields.iter().map(|(name, value)| {
        let key = ItemKey {
            span: 0..0,
            name: name.clone(),
        };
        (key, item_from_json(value, text))
    });
    fields.collect()
}

fn item_from_json(value: &Json, text: &mut String) -> Item {
    let start = text.len();
    text.push_str(&value.to_string());
    let span = start..text.len();
    let value = match value {
        Json::Null => ItemValue::Null,
        Json::Bool(boolean) => ItemValue::Boolean(*boolean),
        Json::Number(number) => match number.as_i128() {
            Some(number) => ItemValue::Integer(number),
            None => ItemValue::Float(number.as_f64()),
        },
        Json::String(text) => ItemValue::Text(text.clone()),
        Json::Array(items) => {
            let items = items.iter().map(|item| item_from_json(item, text));
            ItemValue::List(items.collect())
        }
        Json::Object(fields) => ItemValue::Table(from_json(fields, text)),
    };
    Item { span, value }
}
