//! `segfn aws`: the embedded AWS on a port, for programs that want to see what functions stored.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use segfn::aws_local::{Credentials, LocalAws};
use segfn::http_server::{Guard, Origin};
use segfn::options::{AWS_FOLDER, HostPattern, Role};
use segfn::suite::quoted;
use serde_json::json;

use super::color::Color;
use super::error::{CliError, Exit};
use super::output::Output;
use super::until_ended::until_ended;

/// Serve the embedded S3 and STS on a local port, for the aws CLI, boto3 and other programs
///
/// It is the AWS that `segfn run` gives to functions, with the same folder, so other programs can
/// look at what functions stored. It listens on this machine only, until Ctrl-C. Each start has a
/// key of its own, and web pages can't ask: docs/security.md says what keeps strangers out.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The port to listen on; 0 takes any free port
    #[arg(long, value_name = "PORT", default_value = "4566", allow_hyphen_values = true, value_parser = parse_port)]
    pub port: u16,
    /// The folder that holds the objects
    #[arg(long, value_name = "FOLDER", default_value = AWS_FOLDER)]
    pub dir: PathBuf,
    /// A role that can be assumed, with the external id that it requires, if any
    #[arg(long, value_name = "ARN[=EXTERNAL_ID]")]
    pub role: Vec<Role>,
    /// The key to sign with, instead of a new one for each start
    #[arg(long, value_name = "ID:SECRET")]
    pub key: Option<Credentials>,
    /// Let web pages of this origin ask, such as http://localhost:3000; may be given several times
    #[arg(long, value_name = "ORIGIN")]
    pub cors: Vec<Origin>,
    /// Answer also when asked by this name for this machine, such as s3.test or *.s3.test; may be
    /// given several times
    #[arg(long, value_name = "HOST")]
    pub allow_host: Vec<HostPattern>,
    /// Write the address and the key as one line of JSON, for programs
    #[arg(long)]
    pub json: bool,
}

const EXAMPLES: &str = "\
Examples:
  segfn aws                                   prints the address and a key, to paste into a shell
  segfn aws --key test:test                   a key that stays the same
  segfn aws --cors http://localhost:3000      for a web page that is made on this machine
  segfn run function.js --aws http://ID:SECRET@127.0.0.1:4566";

fn parse_port(text: &str) -> Result<u16, &'static str> {
    text.parse()
        .map_err(|_| "expected a number from 0 to 65535")
}

/// How long what is under way at the end may take to end, too.
const FAREWELL: Duration = Duration::from_millis(500);

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(args.json, color);
    let result = serve(args, &output);
    output.finish(result)
}

fn serve(args: &Args, output: &Output) -> Result<Exit, CliError> {
    if args.dir.exists() && !args.dir.is_dir() {
        let message = format!("{} is not a folder", args.dir.display());
        let hint = "--dir is the folder for the objects; it is made if it doesn't exist";
        return Err(CliError::new(Exit::Usage, message).with_hint(Some(hint)));
    }
    let clock = Arc::new(SystemTime::now);
    let aws = LocalAws::open(&args.dir, args.role.clone(), clock)
        .map_err(|error| CliError::from_error(Exit::Usage, error))?;
    let aws = Arc::new(aws);
    let internal = |error: std::io::Error| CliError::from_error(Exit::Internal, error);
    let key = match &args.key {
        Some(key) => key.clone(),
        None => Credentials::random().map_err(internal)?,
    };
    aws.let_in(key.clone());
    let guard = Guard {
        hosts: args.allow_host.clone(),
        origins: args.cors.clone(),
        ..Guard::default()
    };
    let tokio = tokio::runtime::Runtime::new().map_err(internal)?;
    let served = tokio.block_on(async {
        let address = (Ipv4Addr::LOCALHOST, args.port);
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .map_err(|error| {
                CliError::new(Exit::Usage, format!("can't listen on port {}", args.port))
                    .with_cause(error)
                    .with_hint(Some("--port 0 takes any port that is free"))
            })?;
        let url = format!("http://{}", listener.local_addr().map_err(internal)?);
        let end = until_ended().map_err(internal)?;
        // A failure is kept by `output`.
        let _ = output.write(told(args, &url, &key).as_bytes());
        aws.serve(listener, guard, end).await.map_err(internal)
    });
    // What was being received is removed by who has it last. Work on the disk that doesn't end is not
    // waited for.
    tokio.shutdown_timeout(FAREWELL);
    served?;
    Ok(Exit::Success)
}

/// Where it is, and what opens it.
fn told(args: &Args, url: &str, key: &Credentials) -> String {
    let Credentials {
        access_key_id: id,
        secret_access_key: secret,
        ..
    } = key;
    if args.json {
        let key = json!({ "accessKeyId": id, "secretAccessKey": secret, "url": url });
        return format!("{key}\n");
    }
    format!(
        "S3 and STS at {url}, objects in {}\n\n\
         export AWS_ENDPOINT_URL={url}\n\
         export AWS_ACCESS_KEY_ID={id}\n\
         export AWS_SECRET_ACCESS_KEY={}\n",
        args.dir.join("s3").display(),
        quoted(secret),
    )
}
