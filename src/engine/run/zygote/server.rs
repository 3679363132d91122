//! What a zygote does.

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::path::Path;

use serde::Serialize;

use super::child::run_in_child;
use super::frames::{encode, write_frame};
use super::template::ZygoteTemplate;
use crate::engine::run::job::Job;
use crate::engine::run::job_folder::folder_of_job;

/// Answers the numbers of jobs that come down the line with their results, until it ends. It is one
/// of `count` zygotes.
pub fn serve<J: Job<Result: Serialize>>(
    job: &dyn Fn(usize) -> J,
    count: usize,
    mut line: UnixStream,
    folder: &Path,
) {
    let Ok(mut template) = ZygoteTemplate::new() else {
        return;
    };
    let mut number = [0; 8];
    while line.read_exact(&mut number).is_ok() {
        let number = u64::from_le_bytes(number) as usize;
        let job = job(number);
        let jobs = job.jobs_for_same_function() / count;
        let answered = match job.begin() {
            Err(result) => write_frame(&mut line, &encode(&result)),
            Ok((plan, kept)) => {
                template.prepare(&plan, jobs);
                let folder = folder_of_job(folder, number);
                run_in_child::<J>(&plan, kept, &mut template, &folder, &mut line)
            }
        };
        if answered.is_err() {
            return;
        }
    }
}
