//! Stacks, with the calls that are not of the user's own file folded together: they mean little to
//! the function's author, and the platform's packages can be deep.

/// A line of a text that holds a stack.
#[derive(Debug, PartialEq, Eq)]
pub enum StackLine<'s> {
    /// A line as it is.
    Plain(&'s str),
    /// So many calls of code that is not the user's, and where that is. What an error's fields
    /// follow ends with `{`.
    Folded {
        calls: usize,
        modules: Vec<&'s str>,
        end: &'s str,
    },
}

/// The calls in an error's `stack`, where `file` is the base name of the user's file.
pub fn calls<'s>(stack: &'s str, file: &str) -> Vec<StackLine<'s>> {
    let calls = stack.lines().map(str::trim);
    fold(calls.filter(|line| line.starts_with("at ")), file)
}

/// `lines`, with neighbouring calls folded.
pub fn fold<'s>(lines: impl Iterator<Item = &'s str>, file: &str) -> Vec<StackLine<'s>> {
    let mut folded: Vec<StackLine> = Vec::new();
    for line in lines {
        let (call, brace) = match line.trim_start().strip_suffix(" {") {
            Some(call) => (call, " {"),
            None => (line.trim_start(), ""),
        };
        let Some(call) = call.strip_prefix("at ") else {
            folded.push(StackLine::Plain(line));
            continue;
        };
        let module = module(call);
        match (module, folded.last_mut()) {
            // `Array.map (<anonymous>)` is counted with what called it last.
            (None, Some(StackLine::Folded { calls, end, .. })) => {
                (*calls, *end) = (*calls + 1, brace)
            }
            (None, _) => folded.push(StackLine::Plain(line)),
            (Some(module), _) if module == file => folded.push(StackLine::Plain(line)),
            (
                Some(module),
                Some(StackLine::Folded {
                    calls,
                    modules,
                    end,
                }),
            ) => {
                (*calls, *end) = (*calls + 1, brace);
                if !modules.contains(&module) {
                    modules.push(module);
                }
            }
            (Some(module), _) => folded.push(StackLine::Folded {
                calls: 1,
                modules: vec![module],
                end: brace,
            }),
        }
    }
    folded
}

/// The file in `f (FILE:1:2)` or `FILE:1:2`. `None` where V8 knows no file.
fn module(call: &str) -> Option<&str> {
    let place = match call.rsplit_once(" (") {
        Some((_, place)) => place.strip_suffix(')')?,
        None => call.strip_prefix("async ").unwrap_or(call),
    };
    // `eval at onTrack (function.js:1:1), <anonymous>:1:1`: the file is that of the eval.
    let place = match place.split_once("), ") {
        Some((within, _)) => within,
        None => place,
    };
    let (place, column) = place.rsplit_once(':')?;
    let (file, line) = place.rsplit_once(':')?;
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    (number(column) && number(line) && file != "<anonymous>").then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_outside_of_the_users_file_are_folded() {
        let stack = "Error: at x (function.js:1:1)\n    at Request.send (aws-sdk:1:2)\n    \
                     at Array.forEach (<anonymous>)\n    at node:events:3:4\n    \
                     at async Request.x [as y] (aws-sdk:9:9)\n    \
                     at helper (function.js:12:7)\n    at Array.map (<anonymous>)\n    \
                     at async function.js:3:1\n    \
                     at eval (eval at onTrack (function.js:4:4), <anonymous>:1:7)\n    at new Promise (<anonymous>)";
        assert_eq!(
            calls(stack, "function.js"),
            [
                StackLine::Folded {
                    calls: 4,
                    modules: vec!["aws-sdk", "node:events"],
                    end: ""
                },
                StackLine::Plain("at helper (function.js:12:7)"),
                StackLine::Plain("at Array.map (<anonymous>)"),
                StackLine::Plain("at async function.js:3:1"),
                StackLine::Plain("at eval (eval at onTrack (function.js:4:4), <anonymous>:1:7)"),
                StackLine::Plain("at new Promise (<anonymous>)"),
            ]
        );
    }

    #[test]
    fn a_logged_error_keeps_its_fields() {
        let log = "failed Error: x\n    at onTrack (function.js:1:1)\n    at a (node:events:1:1)\n    at b (node:events:1:9) {\n  code: 'E'\n}";
        assert_eq!(
            fold(log.split('\n'), "function.js"),
            [
                StackLine::Plain("failed Error: x"),
                StackLine::Plain("    at onTrack (function.js:1:1)"),
                StackLine::Folded {
                    calls: 2,
                    modules: vec!["node:events"],
                    end: " {"
                },
                StackLine::Plain("  code: 'E'"),
                StackLine::Plain("}"),
            ]
        );
    }
}
