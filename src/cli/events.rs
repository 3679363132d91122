//! Which events a command takes, beside their files' names.

use std::path::PathBuf;
use std::time::SystemTime;

use segfn::host::HostOptions;
use segfn::project::inputs::{EventSelection, Inputs};
use segfn::text::time;

/// Flags that choose some of the events.
#[derive(clap::Args)]
pub struct EventArgs {
    /// Take only this many of the events; each is as likely as any other, and the choice is the same
    /// each time
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = parse_sample)]
    pub sample: Option<usize>,
    /// Take only events since a time, such as 2026-01-31T12:00:00Z, 2026-01-31, or 7d for the last
    /// seven days; events without a time are taken
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    pub since: Option<SystemTime>,
}

impl EventArgs {
    pub fn selection(&self) -> EventSelection {
        EventSelection {
            since: self.since,
            sample: self.sample,
        }
    }

    /// The inputs in `paths`; those of archives come from the AWS of `host`.
    pub fn open(&self, paths: &[PathBuf], host: &HostOptions) -> Inputs {
        Inputs::with_archives(paths, host, self.since)
    }
}

/// More would not fit into memory.
const LARGEST_SAMPLE: usize = 1_000_000;

fn parse_sample(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|size| (1..=LARGEST_SAMPLE).contains(size))
        .ok_or_else(|| format!("expected a number from 1 to {LARGEST_SAMPLE}"))
}

fn parse_since(text: &str) -> Result<SystemTime, &'static str> {
    let ago = || time::before(SystemTime::now(), text);
    let day = || time::parse(&format!("{text}T00:00:00Z"));
    time::parse(text)
        .or_else(day)
        .or_else(ago)
        .ok_or("expected a time such as 2026-01-31T12:00:00Z, 2026-01-31 or 7d")
}
