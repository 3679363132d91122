//! From counts of code units to lines, functions and branches.

use crate::coverage::{CoverageTotal, CoveredFile, FunctionCoverage, Ratio, Span};
use crate::text::{js_comments, js_lines};

/// A line that has code, and how often it ran. Lines count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoveredLine {
    pub number: u32,
    pub count: u64,
}

/// A function, and how often it was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoveredFunction {
    /// `(anonymous)` without a name.
    pub name: String,
    /// Where it begins.
    pub line: u32,
    pub count: u64,
}

/// A block that is chosen, and how often it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoveredBranch {
    /// Where it begins.
    pub line: u32,
    pub count: u64,
    pub span: Span,
}

/// What ran of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Those that have code, in order.
    pub lines: Vec<CoveredLine>,
    pub functions: Vec<CoveredFunction>,
    pub branches: Vec<CoveredBranch>,
}

/// A file's lines and code units.
struct Text {
    units: Vec<u16>,
    /// Where each line begins and its text ends, in code units.
    lines: Vec<Span>,
}

impl Text {
    fn new(source: &str) -> Text {
        let units: Vec<u16> = source.encode_utf16().collect();
        let count = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
        let mut lines = Vec::new();
        let mut end_of_last = 0;
        for line in js_lines(source) {
            // `js_lines` gives parts of `source`: what lies between two is the end of a line.
            let offset = line.as_ptr().addr() - source.as_ptr().addr();
            let start = match lines.last() {
                None => count(&source[..offset]),
                Some(Span { end, .. }) => end + count(&source[end_of_last..offset]),
            };
            let end = start + count(line);
            end_of_last = offset + line.len();
            lines.push(Span { start, end });
        }
        Text { units, lines }
    }

    /// The line of a code unit, from 1.
    fn line_of(&self, offset: u32) -> u32 {
        let index = self.lines.partition_point(|line| line.start <= offset);
        u32::try_from(index).unwrap_or(u32::MAX).max(1)
    }

    fn slice(&self, span: Span) -> String {
        let range = span.start as usize..span.end as usize;
        String::from_utf16_lossy(self.units.get(range).unwrap_or_default())
    }
}

impl Summary {
    /// What ran of a file.
    pub fn new(file: &CoveredFile) -> Summary {
        let text = Text::new(&file.source);
        let own = |function: &&FunctionCoverage| {
            // The script itself, and what V8 makes functions of, such as a class's fields.
            let whole = function.span.start == 0 && function.span.end as usize == text.units.len();
            !(function.name.starts_with('<') || whole && function.name.is_empty())
        };
        let functions = file
            .script
            .functions()
            .filter(own)
            .map(|function| CoveredFunction {
                name: match function.name.as_str() {
                    "" => "(anonymous)".to_owned(),
                    name => name.to_owned(),
                },
                line: text.line_of(function.span.start),
                count: function.count(),
            })
            .collect();
        let mut branches: Vec<CoveredBranch> = file
            .script
            .functions()
            .flat_map(FunctionCoverage::branches)
            .filter(|block| is_branch(&text.slice(block.span)))
            .map(|block| CoveredBranch {
                line: text.line_of(block.span.start + lead(&text.slice(block.span))),
                count: block.count,
                span: block.span,
            })
            .collect();
        branches.sort_by_key(|branch| branch.span);
        Summary {
            lines: lines(file, &text),
            functions,
            branches,
        }
    }

    /// How much of it ran.
    pub fn total(&self) -> CoverageTotal {
        CoverageTotal {
            lines: Ratio::from_counts(self.lines.iter().map(|line| line.count)),
            functions: Ratio::from_counts(self.functions.iter().map(|function| function.count)),
            branches: Ratio::from_counts(self.branches.iter().map(|branch| branch.count)),
        }
    }

    /// The lines that did not run, first and last of each stretch. Lines without code don't
    /// interrupt one.
    pub fn uncovered(&self) -> Vec<(u32, u32)> {
        let mut stretches: Vec<(u32, u32)> = Vec::new();
        let mut open = false;
        for line in &self.lines {
            match stretches.last_mut().filter(|_| open) {
                Some(last) if line.count == 0 => last.1 = line.number,
                _ if line.count == 0 => stretches.push((line.number, line.number)),
                _ => {}
            }
            open = line.count == 0;
        }
        stretches
    }
}

fn is_space(unit: u16) -> bool {
    char::from_u32(unit.into()).is_some_and(char::is_whitespace)
}

/// Code units of white space in front.
fn lead(text: &str) -> u32 {
    let space = text.len() - text.trim_start().len();
    u32::try_from(text[..space].encode_utf16().count()).unwrap_or(0)
}

