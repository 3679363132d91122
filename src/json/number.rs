//! Numbers as they are written.

use std::fmt;

/// A number of JSON, as it is written: `1.10`, `1e400`, `-0`, `12345678901234567890123`. Two are equal
/// that are worth the same.
#[derive(Clone, Debug)]
pub struct Number(Box<str>);

impl Number {
    /// `text` has to be a number of JSON.
    pub(super) fn from_written(text: &str) -> Number {
        Number(text.into())
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    pub fn as_i128(&self) -> Option<i128> {
        self.0.parse().ok()
    }

    /// What JavaScript makes of it: one that is too large is infinite.
    pub fn as_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// A text that all numbers have that are worth the same, and no others: its digits from the first to
    /// the last that isn't zero, and the power of ten that the last one counts.
    pub(super) fn worth(&self) -> String {
        let (sign, rest) = match self.0.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", &*self.0),
        };
        let (digits, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = format!("{whole}{fraction}");
        let short = all.trim_end_matches('0');
        let ended = i128::try_from(all.len() - short.len()).unwrap_or_default();
        let digits = short.trim_start_matches('0');
        if digits.is_empty() {
            return "0".to_owned();
        }
        let fraction = i128::try_from(fraction.len()).unwrap_or_default();
        match exponent.parse::<i128>() {
            Ok(exponent) if exponent.unsigned_abs() < 1 << 100 => {
                format!("{sign}{digits}e{}", exponent - fraction + ended)
            }
            // So long an exponent is compared as it is written.
            _ => format!("{sign}{all}e{exponent}"),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.0 == other.0 || self.worth() == other.worth()
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! from_integer {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Number {
            fn from(number: $integer) -> Number {
                Number(number.to_string().into())
            }
        }
    )*};
}

from_integer!(i32, i64, u16, u32, u64, usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_equal_that_are_worth_the_same() {
        let number = Number::from_written;
        for (one, other, equal) in [
            ("1", "1.0", true),
            ("1e2", "100", true),
            ("1.10", "1.1", true),
            ("-0", "0", true),
            ("0e5", "0.00", true),
            ("-1", "1", false),
            ("12345678901234567890123", "12345678901234567890124", false),
            ("1e400", "10e399", true),
            ("1e400", "1e401", false),
            ("120e-1", "12", true),
            ("1e99999999999999999999999999999999999999999", "1", false),
        ] {
            assert_eq!(number(one) == number(other), equal, "{one} {other}");
        }
        assert_eq!(number("1e400").as_f64(), f64::INFINITY);
        assert_eq!(number("-0").as_f64().to_bits(), (-0.0f64).to_bits());
    }
}
