//! Makes V8's startup snapshot, and code caches for the bundles that stay outside of it, from
//! what `node js/build.mjs` left in js/dist. `ARCHITECTURE.md` says why in two processes.

use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use deno_core::JsRuntime;
use deno_core::JsRuntimeForSnapshot;
use deno_core::RuntimeOptions;
use deno_core::v8;

#[path = "src/host/bundle.rs"]
mod bundle;
#[path = "src/engine/platform.rs"]
mod platform;

/// Bundles that nearly every function needs: they are evaluated in the startup snapshot. Measured
/// for each: what it adds to every start against what it saves at the first touch.
const IN_SNAPSHOT: &[&str] = &["segfn:console"];

/// The bundle that holds the runtime itself.
const CORE: &str = "segfn:core";

/// The step that the second process does, named by this variable.
const STEP: &str = "SEGFN_BUILD_CODE_CACHE";

struct Bundle {
    name: String,
    path: PathBuf,
    source: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/engine/platform.rs");
    println!("cargo::rerun-if-changed=src/host/bundle.rs");
    println!("cargo::rerun-if-changed=js/dist/bundles.json");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let bundles = read_bundles(Path::new("js/dist"))?;

    platform::set_v8_flags();
    let tokio = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let _guard = tokio.enter();
    if env::var_os(STEP).is_some() {
        return make_code_caches(&bundles, &out);
    }
    fs::write(out.join("segfn.snapshot"), make_snapshot(&bundles)?)?;
    // V8 makes snapshots under other flags than it runs under, and would refuse code caches that
    // were made in this process.
    let status = Command::new(env::current_exe()?).env(STEP, "1").status()?;
    if !status.success() {
        return Err("the step that makes code caches failed: see above".into());
    }
    Ok(())
}

fn read_bundles(dist: &Path) -> Result<Vec<Bundle>, Box<dyn Error>> {
    let list = fs::read_to_string(dist.join("bundles.json")).map_err(|error| {
        format!(
            "the JavaScript half of segfn has not been bundled ({}: {error}); run `make js` first \
             (or `npm ci && node build.mjs` in js/)",
            dist.join("bundles.json").display()
        )
    })?;
    let list: Vec<serde_json::Value> = serde_json::from_str(&list)?;
    list.iter()
        .map(|entry| {
            let field = |name: &str| {
                entry[name].as_str().ok_or_else(|| format!("js/dist/bundles.json: no {name}"))
            };
            let path = dist.join(field("file")?);
            Ok(Bundle {
                name: field("name")?.to_string(),
                source: fs::read_to_string(&path)
                    .map_err(|error| format!("{}: {error}", path.display()))?,
                path: fs::canonicalize(&path)?,
            })
        })
        .collect()
}

fn make_snapshot(bundles: &[Bundle]) -> Result<Box<[u8]>, Box<dyn Error>> {
    let mut runtime = JsRuntimeForSnapshot::try_new(RuntimeOptions {
        extensions: platform::snapshot_extensions(),
        ..Default::default()
    })?;
    let find = |name: &str| -> Result<String, Box<dyn Error>> {
        let bundle = bundles
            .iter()
            .find(|bundle| bundle.name == name)
            .ok_or_else(|| format!("js/dist has no bundle named {name}"))?;
        Ok(format!("(function (require, module, exports, host) {{{}\n}})", bundle.source))
    };
    runtime.execute_script(CORE, format!("{}(undefined, {{ exports: {{}} }}, {{}});", find(CORE)?))?;
    let names = serde_json::to_string(&bundles.iter().map(|b| &b.name).collect::<Vec<_>>())?;
    runtime.execute_script("segfn:names", format!("__segfn.setNames({names})"))?;
    for name in IN_SNAPSHOT {
        let define = format!("__segfn.define({}, {});", serde_json::to_string(name)?, find(name)?);
        // The script's name is what stacks show of the bundle's functions.
        runtime.execute_script(*name, define)?;
    }
    runtime.execute_script("segfn:finish", "__segfn.finish()")?;
    for name in IN_SNAPSHOT {
        let require = format!("__segfn.require({})", serde_json::to_string(name)?);
        runtime.execute_script("segfn:require", require)?;
    }
    Ok(runtime.snapshot())
}

/// Evaluates every bundle in an instance as it will be at run time, so that the functions it
/// compiles on the way are in its cache, and writes the table that src/host/bundles.rs includes.
fn make_code_caches(bundles: &[Bundle], out: &Path) -> Result<(), Box<dyn Error>> {
    let snapshot: &'static [u8] = fs::read(out.join("segfn.snapshot"))?.leak();
    let mut runtime = JsRuntime::try_new(RuntimeOptions {
        extensions: platform::snapshot_extensions(),
        startup_snapshot: Some(snapshot),
        ..Default::default()
    })?;
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    let mut compiled = Vec::new();
    for bundle in bundles {
        if bundle.name != CORE && !IN_SNAPSHOT.contains(&bundle.name.as_str()) {
            let function = (|| {
                let source = v8::String::new(scope, &bundle.source)?;
                bundle::compile(scope, &bundle.name, source, None)
            })();
            let function = function.ok_or_else(|| failure(scope, &bundle.name))?;
            call(scope, "define", &bundle.name, Some(function))?;
            compiled.push((bundle, function));
        }
    }
    let mut table = String::from("&[\n");
    for (number, (bundle, function)) in compiled.into_iter().enumerate() {
        call(scope, "require", &bundle.name, None)?;
        let cache = function
            .create_code_cache()
            .ok_or_else(|| format!("V8 made no code cache for {}", bundle.name))?;
        let file = out.join(format!("{number}.code-cache"));
        fs::write(&file, &cache[..])?;
        writeln!(
            table,
            "    Bundle {{ name: {:?}, source: include_str!({:?}), cache: include_bytes!({:?}) }},",
            bundle.name, bundle.path, file
        )?;
    }
    table.push_str("]\n");
    fs::write(out.join("bundles.rs"), table)?;
    Ok(())
}

/// Calls `__segfn.METHOD(name, function)`.
fn call(
    scope: &mut v8::PinnedRef<'_, v8::TryCatch<v8::HandleScope>>,
    method: &str,
    name: &str,
    function: Option<v8::Local<v8::Function>>,
) -> Result<(), String> {
    let called = (|| {
        let global = scope.get_current_context().global(scope);
        let segfn = v8::String::new(scope, "__segfn")?;
        let segfn = global.get(scope, segfn.into())?.to_object(scope)?;
        let method = v8::String::new(scope, method)?;
        let method: v8::Local<v8::Function> =
            segfn.get(scope, method.into())?.try_into().ok()?;
        let name = v8::String::new(scope, name)?;
        let function = match function {
            Some(function) => function.into(),
            None => v8::undefined(scope).into(),
        };
        method.call(scope, segfn.into(), &[name.into(), function])
    })();
    called.map(|_| ()).ok_or_else(|| failure(scope, name))
}

fn failure(scope: &mut v8::PinnedRef<'_, v8::TryCatch<v8::HandleScope>>, name: &str) -> String {
    let thrown = match scope.stack_trace().or_else(|| scope.exception()) {
        Some(thrown) => thrown.to_rust_string_lossy(scope),
        None => "no exception".to_string(),
    };
    format!("the bundle {name} can't be evaluated without ops: {thrown}")
}
