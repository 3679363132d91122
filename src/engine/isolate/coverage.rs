//! V8's precise coverage by block, through the inspector inside the process.

use std::cell::RefCell;
use std::rc::Rc;

use deno_core::{InspectorSessionKind, JsRuntime, JsRuntimeInspector, LocalInspectorSession, v8};
use serde::Deserialize;
use serde_json::json;

use super::js::get;
use crate::coverage::{Count, FunctionCoverage, ScriptCoverage, Span};

/// Counts how often the parts of an isolate's scripts run. It must be dropped before the isolate.
pub struct CoverageRecorder {
    session: LocalInspectorSession,
    /// The answer to the last message, which comes while the message is sent.
    answer: Rc<RefCell<Option<String>>>,
}

/// Where the user's code stands in the script that V8 was given, in UTF-16 code units.
#[derive(Clone, Copy)]
pub struct ScriptRange {
    pub script: i32,
    pub start: u32,
    pub length: u32,
}

impl CoverageRecorder {
    /// Counts from now on. Code that is compiled already is not counted.
    pub fn start(runtime: &mut JsRuntime) -> CoverageRecorder {
        runtime.maybe_init_inspector();
        hide_from_console(runtime);
        let answer = Rc::new(RefCell::new(None));
        let inbox = answer.clone();
        let session = JsRuntimeInspector::create_local_session(
            runtime.inspector(),
            Box::new(move |message| {
                inbox.replace(Some(message.content));
            }),
            InspectorSessionKind::NonBlocking {
                wait_for_disconnect: false,
            },
        );
        let mut recorder = CoverageRecorder { session, answer };
        recorder.ask("Profiler.enable", None);
        let precise = json!({ "callCount": true, "detailed": true });
        recorder.ask("Profiler.startPreciseCoverage", Some(precise));
        recorder
    }

    fn ask(&mut self, method: &str, parameters: Option<serde_json::Value>) -> Option<String> {
        self.answer.take();
        self.session.post_message(1, method, parameters);
        self.answer.take()
    }

    /// What of the user's code has run since the last call.
    pub fn take(&mut self, placed: ScriptRange) -> ScriptCoverage {
        let mut coverage = ScriptCoverage::default();
        let answer = self.ask("Profiler.takePreciseCoverage", None);
        let Some(answer) = answer.and_then(|text| serde_json::from_str::<Answer>(&text).ok())
        else {
            return coverage;
        };
        let scripts = answer.result.result.into_iter();
        let id = placed.script.to_string();
        for script in scripts.filter(|script| script.script_id == id) {
            for function in script.functions {
                if let Some(function) = function.placed(placed) {
                    coverage.add_function(function);
                }
            }
        }
        coverage
    }
}

#[derive(Deserialize)]
struct Answer {
    result: Taken,
}

#[derive(Deserialize)]
struct Taken {
    result: Vec<Script>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Script {
    script_id: String,
    functions: Vec<Function>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Function {
    function_name: String,
    is_block_coverage: bool,
    ranges: Vec<Range>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    start_offset: u32,
    end_offset: u32,
    count: u64,
}

impl Function {
    /// The same with offsets in the user's file. Ranges outside of it are cut off.
    fn placed(self, placed: ScriptRange) -> Option<FunctionCoverage> {
        let inside = |offset: u32| offset.saturating_sub(placed.start).min(placed.length);
        let ranges: Vec<_> = self
            .ranges
            .iter()
            .map(|range| Count {
                span: Span {
                    start: inside(range.start_offset),
                    end: inside(range.end_offset),
                },
                count: range.count,
            })
            .filter(|range| range.span.start < range.span.end)
            .collect();
        FunctionCoverage::new(self.function_name, self.is_block_coverage, &ranges)
    }
}

/// The inspector adds members to the console that Node's doesn't have.
fn hide_from_console(runtime: &mut JsRuntime) {
    deno_core::scope!(scope, runtime);
    let global = scope.get_current_context().global(scope);
    let Some(console) = get(scope, global, "console").and_then(|console| console.to_object(scope))
    else {
        return;
    };
    for name in ["memory", "createTask"] {
        if let Some(name) = v8::String::new(scope, name) {
            console.delete(scope, name.into());
        }
    }
}
