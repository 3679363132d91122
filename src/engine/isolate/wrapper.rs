//! The user's code as the body of a function, as the platform loads it (docs/platform.md section 2).

use std::path::Path;

use deno_core::v8;

use super::js::Scope;
use crate::function::{Function, HANDLERS, Kind, REQUEST_HANDLER};

/// The name of the object that the wrapper copies the handlers to.
const EXPORTS: &str = "__segfn_exports";

/// The file's base name, which is what stacks show of it (docs/platform.md section 2).
pub fn base_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn names_for(kind: Option<Kind>) -> Vec<&'static str> {
    let may_have =
        |name: &&str| kind.is_none_or(|kind| (kind == Kind::Source) == (*name == REQUEST_HANDLER));
    HANDLERS.into_iter().filter(may_have).collect()
}

/// The handlers that the code may have, and the statement that copies them out, which stands before
/// and behind the code.
pub fn names_and_copy(kind: Option<Kind>) -> (Vec<&'static str>, String) {
    let names = names_for(kind);
    let copy = names
        .iter()
        .map(|name| format!("{EXPORTS}.{name}={name};"))
        .collect();
    (names, copy)
}

/// The code is the body of a sloppy-mode function with the handler names as parameters, and the
/// handlers' values are copied out before and after it. The copying statement in front is also
/// what makes a first-line 'use strict' an ordinary string.
pub fn compile<'s>(
    scope: &mut Scope<'s, '_>,
    function: &Function,
    options: v8::script_compiler::CompileOptions,
) -> Option<v8::Local<'s, v8::Function>> {
    let (names, copy) = names_and_copy(function.kind);
    // In one piece: formatting would copy a large function several times.
    let source = [&*copy, &*function.source, "\n", &*copy].concat();
    let source = v8::String::new(scope, &source)?;
    let file = v8::String::new(scope, &base_name(&function.path))?;
    let column = -i32::try_from(copy.len()).ok()?;
    let origin = v8::ScriptOrigin::new(
        scope,
        file.into(),
        0,
        column,
        false,
        -1,
        None,
        false,
        false,
        false,
        None,
    );
    let mut source = v8::script_compiler::Source::new(source, Some(&origin));
    let mut parameters = vec![v8::String::new(scope, EXPORTS)?];
    for name in &names {
        parameters.push(v8::String::new(scope, name)?);
    }
    v8::script_compiler::compile_function(
        scope,
        &mut source,
        &parameters,
        &[],
        options,
        v8::script_compiler::NoCacheReason::NoReason,
    )
}
