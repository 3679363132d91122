//! Makes V8's startup snapshot, and code caches for the bundles that stay outside of it, from
//! what `node js/build.mjs` left in js/dist. `ARCHITECTURE.md` says why in two processes.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use deno_core::snapshot::{CreateSnapshotOptions, CreateSnapshotOutput};
use deno_core::v8::script_compiler::CompileOptions;
use deno_core::{JsRuntime, RuntimeOptions, op2, v8};

// Packages make Buffers of texts while they are evaluated.
#[path = "src/host/budget.rs"]
#[expect(dead_code, reason = "here nothing is bounded")]
mod budget;
#[path = "src/host/buffer.rs"]
mod buffer;
#[path = "src/host/bundle.rs"]
mod bundle;
#[path = "src/host/bytes.rs"]
mod bytes;
#[path = "src/engine/isolate/v8_flags.rs"]
mod v8_flags;
#[path = "src/host/web.rs"]
mod web;

/// Bundles that nearly every function needs: they are evaluated in the startup snapshot. Others
/// would cost every function, and save less: lodash adds 2.5 ms to each start of 10 ms, and takes
/// 7 ms at its first touch from its code cache, aws-sdk 13 ms, node-fetch with http 7 ms.
const IN_SNAPSHOT: &[&str] = &[
    "segfn:console",
    "segfn:inspect",
    "segfn:url",
    "node:buffer",
    "node:util",
    "node:os",
    "node:process",
];

/// Two symbols that V8 gives to each context for ever, as those that Node 20 has. Only V8's own syntax, which is
/// allowed where the snapshot is made, can change them.
const SYMBOLS: &str = "for (const name of ['dispose', 'asyncDispose']) {
    %DefineGetterPropertyUnchecked(Symbol, name, function named() {}, 2);
    const value = Symbol.for(`nodejs.${name}`);
    Object.defineProperty(Symbol, name, { value, writable: false, configurable: false });
}";

/// The bundle that holds the runtime itself.
const CORE: &str = "segfn:core";

/// The step that the second process does, named by this variable.
const STEP: &str = "SEGFN_BUILD_CODE_CACHE";

/// The scripts of the web's classes that functions have (js/globals.json), and those that they load.
const SCRIPTS: [&str; 13] = [
    "ext:deno_web/00_infra.js",
    "ext:deno_web/00_url.js",
    "ext:deno_web/01_console.js",
    "ext:deno_web/01_dom_exception.js",
    "ext:deno_web/02_event.js",
    "ext:deno_web/02_structured_clone.js",
    "ext:deno_web/03_abort_signal.js",
    "ext:deno_web/06_streams.js",
    "ext:deno_web/08_text_encoding.js",
    "ext:deno_web/09_file.js",
    "ext:deno_web/13_message_port.js",
    "ext:deno_web/15_performance.js",
    "ext:deno_webidl/00_webidl.js",
];

/// A bundle of js/dist, or a script of deno_web.
struct Bundle {
    name: String,
    path: PathBuf,
    source: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/engine/isolate/v8_flags.rs");
    println!("cargo::rerun-if-changed=src/host/budget.rs");
    println!("cargo::rerun-if-changed=src/host/buffer.rs");
    println!("cargo::rerun-if-changed=src/host/bytes.rs");
    println!("cargo::rerun-if-changed=src/host/bundle.rs");
    println!("cargo::rerun-if-changed=src/host/web.rs");
    println!("cargo::rerun-if-changed=js/dist/bundles.json");
    link_at_a_fixed_address();
    link_in_order()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    write_panel(Path::new("js/dist/panel"), &out)?;
    let mut bundles = read_bundles(Path::new("js/dist"))?;
    bundles.extend(web_scripts(&out)?);

    v8_flags::set_v8_flags();
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let _guard = tokio.enter();
    if env::var_os(STEP).is_some() {
        return make_code_caches(&bundles, &out);
    }
    let snapshot = make_snapshot(&bundles)?;
    fs::write(out.join("segfn.snapshot"), &snapshot.output)?;
    // V8 makes snapshots under other flags than it runs under, and would refuse code caches that
    // were made in this process.
    let status = Command::new(env::current_exe()?).env(STEP, "1").status()?;
    if !status.success() {
        return Err("the step that makes code caches failed: see above".into());
    }
    Ok(())
}

/// A program that may be loaded anywhere has its 100,000 addresses put right before `main`: a quarter of the time to
/// a first result. docs/security.md weighs it.
fn link_at_a_fixed_address() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

