//! Has jobs run by a zygote.

use std::io;
use std::io::Write;
use std::marker::PhantomData;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use nix::unistd::Pid;
use parking_lot::Mutex;
use serde::de::DeserializeOwned;

use super::frames::{decode, read_frame};
use crate::engine::error::{EngineError, Lost};
use crate::engine::run::executor::{Crash, Executor};

/// A zygote as its parent knows it.
pub struct Zygote {
    pub process: Pid,
    /// Numbers of jobs go out, results come back.
    pub line: UnixStream,
}

impl Zygote {
    fn ask<R: DeserializeOwned>(&mut self, number: usize) -> io::Result<R> {
        self.line.write_all(&(number as u64).to_le_bytes())?;
        Ok(decode(&read_frame(&mut self.line)?)?)
    }
}

pub struct ZygoteExecutor<R> {
    pub zygote: Arc<Mutex<Zygote>>,
    pub results: PhantomData<R>,
}

impl<R: DeserializeOwned + Send + 'static> Executor for ZygoteExecutor<R> {
    type Item = usize;
    type Output = R;
    type Started = ();
    type Pending = ();

    fn begin(&mut self, _: &usize) {}

    fn execute(&mut self, number: usize) -> Result<R, EngineError> {
        let result = self.zygote.lock().ask(number);
        result.map_err(|error| EngineError::Lost(Lost::Zygote(error.to_string())))
    }

    fn lost((): (), crash: Crash) -> Result<R, EngineError> {
        Err(crash.into())
    }
}
