//! `segfn aws`: the embedded AWS on a port, for programs that want to see what functions stored.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use segfn::aws_local::LocalAws;
use segfn::host::TEST_KEY;
use segfn::options::{AWS_FOLDER, Role};
use serde_json::json;

use super::color::Color;
use super::error::{CliError, Exit};
use super::output::Output;

/// Serve the embedded S3 and STS on a local port, for the aws CLI, boto3 and other programs
///
/// It is the AWS that `segfn run` gives to functions, with the same folder, so other programs can
/// look at what functions stored. It listens on this machine only, until Ctrl-C.
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
    /// Write the address and the key as one line of JSON, for programs
    #[arg(long)]
    pub json: bool,
}

const EXAMPLES: &str = "\
Examples:
  segfn aws                                      prints the address and a key to use
  AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… \\
    aws --endpoint-url http://127.0.0.1:4566 s3 ls
  segfn run function.js --aws http://127.0.0.1:4566";

fn parse_port(text: &str) -> Result<u16, &'static str> {
    text.parse()
        .map_err(|_| "expected a number from 0 to 65535")
}

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
        .map_err(|error| CliError::new(Exit::Usage, error.to_string()))?;
    let aws = Arc::new(aws);
    let internal = |error: std::io::Error| CliError::new(Exit::Internal, error.to_string());
    let tokio = tokio::runtime::Runtime::new().map_err(internal)?;
    tokio.block_on(async {
        let address = (Ipv4Addr::LOCALHOST, args.port);
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .map_err(|error| {
                CliError::new(
                    Exit::Usage,
                    format!("can't listen on port {}: {error}", args.port),
                )
                .with_hint(Some("--port 0 takes any port that is free"))
            })?;
        let url = format!("http://{}", listener.local_addr().map_err(internal)?);
        aws.let_in(TEST_KEY, TEST_KEY);
        let text = if args.json {
            let key = json!({ "accessKeyId": TEST_KEY, "secretAccessKey": TEST_KEY, "url": url });
            format!("{key}\n")
        } else {
            format!(
                "S3 and STS at {url}, objects in {}\n\
                 AWS_ACCESS_KEY_ID={TEST_KEY} AWS_SECRET_ACCESS_KEY={TEST_KEY}\n",
                args.dir.join("s3").display(),
            )
        };
        // A failure is kept by `output`.
        let _ = output.write(text.as_bytes());
        aws.serve(listener).await.map_err(internal)
    })?;
    Ok(Exit::Success)
}
