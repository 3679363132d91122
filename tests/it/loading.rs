//! How a function's source is loaded (docs/platform.md section 2).

use serde_json::{Value, json};

use crate::support::{Folder, Run, value_of};

fn class_and_value(source: &str) -> (Value, Value) {
    let outcome = Run::new(source).track("t").outcome();
    (outcome["class"].clone(), outcome["value"].clone())
}

#[test]
fn every_way_to_define_a_handler_at_the_top_level_works() {
    for source in [
        "async function onTrack() { return 1 }",
        "function onTrack() { return 1 }",
        "var onTrack = () => 1;",
        "onTrack = async () => 1;",
        "if (true) onTrack = () => 1;",
        "function onTrack() { return 0 }\nfunction onTrack() { return 1 }",
        "var exports = {};\n(function () { onTrack = () => 1; })();",
        "function onTrack() { return 1 } return;",
    ] {
        assert_eq!(
            class_and_value(source),
            (json!("success"), json!(1)),
            "{source}"
        );
    }
}

#[test]
fn a_function_in_a_block_is_not_a_handler() {
    let outcome = Run::new("if (true) { function onTrack() {} }\nasync function onPage() {}")
        .track("t")
        .outcome();
    assert_eq!(outcome["error"]["code"], "unsupported_event_type");
}

#[test]
fn a_top_level_return_loses_earlier_assignments_but_not_declarations() {
    let outcome = Run::new("async function onPage() {}\nonTrack = () => 1;\nreturn;")
        .track("t")
        .outcome();
    assert_eq!(outcome["error"]["code"], "unsupported_event_type");
}

#[test]
fn use_strict_on_the_first_line_has_no_effect_and_inside_a_function_works() {
    let sloppy = "'use strict'\nfunction onTrack() { undeclared = 7; return undeclared; }";
    assert_eq!(class_and_value(sloppy), (json!("success"), json!(7)));
    let outcome = Run::new("function onTrack() { 'use strict'; undeclared = 7; }")
        .track("t")
        .outcome();
    assert_eq!(outcome["error"]["name"], "ReferenceError");
}

#[test]
fn implicit_globals_last_from_one_invocation_to_the_next() {
    let source = "function onTrack() { count = typeof count === 'undefined' ? 1 : count + 1; return count; }";
    let outcomes = Run::new(source).track("a").track("b").track("c").outcomes();
    let counts: Vec<_> = outcomes.iter().map(|o| o["value"].clone()).collect();
    assert_eq!(counts, [1, 2, 3]);
}

#[test]
fn top_level_code_runs_once_an_instance() {
    let source = "let loads = 0; loads++; function onTrack() { return loads; }";
    let outcomes = Run::new(source).track("a").track("b").outcomes();
    assert_eq!(outcomes[1]["value"], 1);
}

#[test]
fn what_the_platform_lacks_is_undeclared() {
    for name in [
        "require",
        "module",
        "exports",
        "process",
        "global",
        "__dirname",
        "self",
        "Deno",
    ] {
        let value = value_of(&format!(
            "let error; try {{ {name} }} catch (e) {{ error = e.name }}\nreturn [typeof {name}, error];"
        ));
        assert_eq!(value, json!(["undefined", "ReferenceError"]), "{name}");
    }
}

#[test]
fn names_of_the_platform_can_be_shadowed_and_assigned() {
    assert_eq!(
        class_and_value(
            "const _ = 5; const crypto = 6; function fetch() { return 7 }\nfunction onTrack() { return [_, crypto, fetch()] }"
        ),
        (json!("success"), json!([5, 6, 7]))
    );
    assert_eq!(
        value_of("cache = 4; return [cache, globalThis.cache]"),
        json!([4, 4])
    );
}

#[test]
fn this_is_the_window_at_the_top_level_and_the_global_object_in_functions() {
    let source = "var top = this === window;\nfunction plain() { return this === globalThis }\n\
                  function onTrack() { return [top, plain(), this === globalThis, window === globalThis, \
                  typeof window.fetch, (window.x = 1, typeof x)] }";
    assert_eq!(
        class_and_value(source).1,
        json!([true, true, true, false, "function", "undefined"])
    );
}

#[test]
fn one_realm_makes_instanceof_true_for_all_that_the_host_makes() {
    assert_eq!(
        value_of(
            "return [event instanceof Object, event.constructor === Object, \
                  new RetryError('x') instanceof Error, settings instanceof Object]"
        ),
        json!([true, true, true, true])
    );
}

#[test]
fn stacks_have_the_lines_and_columns_of_the_users_file() {
    let source = "function helper() { throw new TypeError('here') }\n\nasync function onTrack() {\n  helper();\n}";
    let error = Run::new(source).track("t").outcome()["error"].clone();
    assert_eq!(error["at"], json!({"line": 1, "column": 27}));
    let stack = error["stack"].as_str().unwrap();
    assert!(stack.contains("at helper (function.js:1:27)"), "{stack}");
    assert!(stack.contains("at onTrack (function.js:4:3)"), "{stack}");
}

#[test]
fn odd_files_load() {
    for source in [
        "\u{feff}function onTrack() { return 1 }",
        "<!-- a comment\nfunction onTrack() { return 1 }",
        "function onTrack() { return 1 } // the end",
        "function onTrack() { return eval('1') }",
        "\r\nfunction onTrack() {\r\n return 1 }\r\n",
    ] {
        assert_eq!(
            class_and_value(source),
            (json!("success"), json!(1)),
            "{source:?}"
        );
    }
}

/// What can't be loaded ends with exit code 3, and says where.
fn refused(source: &str, line: u32, expected: &str) {
    let folder = Folder::new(&[("function.js", source)]);
    let (code, _, stderr) = folder.segfn(&["run", "function.js"]);
    assert_eq!(code, 3, "{stderr}");
    assert!(stderr.contains(expected), "{stderr}");
    assert!(stderr.contains(&format!("function.js:{line}")), "{stderr}");
}

#[test]
fn a_function_that_cannot_be_loaded_says_where_and_why() {
    refused(
        "const onTrack = async () => {};",
        1,
        "'onTrack' has already been declared",
    );
    refused(
        "\nimport x from 'y';",
        2,
        "Cannot use import statement outside a module",
    );
    refused(
        "\n\nexport function onTrack() {}",
        3,
        "Unexpected token 'export'",
    );
    refused(
        "var a = 1;\nconst zlib = zlib.zlib;",
        2,
        "Cannot access 'zlib' before initialization",
    );
    refused(
        "\nawait fetch('http://x');",
        2,
        "await is only valid in async functions",
    );
    refused(
        "exports.processEvents = async () => {};",
        1,
        "exports is not defined",
    );
    refused("#!/usr/bin/env node\n", 1, "Invalid or unexpected token");
}
