//! Parts of all cases, which run on machines of their own.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::suite::CaseRef;
use crate::json::Json;

/// One of several parts of all cases: `2/4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    pub part: u32,
    pub of: u32,
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Shard, &'static str> {
        let (part, of) = text
            .split_once('/')
            .and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)))
            .ok_or("expected a part such as 1/4, the first of four")?;
        match part {
            1.. if part <= of => Ok(Shard { part, of }),
            _ => Err("parts count from 1 to the number of parts"),
        }
    }
}

impl Shard {
    /// The cases of this part, in their order. Each case is in exactly one part, and the parts take about as
    /// long as each other. It depends on the ids of the cases and on `timings` alone, and so is the same on
    /// every machine.
    pub fn choose(self, cases: Vec<CaseRef>, timings: &Timings) -> Vec<CaseRef> {
        let ids: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
        let parts = divide(&ids, timings, self.of);
        let with_parts = cases.into_iter().zip(parts);
        let own = with_parts.filter(|(_, part)| *part == self.part);
        own.map(|(case, _)| case).collect()
    }
}

/// The part of each case, from 1: the longest case goes first, each to the part that has least to do.
fn divide(ids: &[&str], timings: &Timings, of: u32) -> Vec<u32> {
    let usual = timings.average(ids);
    let time = |id: &str| timings.0.get(id).copied().unwrap_or(usual);
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by(|a, b| {
        let longest_first = time(ids[*b]).total_cmp(&time(ids[*a]));
        longest_first.then_with(|| ids[*a].cmp(ids[*b]))
    });
    // More parts than cases stay empty.
    let count = usize::try_from(of).unwrap_or(usize::MAX).min(ids.len());
    let mut loads = vec![0.0_f64; count];
    let mut parts = vec![0; ids.len()];
    for index in order {
        let least = loads.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
        let least = least.map_or(0, |(part, _)| part);
        loads[least] += time(ids[index]);
        parts[index] = u32::try_from(least + 1).unwrap_or(u32::MAX);
    }
    parts
}

/// How long cases took, by their ids, in milliseconds.
#[derive(Clone, Debug, Default)]
pub struct Timings(HashMap<String, f64>);

/// Why a file of times can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TimingsError {
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}:{line}: {problem}", path.display())]
    Line {
        path: PathBuf,
        line: usize,
        problem: String,
    },
    #[error("{} has no case in it", .0.display())]
    Empty(PathBuf),
}

impl Timings {
    /// Reads JSON reports of runs; of a case that is in several, the last one counts.
    ///
    /// # Errors
    /// A file is no such report, or has no case.
    pub fn read(paths: &[PathBuf]) -> Result<Timings, TimingsError> {
        let mut timings = Timings::default();
        for path in paths {
            let text = std::fs::read_to_string(path).map_err(|source| TimingsError::Read {
                path: path.clone(),
                source,
            })?;
            timings.add(path, &text)?;
        }
        Ok(timings)
    }

    fn add(&mut self, path: &Path, text: &str) -> Result<(), TimingsError> {
        let mut any = false;
        for (index, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let wrong = |problem: String| TimingsError::Line {
                path: path.to_owned(),
                line: index + 1,
                problem,
            };
            let value = Json::parse(line).map_err(|error| wrong(format!("not JSON: {error}")))?;
            if value.get("totals").is_some() {
                continue;
            }
            let Some(id) = value["case"].as_str() else {
                return Err(wrong("expected a case of a report".to_owned()));
            };
            any = true;
            // One that wasn't run has no time.
            let Some(own) = milliseconds(&value) else {
                continue;
            };
            let earlier = value["earlier"].as_array().into_iter().flatten();
            let all = own + earlier.filter_map(milliseconds).sum::<f64>();
            self.0.insert(id.to_owned(), all);
        }
        match any {
            true => Ok(()),
            false => Err(TimingsError::Empty(path.to_owned())),
        }
    }

    /// What a case takes of which nothing is known: as long as the others. Without any, all take the same.
    fn average(&self, ids: &[&str]) -> f64 {
        let known: Vec<f64> = ids
            .iter()
            .filter_map(|id| self.0.get(*id))
            .copied()
            .collect();
        match known.len() {
            0 => 1.0,
            count => known.iter().sum::<f64>() / count as f64,
        }
    }
}

