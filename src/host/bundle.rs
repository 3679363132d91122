//! How a bundle of js/dist is compiled. build.rs includes this file: a code cache is only taken
//! by V8 where the bundle is compiled in the very same way.

use deno_core::v8;
use deno_core::v8::script_compiler::CompileOptions;

/// The parameters of every bundle, which is the body of a function.
const PARAMETERS: [&str; 4] = ["require", "module", "exports", "host"];

/// Compiles `source` as `options` say; `cache` is for `ConsumeCodeCache`. `None` when V8 threw.
pub fn compile<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    name: &str,
    source: v8::Local<'s, v8::String>,
    cache: Option<&[u8]>,
    options: CompileOptions,
) -> Option<v8::Local<'s, v8::Function>> {
    let name = v8::String::new(scope, name)?;
    let origin = v8::ScriptOrigin::new(
        scope,
        name.into(),
        0,
        0,
        false,
        -1,
        None,
        false,
        false,
        false,
        None,
    );
    let mut parameters = Vec::with_capacity(PARAMETERS.len());
    for parameter in PARAMETERS {
        parameters.push(v8::String::new(scope, parameter)?);
    }
    let mut source = match cache.map(v8::CachedData::new) {
        Some(cache) => {
            v8::script_compiler::Source::new_with_cached_data(source, Some(&origin), cache)
        }
        None => v8::script_compiler::Source::new(source, Some(&origin)),
    };
    let function = v8::script_compiler::compile_function(
        scope,
        &mut source,
        &parameters,
        &[],
        options,
        v8::script_compiler::NoCacheReason::NoReason,
    );
    debug_assert!(
        source.get_cached_data().is_none_or(|data| !data.rejected()),
        "V8 refused the code cache of {}",
        name.to_rust_string_lossy(scope),
    );
    function
}
