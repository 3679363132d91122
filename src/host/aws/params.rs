//! The parameters of a call, from the JSON that JavaScript sends to the types of the Rust SDK.
//!
//! JavaScript has validated them by the package's own model. What it could not express in JSON
//! it has rewritten: a date is milliseconds since the epoch, bytes are base64, and the payload
//! that an operation streams travels beside the JSON.

use std::collections::HashMap;
use std::fmt;

use aws_smithy_types::DateTime;
use aws_smithy_types::byte_stream::ByteStream;
use bytes::Bytes;
use serde_json::{Map, Value};

/// A structure's members, taken one by one.
#[derive(Debug)]
pub struct Params {
    members: Map<String, Value>,
    body: Bytes,
}

/// A parameter that the Rust SDK has no way to say.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("params{path}: {problem}")]
pub struct ParamError {
    /// Such as `.Delete.Objects[0]`.
    path: String,
    problem: String,
}

impl ParamError {
    pub(super) fn new(problem: impl fmt::Display) -> ParamError {
        ParamError {
            path: String::new(),
            problem: problem.to_string(),
        }
    }

    fn within(mut self, step: fmt::Arguments) -> ParamError {
        self.path = format!("{step}{}", self.path);
        self
    }
}

impl Params {
    /// Reads `json`, an object of parameters; `body` is the payload of an operation that has one.
    pub fn new(json: &str, body: Bytes) -> Result<Params, ParamError> {
        let members = serde_json::from_str(json).map_err(ParamError::new)?;
        Ok(Params { members, body })
    }

    /// The member `name`, unless it is absent or null: the package drops both at every level.
    pub(super) fn take<T: FromParam>(&mut self, name: &str) -> Result<Option<T>, ParamError> {
        match self.members.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match T::from_param(value) {
                Ok(value) => Ok(Some(value)),
                Err(error) => Err(error.within(format_args!(".{name}"))),
            },
        }
    }

    /// The payload, for operations that stream one.
    pub(super) fn body(&mut self) -> ByteStream {
        ByteStream::from(std::mem::take(&mut self.body))
    }
}

/// A type that a parameter can have.
pub(super) trait FromParam: Sized {
    fn from_param(value: Value) -> Result<Self, ParamError>;
}

fn unexpected<T>(wanted: &str, value: &Value) -> Result<T, ParamError> {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a structure",
    };
    Err(ParamError::new(format_args!(
        "expected {wanted}, found {found}"
    )))
}

impl FromParam for String {
    /// Numbers and booleans too: the package writes whatever it is given where a string goes.
    fn from_param(value: Value) -> Result<String, ParamError> {
        match value {
            Value::String(text) => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(truth) => Ok(truth.to_string()),
            other => unexpected("a string", &other),
        }
    }
}

impl FromParam for bool {
    fn from_param(value: Value) -> Result<bool, ParamError> {
        match value {
            Value::Bool(truth) => Ok(truth),
            Value::String(text) if text == "true" => Ok(true),
            Value::String(text) if text == "false" => Ok(false),
            other => unexpected("a boolean", &other),
        }
    }
}

impl FromParam for i64 {
    /// Numeric strings too: the package's validation takes them for numbers.
    fn from_param(value: Value) -> Result<i64, ParamError> {
        let parsed = match &value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            other => return unexpected("a number", other),
        };
        parsed.ok_or_else(|| ParamError::new(format_args!("{value} is not a whole number")))
    }
}

impl FromParam for i32 {
    fn from_param(value: Value) -> Result<i32, ParamError> {
        let wide = i64::from_param(value)?;
        wide.try_into()
            .map_err(|_| ParamError::new(format_args!("{wide} does not fit 32 bits")))
    }
}

impl FromParam for DateTime {
    fn from_param(value: Value) -> Result<DateTime, ParamError> {
        i64::from_param(value).map(DateTime::from_millis)
    }
}

impl<T: FromParam> FromParam for Vec<T> {
    fn from_param(value: Value) -> Result<Vec<T>, ParamError> {
        match value {
            Value::Array(values) => values
                .into_iter()
                .enumerate()
                .map(|(index, value)| {
                    T::from_param(value).map_err(|error| error.within(format_args!("[{index}]")))
                })
                .collect(),
            other => unexpected("a list", &other),
        }
    }
}

impl<T: FromParam> FromParam for HashMap<String, T> {
    fn from_param(value: Value) -> Result<HashMap<String, T>, ParamError> {
        match value {
            Value::Object(members) => members
                .into_iter()
                .map(|(key, value)| match T::from_param(value) {
                    Ok(value) => Ok((key, value)),
                    Err(error) => Err(error.within(format_args!("['{key}']"))),
                })
                .collect(),
            other => unexpected("a map", &other),
        }
    }
}

impl FromParam for Params {
    fn from_param(value: Value) -> Result<Params, ParamError> {
        match value {
            Value::Object(members) => Ok(Params {
                members,
                body: Bytes::new(),
            }),
            other => unexpected("a structure", &other),
        }
    }
}

/// The call `builder.$setter(…)` for one member: its value, or the payload.
macro_rules! member {
    ($params:ident, body) => {
        Some($params.body())
    };
    ($params:ident, $member:literal) => {
        $params.take($member)?
    };
}

/// `FromParam` by a type's builder; a `checked` one refuses to build without its required members.
macro_rules! structures {
    ($krate:ident; $($name:ident $($checked:ident)? { $($setter:ident $member:tt,)* })*) => { $(
        impl crate::host::aws::params::FromParam for $krate::types::$name {
            fn from_param(
                value: serde_json::Value,
            ) -> Result<Self, crate::host::aws::params::ParamError> {
                let params = &mut crate::host::aws::params::Params::from_param(value)?;
                let _ = &params; // some structures have no members
                let built = $krate::types::$name::builder()
                    $(.$setter(crate::host::aws::params::member!(params, $member)))*
                    .build();
                crate::host::aws::params::structures!(@built built $($checked)?)
            }
        }
    )* };
    (@built $built:ident) => { Ok($built) };
    (@built $built:ident checked) => { $built.map_err(crate::host::aws::params::ParamError::new) };
}

/// `FromParam` for types of which exactly one member may be given.
macro_rules! unions {
    ($krate:ident; $($name:ident { $($variant:ident $member:literal,)* })*) => { $(
        impl crate::host::aws::params::FromParam for $krate::types::$name {
            fn from_param(
                value: serde_json::Value,
            ) -> Result<Self, crate::host::aws::params::ParamError> {
                let mut params = crate::host::aws::params::Params::from_param(value)?;
                let mut found = Vec::new();
                $(found.extend(params.take($member)?.map($krate::types::$name::$variant));)*
                match (found.pop(), found.is_empty()) {
                    (Some(only), true) => Ok(only),
                    _ => Err(crate::host::aws::params::ParamError::new(concat!(
                        "expected exactly one of", $(" ", $member),*
                    ))),
                }
            }
        }
    )* };
}

/// `FromParam` for sets of names; a name that the crate does not know is sent as it is.
macro_rules! enums {
    ($krate:ident; $($name:ident,)*) => { $(
        impl crate::host::aws::params::FromParam for $krate::types::$name {
            fn from_param(
                value: serde_json::Value,
            ) -> Result<Self, crate::host::aws::params::ParamError> {
                String::from_param(value).map(|name| name.as_str().into())
            }
        }
    )* };
}

pub(super) use enums;
pub(super) use member;
pub(super) use structures;
pub(super) use unions;