/// Puts together what every run executes (packaging/text-order.mjs): of a start's memory, a quarter was text around functions
/// that are called. Only a release is worth it, and not each linker that somebody may have chosen knows such a script.
fn link_in_order() -> Result<(), Box<dyn Error>> {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let is_chosen = env::var_os("RUSTC_LINKER").is_some()
        || env::var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("fuse-ld"));
    if is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
        && is("PROFILE", "release")
        && !is_chosen
    {
        println!("cargo::rerun-if-changed=packaging/text-order.ld");
        let script = fs::canonicalize("packaging/text-order.ld")?;
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{}", script.display());
    }
    Ok(())
}

/// Writes the table of the panel's files that src/serve/panel/files.rs includes.
fn write_panel(folder: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut files = match fs::read_dir(folder) {
        Ok(entries) => {
            println!("cargo::rerun-if-changed={}", folder.display());
            entries.collect::<Result<Vec<_>, _>>()?
        }
        Err(_) => Vec::new(),
    };
    files.sort_by_key(fs::DirEntry::file_name);
    let mut table = String::from("&[\n");
    for file in files {
        let (name, path) = (file.file_name(), fs::canonicalize(file.path())?);
        let name = name.to_string_lossy();
        writeln!(table, "    ({name:?}, include_bytes!({path:?})),")?;
    }
    table.push_str("]\n");
    fs::write(out.join("panel.rs"), table)?;
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
                entry[name]
                    .as_str()
                    .ok_or_else(|| format!("js/dist/bundles.json: no {name}"))
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

/// The snapshot, and which of deno_web's lazy scripts are in it.
fn make_snapshot(bundles: &[Bundle]) -> Result<CreateSnapshotOutput, Box<dyn Error>> {
    v8::V8::set_flags_from_string("--allow-natives-syntax");
    let mut scripts = vec![("segfn:symbols", SYMBOLS.to_owned())];
    let find = |name: &'static str| -> Result<String, Box<dyn Error>> {
        let bundle = bundles
            .iter()
            .find(|bundle| bundle.name == name)
            .ok_or_else(|| format!("js/dist has no bundle named {name}"))?;
        Ok(format!(
            "(function (require, module, exports, host) {{{}\n}})",
            bundle.source
        ))
    };
    // A script's name is what stacks show of the bundle's functions.
    scripts.push((
        CORE,
        format!("{}(undefined, {{ exports: {{}} }}, {{}});", find(CORE)?),
    ));
    let names = serde_json::to_string(&bundles.iter().map(|b| &b.name).collect::<Vec<_>>())?;
    scripts.push(("segfn:names", format!("__segfn.setNames({names})")));
    for name in IN_SNAPSHOT {
        scripts.push((*name, format!("__segfn.define({name:?}, {});", find(name)?)));
    }
    scripts.push((
        "segfn:finish",
        "__segfn.finish((each) => %PrepareFunctionForOptimization(each))".to_string(),
    ));
    for name in IN_SNAPSHOT {
        scripts.push(("segfn:require", format!("__segfn.require({name:?})")));
    }
    let output = deno_core::snapshot::create_snapshot(
        CreateSnapshotOptions {
            cargo_manifest_dir: env!("CARGO_MANIFEST_DIR"),
            startup_snapshot: None,
            skip_op_registration: false,
            extensions: Vec::new(),
            extension_transpiler: None,
            with_runtime_cb: Some(Box::new(move |runtime| {
                for (name, script) in &scripts {
                    if let Err(error) = runtime.execute_script(*name, script.clone()) {
                        panic!("{name} can't be evaluated in the startup snapshot: {error}");
                    }
                }
            })),
        },
        None,
    )?;
    for path in &output.files_loaded_during_snapshot {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    Ok(output)
}

/// deno_web's scripts as bundles, which are written into `out`. They are expressions that take what
/// they need from `__bootstrap`. js/core/bundles.js gives them that for `host`.
fn web_scripts(out: &Path) -> Result<Vec<Bundle>, Box<dyn Error>> {
    let mut scripts = Vec::new();
    let extensions = [deno_webidl::deno_webidl::init(), web::deno_web()];
    let files = extensions
        .iter()
        .flat_map(|extension| extension.lazy_loaded_js_files.iter());
    for (number, file) in files
        .filter(|file| SCRIPTS.contains(&file.specifier))
        .enumerate()
    {
        let code = file.load()?;
        let code = code.as_str().trim_end().trim_end_matches(';');
        let mut source =
            String::from("\"use strict\"; const __bootstrap = host; module.exports = (");
        // As esbuild writes bundles: V8 reads the text where it lies in the binary.
        for character in code.chars() {
            match character.is_ascii() {
                true => source.push(character),
                false => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        write!(source, "\\u{unit:04x}")?;
                    }
                }
            }
        }
        source.push_str(");");
        let path = out.join(format!("{number}.web.js"));
        fs::write(&path, &source)?;
        scripts.push(Bundle {
            name: file.specifier.to_owned(),
            path,
            source,
        });
    }
    Ok(scripts)
}

