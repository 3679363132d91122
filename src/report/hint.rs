//! What to write instead, where an error shows that a habit from elsewhere does not hold in a
//! function (docs/platform.md section 2): imports, exports, `process` and the like.

use crate::function::HANDLERS;
use crate::globals::table;
use crate::hints;
use crate::outcome::Failure;

/// What to do about `failure` of the function with this source, or of its `handler`.
pub fn hint(failure: &Failure, source: &str, handler: Option<&str>) -> Option<String> {
    match failure.name.as_str() {
        // Not thrown by the user's code: by the handler that the platform supplies.
        "EventNotSupported" if failure.at.is_none() => handler.map(absent),
        "MemoryLimit" if failure.at.is_none() => Some(hints::MORE_MEMORY.to_owned()),
        "SyntaxError" => syntax(failure, source),
        "ReferenceError" => {
            let name = failure.message.strip_suffix(" is not defined")?;
            undefined(name, source)
        }
        _ => None,
    }
}

fn absent(handler: &str) -> String {
    match handler {
        "onBatch" => {
            "an array goes to onBatch, which the function doesn't have: write one event a line instead"
        }
        "onRequest" => "the function has no onRequest, which is what a source function needs",
        _ => return format!("the function has no {handler}, so the platform discards such events"),
    }
    .to_owned()
}

fn syntax(failure: &Failure, source: &str) -> Option<String> {
    let message = failure.message.as_str();
    let line = failure
        .at
        .and_then(|at| {
            source
                .lines()
                .nth(usize::try_from(at.line).ok()?.checked_sub(1)?)
        })
        .unwrap_or_default();
    let text = if message.starts_with("Cannot use import") || message.contains("'import.meta'") {
        "a function can't import packages: use the platform's globals (AWS, _, fetch, crypto …), or \
         bundle the package into the file"
    } else if message == "Unexpected token 'export'" {
        "a function doesn't export anything: a handler is known by its name, as in `async function \
         onTrack(event, settings) { … }`"
    } else if message.starts_with("await is only valid") {
        "make the function around it `async`; outside of functions, `await` doesn't work: move it \
         into the handler (cache.load does it once for many events)"
    } else if let Some(name) = already_declared(message) {
        return Some(format!(
            "a handler can't be made by `const`, `let` or `class`, because the platform has declared \
             its name already: write `async function {name}(event, settings) {{ … }}`"
        ));
    } else if source.starts_with("#!") && failure.at.is_some_and(|at| at.line == 1) {
        "remove the first line: a function isn't a shell script"
    } else if message.ends_with("end of input") {
        "a `{`, `(`, `[` or ` is opened and never closed"
    } else if is_typescript(message, line) {
        "this looks like TypeScript, but functions are JavaScript. Compile it first: \
         npx esbuild FILE.ts --outfile=FILE.js"
    } else {
        return None;
    };
    Some(text.to_owned())
}

/// The handler that was declared as something else than a function.
fn already_declared(message: &str) -> Option<&str> {
    let name = message
        .strip_prefix("Identifier '")?
        .strip_suffix("' has already been declared")?;
    HANDLERS.contains(&name).then_some(name)
}

fn is_typescript(message: &str, line: &str) -> bool {
    let types = [
        "any", "string", "number", "boolean", "unknown", "object", "void", "Promise<", "Record<",
        "Array<", "Event",
    ];
    let annotated = line.match_indices(':').any(|(colon, _)| {
        types
            .iter()
            .any(|name| line[colon + 1..].trim_start().starts_with(name))
    });
    let declared = ["interface ", "type ", "enum ", "declare "];
    let declares = declared
        .iter()
        .any(|word| line.trim_start().starts_with(word));
    (annotated && (message == "Unexpected token ':'" || message.starts_with("Missing initializer")))
        || (declares && message.starts_with("Unexpected"))
}

fn undefined(name: &str, source: &str) -> Option<String> {
    let text = match name {
        "require" => {
            "a function can't load packages: use the platform's globals (AWS, _ for lodash, fetch, \
             crypto …), or bundle the package into the file"
        }
        "exports" if source.contains("processEvents") => {
            "`exports.processEvents` is the format from before September 2019, which the platform no \
             longer runs: write `async function onRequest(request, settings) { … }`, and send \
             messages with Segment.track(…) and the like"
        }
        "exports" | "module" => {
            "a function doesn't export anything: a handler is known by its name, as in `async \
             function onTrack(event, settings) { … }`"
        }
        "process" => {
            "a function has no environment variables: what it needs to know comes in the settings, \
             the handler's second argument"
        }
        "settings" => {
            "the settings are the handler's second argument: async function onTrack(event, settings)"
        }
        "event" => {
            "the event is the handler's first argument: async function onTrack(event, settings)"
        }
        "global" | "self" => "write globalThis instead",
        "fs" | "path" | "os" | "__dirname" | "__filename" => {
            "a function has no files; of Node it has crypto, https, zlib and Buffer"
        }
        "axios" | "request" | "got" => "requests are made with fetch, or https",
        "lodash" => "lodash is the global `_`",
        "Deno" | "Bun" => "a function runs as under Node 20, without Deno or Bun",
        _ => return of_another_kind(name),
    };
    Some(text.to_owned())
}

/// What to do about a global that the platform has, but not for this kind of function.
fn of_another_kind(name: &str) -> Option<String> {
    let global = table().into_iter().find(|global| global.name == name)?;
    let kind = global.kinds.first()?;
    Some(format!(
        "only functions of the kind {} have {name}: if this is one, say --kind {kind}",
        global.kinds.join(" or ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_habit_from_elsewhere_gets_a_hint_and_other_errors_none() {
        let hint_for = |name: &str, message: &str, source: &str| {
            let failure = Failure {
                name: name.into(),
                message: message.into(),
                title: String::new(),
                code: String::new(),
                stack: None,
                at: Some(crate::text::Place { line: 1, column: 1 }),
            };
            hint(&failure, source, Some("onTrack")).unwrap_or_default()
        };
        let syntax = |message: &str, source: &str| hint_for("SyntaxError", message, source);
        assert!(
            syntax("Identifier 'onPage' has already been declared", "").contains("onPage(event")
        );
        assert_eq!(syntax("Identifier 'x' has already been declared", ""), "");
        assert!(syntax("Unexpected token ':'", "function f(a: any) {}").contains("TypeScript"));
        assert_eq!(syntax("Unexpected token ':'", "a ? b :: c"), "");
        assert!(syntax("Unexpected identifier 'A'", "interface A {").contains("TypeScript"));
        assert!(syntax("Invalid or unexpected token", "#!/bin/node").contains("first line"));
        assert_eq!(syntax("Unexpected token '}'", "}"), "");
        let reference = |name: &str, source: &str| {
            hint_for("ReferenceError", &format!("{name} is not defined"), source)
        };
        assert!(reference("exports", "exports.processEvents = 1").contains("2019"));
        assert!(reference("exports", "exports.a = 1").contains("export anything"));
        assert_eq!(reference("nope", ""), "");
        assert!(reference("pg", "").contains("--kind insert-source"));
        assert_eq!(reference("moment", ""), "");
        assert_eq!(hint_for("Error", "process is not defined", ""), "");
        let memory = Failure {
            name: "MemoryLimit".into(),
            message: String::new(),
            title: String::new(),
            code: String::new(),
            stack: None,
            at: None,
        };
        assert_eq!(hint(&memory, "", None).as_deref(), Some(hints::MORE_MEMORY));
        // With a place it is the user's own.
        assert_eq!(hint_for("EventNotSupported", "x", ""), "");
    }
}
