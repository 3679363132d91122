//! How many events come: `5M/month`.

use std::str::FromStr;

/// Hours in a month, on average.
const HOURS: f64 = 365.25 * 24.0 / 12.0;

/// How many events come in a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Volume {
    pub events_a_month: f64,
}

/// A text says no volume.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("expected events in a time, such as 5M/month, 200k/day or 50/second")]
pub struct VolumeError;

impl Volume {
    /// The hours that as many events take in a month, if each takes so many milliseconds.
    pub fn hours(&self, ms: f64) -> f64 {
        self.events_a_month * ms / 3_600_000.0
    }
}

impl FromStr for Volume {
    type Err = VolumeError;

    fn from_str(text: &str) -> Result<Volume, VolumeError> {
        let (count, time) = text.split_once('/').ok_or(VolumeError)?;
        let (number, unit) = match count.find(|c: char| c.is_ascii_alphabetic()) {
            Some(at) => count.split_at(at),
            None => (count, ""),
        };
        let unit = match unit.trim() {
            "" => 1.0,
            "k" | "K" => 1e3,
            "m" | "M" => 1e6,
            "b" | "B" | "G" => 1e9,
            _ => return Err(VolumeError),
        };
        let a_month = match time.trim() {
            "second" | "s" => HOURS * 3600.0,
            "minute" | "min" => HOURS * 60.0,
            "hour" | "h" => HOURS,
            "day" | "d" => HOURS / 24.0,
            "week" | "w" => HOURS / 24.0 / 7.0,
            "month" => 1.0,
            "year" | "y" => 1.0 / 12.0,
            _ => return Err(VolumeError),
        };
        let number: f64 = number.trim().parse().map_err(|_| VolumeError)?;
        match number.is_finite() && number > 0.0 {
            true => Ok(Volume {
                events_a_month: number * unit * a_month,
            }),
            false => Err(VolumeError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_a_number_in_a_time() {
        let month = |text: &str| text.parse::<Volume>().map(|volume| volume.events_a_month);
        assert_eq!(month("5M/month"), Ok(5e6));
        assert_eq!(month("1.5k / month"), Ok(1500.0));
        assert_eq!(month("12/year"), Ok(1.0));
        assert!((month("100/day").expect("a volume") - 3043.75).abs() < 1e-6);
        assert!((month("1/s").expect("a volume") - 2_629_800.0).abs() < 1e-3);
        for wrong in [
            "",
            "5",
            "5M",
            "M/month",
            "5M/fortnight",
            "5T/month",
            "-1/day",
            "0/day",
            "inf/day",
        ] {
            assert_eq!(month(wrong), Err(VolumeError), "{wrong}");
        }
        let volume = Volume {
            events_a_month: 5e6,
        };
        assert_eq!(volume.hours(360.0), 500.0);
    }
}