/// Some packages fill a pool of random bytes while they are evaluated; here nobody reads it.
#[op2(fast)]
fn op_crypto_random(#[buffer] _bytes: &mut [u8]) {}

/// And some read the time by `performance`.
#[op2(fast)]
fn op_now(#[buffer] _time: &mut [u8]) {}

#[op2(fast)]
fn op_time_origin(#[buffer] _time: &mut [u8]) {}

deno_core::extension!(
    code_cache_ops,
    ops = [op_crypto_random, op_now, op_time_origin]
);

/// Evaluates every bundle in an instance as it will be at run time, so that the functions it
/// compiles on the way are in its cache, and writes the table that src/host/bundles.rs includes.
fn make_code_caches(bundles: &[Bundle], out: &Path) -> Result<(), Box<dyn Error>> {
    let snapshot: &'static [u8] = fs::read(out.join("segfn.snapshot"))?.leak();
    let extensions = vec![
        web::extension(),
        buffer::segfn_buffer::init(),
        code_cache_ops::init(),
    ];
    let mut runtime = JsRuntime::try_new(RuntimeOptions {
        extensions,
        startup_snapshot: Some(snapshot),
        ..Default::default()
    })?;
    v8_flags::unset_deno_flags();
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    let mut compiled = Vec::new();
    for bundle in bundles {
        if bundle.name != CORE && !IN_SNAPSHOT.contains(&bundle.name.as_str()) {
            let function = (|| {
                let source = v8::String::new(scope, &bundle.source)?;
                bundle::compile(scope, &bundle.name, source, None, options(&bundle.name))
            })();
            let function = function.ok_or_else(|| failure(scope, &bundle.name))?;
            call(scope, "define", &bundle.name, Some(function))?;
            compiled.push((bundle, function));
        }
    }
    let mut table = format!("static BUNDLES: [Bundle; {}] = [\n", compiled.len());
    for (number, (bundle, function)) in compiled.into_iter().enumerate() {
        let method = match bundle.name.starts_with("ext:") {
            true => "require",
            false => "requireWhole",
        };
        call(scope, method, &bundle.name, None)?;
        let cache = function
            .create_code_cache()
            .ok_or_else(|| format!("V8 made no code cache for {}", bundle.name))?;
        let file = out.join(format!("{number}.code-cache"));
        fs::write(&file, &cache[..])?;
        let [source, cache] = match is_of_node(&bundle.name) {
            true => [plain(&bundle.path), plain(&file)],
            false => {
                let source = out.join(format!("{number}.source"));
                [
                    packed(bundle.source.as_bytes(), &source)?,
                    packed(&cache, &file)?,
                ]
            }
        };
        let name = &bundle.name;
        writeln!(
            table,
            "    Bundle {{ name: {name:?}, source: {source}, cache: {cache} }},"
        )?;
    }
    table.push_str("];\n");
    fs::write(out.join("bundles.rs"), table)?;
    Ok(())
}

/// The expression for a file that lies in the binary as it is.
fn plain(file: &Path) -> String {
    format!("Asset::Plain(include_bytes!({file:?}))")
}

/// Writes `bytes` into `file`, packed, and gives the expression for that.
fn packed(bytes: &[u8], file: &Path) -> Result<String, Box<dyn Error>> {
    // What takes most of the time that a release may take is a trifle for who builds it often.
    let level = match env::var("PROFILE")?.as_str() {
        "release" => 19,
        _ => 1,
    };
    fs::write(file, zstd::bulk::compress(bytes, level)?)?;
    let len = bytes.len();
    Ok(format!("Asset::packed(include_bytes!({file:?}), {len})"))
}

/// Whether a bundle is Node's or segfn's, and none of the platform's packages, of which each function touches few.
/// Nearly each one touches `fetch`.
fn is_of_node(name: &str) -> bool {
    name.contains(':') || name == "node-fetch"
}

/// Node's own modules, and `fetch`, are used all over by what stands on them: their functions are all in
/// the cache. Of a package, most functions call a few: the cache has what its evaluation called.
fn options(name: &str) -> CompileOptions {
    match name.starts_with("node:")
        || ["node-fetch", "segfn:http", "segfn:webcrypto"].contains(&name)
    {
        true => CompileOptions::EagerCompile,
        false => CompileOptions::NoCompileOptions,
    }
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
        let method: v8::Local<v8::Function> = segfn.get(scope, method.into())?.try_into().ok()?;
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
