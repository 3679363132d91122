//! Zygotes, started and ended.

use std::marker::PhantomData;
use std::net::Shutdown;
use std::ops::ControlFlow;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use nix::sys::wait::waitpid;
use nix::unistd::ForkResult;
use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::executor::{Zygote, ZygoteExecutor};
use super::fork::{can_fork, fork_here};
use super::server::serve;
use crate::engine::error::{EngineError, Lost, Need};
use crate::engine::run::job::Job;
use crate::engine::run::job_folder::temporary_folder;
use crate::engine::run::pool::{Delivery, Pool};
use crate::fork::end_process;
use crate::temporary::TemporaryFolder;

/// Zygotes, which live until this is dropped.
pub struct Zygotes<R> {
    zygotes: Vec<Arc<Mutex<Zygote>>>,
    /// Where the jobs' folders are made.
    _folder: TemporaryFolder,
    results: PhantomData<R>,
}

impl<R: Serialize + DeserializeOwned + Send + 'static> Zygotes<R> {
    /// `count` zygotes, for jobs that `job` makes of their numbers, in the zygote, from what is in
    /// memory now. `None` where this process can't be forked: it has several threads, or too little
    /// stack.
    ///
    /// # Errors
    /// There is no room for another process, or for a temporary folder.
    pub fn start<J: Job<Result = R>>(
        count: usize,
        job: &dyn Fn(usize) -> J,
    ) -> Result<Option<Self>, EngineError> {
        if !can_fork() {
            return Ok(None);
        }
        let folder = temporary_folder()?;
        let count = count.max(1);
        let mut zygotes: Vec<Arc<Mutex<Zygote>>> = Vec::new();
        for _ in 0..count {
            let (line, theirs) = UnixStream::pair().map_err(EngineError::machine(Need::Process))?;
            match fork_here().map_err(EngineError::machine(Need::Process))? {
                ForkResult::Parent { child: process } => {
                    zygotes.push(Arc::new(Mutex::new(Zygote { process, line })));
                }
                ForkResult::Child => {
                    // Another zygote hears of the end of its line when nobody else holds it.
                    drop((line, zygotes));
                    let served = AssertUnwindSafe(|| serve(job, count, theirs, folder.path()));
                    end_process(i32::from(catch_unwind(served).is_err()))
                }
            }
        }
        Ok(Some(Zygotes {
            zygotes,
            _folder: folder,
            results: PhantomData,
        }))
    }

    /// Runs the jobs of these numbers. `sink` gets the result of each, in their order; it may end
    /// the run.
    ///
    /// # Errors
    /// A zygote is gone, or there is no thread.
    pub fn run(
        &self,
        pool: &Pool,
        numbers: Vec<usize>,
        mut sink: impl FnMut(R) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let free = Mutex::new(self.zygotes.clone());
        let start = move |_| {
            // A pool has as many threads as there are zygotes, and replaces none of them.
            let busy = || EngineError::Lost(Lost::Zygote("all are busy".into()));
            let zygote = free.lock().pop().ok_or_else(busy)?;
            let results = PhantomData;
            Ok((ZygoteExecutor::<R> { zygote, results }, ()))
        };
        let numbers = numbers.into_iter().map(|number| vec![number]);
        pool.run(start, numbers, |delivery| match delivery {
            Delivery::Started(()) => ControlFlow::Continue(()),
            Delivery::Output(result) => sink(result),
        })
    }
}

impl<R> Drop for Zygotes<R> {
    fn drop(&mut self) {
        for zygote in &self.zygotes {
            // A job that is running is waited for.
            let zygote = zygote.lock();
            let _ = zygote.line.shutdown(Shutdown::Both);
            let _ = waitpid(zygote.process, None);
        }
    }
}
