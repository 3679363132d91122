//! The same inputs for several runs at once.

use std::sync::mpsc::{self, Receiver, SyncSender};

use crate::engine::{EngineError, Need};
use crate::function::Input;
use crate::text::time;

/// Portions that may wait for a run that is slower than the others.
const AHEAD: usize = 8;

/// The receiving end of one run.
pub struct Feed(Receiver<Vec<Input>>);

impl Iterator for Feed {
    type Item = Vec<Input>;

    fn next(&mut self) -> Option<Vec<Input>> {
        self.0.recv().ok()
    }
}

/// Reads `inputs` once, on a thread of its own, for several runs, and gives each input the time of
/// its event. It ends with the inputs, or as soon as one of the runs has ended.
///
/// # Errors
/// The machine has no thread for it.
pub fn fan_out<const RUNS: usize>(
    inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
) -> Result<[Feed; RUNS], EngineError> {
    let mut senders = Vec::with_capacity(RUNS);
    let feeds = std::array::from_fn(|_| {
        let (sender, receiver) = mpsc::sync_channel(AHEAD);
        senders.push(sender);
        Feed(receiver)
    });
    std::thread::Builder::new()
        .name("segfn-fan-out".into())
        .stack_size(512 << 10)
        .spawn(move || copy(inputs, &senders))
        .map_err(EngineError::machine(Need::Thread))?;
    Ok(feeds)
}

fn copy(inputs: impl Iterator<Item = Vec<Input>>, runs: &[SyncSender<Vec<Input>>]) {
    for mut portion in inputs {
        for input in &mut portion {
            input.time = input.time.or_else(|| time::from_event(&input.json));
        }
        for run in runs {
            if run.send(portion.clone()).is_err() {
                return;
            }
        }
    }
}