fn milliseconds(value: &Json) -> Option<f64> {
    match &value["ms"] {
        Json::Number(number) => Some(number.as_f64()).filter(|ms| ms.is_finite() && *ms >= 0.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn timings(all: &[(&str, f64)]) -> Timings {
        Timings(all.iter().map(|(id, ms)| ((*id).to_owned(), *ms)).collect())
    }

    #[test]
    fn a_shard_is_written_as_a_fraction() {
        assert_eq!("2/4".parse(), Ok(Shard { part: 2, of: 4 }));
        for bad in ["0/4", "5/4", "4", "a/b", "1/0"] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
    }

    #[test]
    fn without_times_the_parts_have_as_many_cases() {
        let ids: Vec<String> = (0..10).map(|i| format!("f/case-{i}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let none = Timings::default();
        assert_eq!(divide(&ids, &none, 4), [1, 2, 3, 4, 1, 2, 3, 4, 1, 2]);
        assert_eq!(divide(&ids[..2], &none, u32::MAX), [1, 2]);
        assert!(divide(&[], &none, 3).is_empty());
    }

    #[test]
    fn the_longest_cases_are_shared_out_first() {
        let known = timings(&[("a", 50.0), ("b", 30.0), ("c", 20.0), ("d", 10.0)]);
        assert_eq!(divide(&["a", "b", "c", "d"], &known, 2), [1, 2, 2, 1]);
        // One that is new takes as long as the others on average.
        assert_eq!(divide(&["a", "b", "new"], &known, 2), [1, 2, 2]);
    }

    #[test]
    fn a_report_says_how_long_each_case_took() {
        let mut timings = Timings::default();
        let text = r#"{"v":1,"case":"a","ms":2.5}
{"v":1,"case":"b","ms":1,"tries":2,"earlier":[{"ms":4}]}

{"v":1,"case":"c","verdict":"not-run"}
{"v":1,"totals":{"cases":2,"ms":9}}
"#;
        timings.add(Path::new("t"), text).expect("a report");
        let mut known: Vec<_> = timings.0.iter().collect();
        known.sort_by_key(|(id, _)| *id);
        assert_eq!(known, [(&"a".to_owned(), &2.5), (&"b".to_owned(), &5.0)]);
        for (text, problem) in [
            ("", "t has no case in it"),
            ("{\"totals\":{}}", "t has no case in it"),
            ("<x/>", "t:1: not JSON: expected value"),
            ("{\"case\":\"a\"}\n[1]", "t:2: expected a case of a report"),
        ] {
            let error = timings.add(Path::new("t"), text).expect_err(text);
            assert_eq!(error.to_string(), problem);
        }
    }

    proptest! {
        #[test]
        fn every_case_is_in_exactly_one_part_and_the_parts_are_even(
            times in proptest::collection::vec(proptest::option::of(0.0..100.0_f64), 0..60),
            of in 1..9_u32,
        ) {
            let ids: Vec<String> = (0..times.len()).map(|i| format!("case-{i}")).collect();
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let known: Vec<(&str, f64)> = ids
                .iter()
                .zip(&times)
                .filter_map(|(id, time)| Some((*id, (*time)?)))
                .collect();
            let known = timings(&known);
            let parts = divide(&ids, &known, of);
            prop_assert!(parts.iter().all(|part| (1..=of).contains(part)));
            // In whatever order the cases are found.
            let backwards: Vec<&str> = ids.iter().rev().copied().collect();
            let mut same = divide(&backwards, &known, of);
            same.reverse();
            let usual = known.average(&ids);
            let time = |id: &str| known.0.get(id).copied().unwrap_or(usual);
            let load = |part: u32| -> f64 {
                let own = ids.iter().zip(&parts).filter(|(_, own)| **own == part);
                own.map(|(id, _)| time(id)).sum()
            };
            let loads: Vec<f64> = (1..=of).map(load).collect();
            let most = loads.iter().copied().fold(0.0, f64::max);
            let least = loads.iter().copied().fold(f64::MAX, f64::min);
            let longest = ids.iter().map(|id| time(id)).fold(0.0, f64::max);
            prop_assert!(most - least <= longest + 1e-6, "{:?}", loads);
            prop_assert_eq!(same, parts);
        }
    }
}