/// Whether a block is one that is chosen. V8 also tells apart what follows a statement that may
/// leave, such as an `if` with a `return`.
fn is_branch(text: &str) -> bool {
    let code = text.trim_start();
    let space = &text[..text.len() - code.len()];
    let follows = space.contains(['\n', '\r', '\u{2028}', '\u{2029}']) || code.is_empty();
    code.starts_with("else") || !(follows || code.starts_with('}'))
}

/// How often each line with code ran: as often as its first code unit, or, where that did not run,
/// as the one that ran most.
fn lines(file: &CoveredFile, text: &Text) -> Vec<CoveredLine> {
    let mut counts = vec![0_u64; text.units.len()];
    // Each function stands before those in it.
    for function in file.script.functions() {
        for part in function.parts() {
            let range = part.span.start as usize..part.span.end as usize;
            if let Some(counts) = counts.get_mut(range) {
                counts.fill(part.count);
            }
        }
    }
    let mut is_code = vec![true; text.units.len()];
    for comment in js_comments(&file.source) {
        is_code[comment].fill(false);
    }
    let mut lines = Vec::new();
    for (number, span) in (1..).zip(&text.lines) {
        let first = (span.start as usize..span.end as usize).find(|at| {
            let is_space = text.units.get(*at).is_none_or(|unit| is_space(*unit));
            !is_space && is_code.get(*at) == Some(&true)
        });
        let Some(start) = first else {
            continue;
        };
        let counts = counts.get(start..span.end as usize).unwrap_or_default();
        let first = counts.first().copied().unwrap_or(0);
        let count = match first {
            0 => counts.iter().copied().max().unwrap_or(0),
            first => first,
        };
        lines.push(CoveredLine { number, count });
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::coverage::{Count, Coverage, ScriptCoverage};

    fn source() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), "[ax \r\n\u{2028}\u{2029}é😀{}/*]{0,24}"]
    }

    /// Functions and blocks anywhere in a text of `length` code units, which is not 0.
    fn script(length: u32) -> impl Strategy<Value = ScriptCoverage> {
        let span = (0..length, 1..=length).prop_map(move |(start, size)| Span {
            start,
            end: start.saturating_add(size).min(length),
        });
        let count = (span, 0..4_u64).prop_map(|(span, count)| Count { span, count });
        let ranges = proptest::collection::vec(count, 1..5);
        let function = ("[f<]?", any::<bool>(), ranges);
        proptest::collection::vec(function, 0..4).prop_map(|functions| {
            let mut script = ScriptCoverage::default();
            for (name, by_block, ranges) in functions {
                // Blocks lie in their function.
                let whole = ranges[0].span;
                let mut ranges = ranges;
                ranges.retain(|r| whole.start <= r.span.start && r.span.end <= whole.end);
                let function = FunctionCoverage::new(name, by_block, &ranges);
                function.into_iter().for_each(|f| script.add_function(f));
            }
            script
        })
    }

    fn covered() -> impl Strategy<Value = (String, ScriptCoverage)> {
        source().prop_flat_map(|source| {
            let length = u32::try_from(source.encode_utf16().count()).expect("a length");
            let script = match length {
                0 => Just(ScriptCoverage::default()).boxed(),
                length => script(length).boxed(),
            };
            (Just(source), script)
        })
    }

    proptest! {
        #[test]
        fn each_code_unit_is_in_its_line(source in source()) {
            let text = Text::new(&source);
            for (number, (line, shown)) in (1..).zip(text.lines.iter().zip(js_lines(&source))) {
                prop_assert_eq!(text.slice(*line), shown);
                for offset in line.start..line.end {
                    prop_assert_eq!(text.line_of(offset), number);
                }
            }
            prop_assert_eq!(text.lines.len(), js_lines(&source).count());
        }

        #[test]
        fn coverage_of_any_text_is_summed_up_and_kept((source, script) in covered()) {
            let mut coverage = Coverage::default();
            coverage.add_script("a.js", &source, script).expect("one source");
            let json = coverage.to_json().expect("JSON");
            let again = Coverage::from_json(&json).expect("coverage");
            for ((_, file), (_, read)) in coverage.files().zip(again.files()) {
                let summary = Summary::new(file);
                prop_assert_eq!(&Summary::new(read), &summary);
                let lines = u32::try_from(js_lines(&source).count()).expect("a number");
                prop_assert!(summary.lines.iter().all(|line| (1..=lines).contains(&line.number)));
                prop_assert!(summary.branches.iter().all(|branch| branch.line <= lines));
                for (first, last) in summary.uncovered() {
                    prop_assert!(first <= last);
                }
            }
        }
    }
}
