//! What V8 itself takes, with nothing around it: how near segfn can come to other engines.
//!
//! `floor start` makes an isolate and runs nothing to speak of. `floor start apart` does that in a child process, as a
//! function that isn't trusted has to have one. `floor events FUNCTION EVENTS` reads lines, has V8 parse them, call
//! the function, and print what it gives, and writes that.
//!
//! `floor times ROUNDS COMMANDS` says what other programs take from their start to their end: the commands, a JSON array of
//! arrays, are run in turns, and a line tells each one's median in milliseconds. Node takes as long to start a program as
//! some of them take.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use deno_core::v8;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["start"] => start(),
        ["start", "apart"] => in_child(start),
        ["events", function, events] => call(&fs::read_to_string(function)?, events),
        ["times", rounds, commands] => {
            times(rounds.parse()?, &serde_json::from_str::<Vec<_>>(commands)?)
        }
        _ => Err(
            "floor start [apart] | floor events FUNCTION EVENTS | floor times ROUNDS COMMANDS"
                .into(),
        ),
    }
}

fn in_child(life: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    use nix::sys::wait::waitpid;
    use nix::unistd::{ForkResult, fork};

    // SAFETY: this process has one thread.
    match unsafe { fork()? } {
        ForkResult::Parent { child } => Ok(waitpid(child, None).map(drop)?),
        ForkResult::Child => life(),
    }
}

fn times(rounds: usize, commands: &[Vec<String>]) -> Result<(), Failure> {
    let mut times = vec![Vec::with_capacity(rounds); commands.len()];
    for _ in 0..rounds {
        for (command, times) in commands.iter().zip(&mut times) {
            times.push(time(command)?);
        }
    }
    for mut times in times {
        times.sort();
        println!("{}", times[rounds / 2].as_secs_f64() * 1000.0);
    }
    Ok(())
}

fn time(command: &[String]) -> Result<Duration, Failure> {
    let (program, arguments) = command.split_first().ok_or("a command is empty")?;
    let mut started = Command::new(program);
    started
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let start = Instant::now();
    let status = started.status()?;
    let time = start.elapsed();
    match status.success() {
        true => Ok(time),
        false => Err(format!("{} ended with {status}", command.join(" ")).into()),
    }
}

fn set_up_v8() {
    // As segfn has it.
    v8::V8::set_flags_from_string("--single-threaded");
    let platform = v8::new_single_threaded_default_platform(false).make_shared();
    v8::V8::initialize_platform(platform);
    v8::V8::initialize();
}

fn start() -> Result<(), Failure> {
    set_up_v8();
    let isolate = &mut v8::Isolate::new(v8::CreateParams::default());
    v8::scope!(let scope, isolate);
    let context = v8::Context::new(scope, Default::default());
    let scope = &v8::ContextScope::new(scope, context);
    evaluate(scope, "0").ok_or("V8 failed")?;
    // As segfn ends: nobody waits until V8 has tidied up.
    std::process::exit(0)
}

fn evaluate<'s>(scope: &v8::PinScope<'s, '_>, code: &str) -> Option<v8::Local<'s, v8::Value>> {
    let code = v8::String::new(scope, code)?;
    v8::Script::compile(scope, code, None)?.run(scope)
}

fn call(function: &str, events: &str) -> Result<(), Failure> {
    set_up_v8();
    let isolate = &mut v8::Isolate::new(v8::CreateParams::default());
    v8::scope!(let scope, isolate);
    let context = v8::Context::new(scope, Default::default());
    let scope = &mut v8::ContextScope::new(scope, context);
    let handler = evaluate(scope, &format!("{function}\nonTrack"))
        .and_then(|handler| v8::Local::<v8::Function>::try_from(handler).ok())
        .ok_or("there is no onTrack")?;
    let settings = v8::Object::new(scope).into();
    let receiver = v8::undefined(scope).into();
    let mut lines = BufReader::with_capacity(1 << 20, File::open(events)?);
    let mut written = BufWriter::with_capacity(64 << 10, std::io::stdout().lock());
    let mut line = Vec::new();
    let mut printed = Vec::new();
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        v8::scope!(let scope, scope);
        let given = v8::String::new_from_one_byte(scope, &line, v8::NewStringType::Normal)
            .and_then(|text| v8::json::parse(scope, text))
            .and_then(|event| handler.call(scope, receiver, &[event, settings]))
            .ok_or("the handler threw")?;
        // V8 has run what was waiting: the promise of an async function is settled.
        let value = match v8::Local::<v8::Promise>::try_from(given) {
            Ok(promise) => promise.result(scope),
            Err(_) => given,
        };
        let text = v8::json::stringify(scope, value).ok_or("there is no JSON of it")?;
        printed.resize(text.length() * 3, 0);
        let length = text.write_utf8_v2(scope, &mut printed, v8::WriteFlags::empty(), None);
        written.write_all(&printed[..length])?;
        written.write_all(b"\n")?;
    }
    Ok(written.flush()?)
}
