use super::*;
use crate::engine::run::on_thread::{ItemExecutor, OnThread};

/// Doubles numbers, and does what some of them ask for.
struct Doubler;

impl ItemExecutor for Doubler {
    type Item = u64;
    type Output = u64;
    type Started = ();
    type Pending = u64;

    fn begin(&mut self, item: &u64) -> u64 {
        assert_ne!(*item, 66, "panics before it has begun");
        *item
    }

    fn execute(&mut self, item: u64) -> Result<u64, EngineError> {
        assert_ne!(item % 10, 7, "panics");
        match item {
            13 => Err(Crash::OutOfMemory.into()),
            _ => Ok(item * 2),
        }
    }

    fn lost(pending: u64, crash: Crash) -> Result<u64, EngineError> {
        match pending {
            77 => Err(crash.into()),
            _ => Ok(1000 + pending),
        }
    }
}

fn run(pool: &Pool, items: Vec<u64>, most: usize) -> Result<Vec<u64>, EngineError> {
    let mut outputs = Vec::new();
    pool.run(
        |_| Ok((OnThread(Doubler), ())),
        items.into_iter().map(|item| vec![item, item + 1]),
        |delivery| {
            if let Delivery::Output(output) = delivery {
                outputs.push(output);
            }
            match outputs.len() < most {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        },
    )?;
    Ok(outputs)
}

const POOL: Pool = Pool {
    threads: 3,
    max_chunk: 4,
    waits: true,
};

#[test]
fn outputs_come_in_the_order_of_the_items() {
    let items = (0..500).map(|n| n * 100).collect();
    let outputs = run(&POOL, items, usize::MAX).expect("a run");
    let wanted: Vec<u64> = (0..500).flat_map(|n| [n * 200, n * 200 + 2]).collect();
    assert_eq!(outputs, wanted);
}

#[test]
fn a_thread_that_panics_is_replaced_and_its_item_answered_for() {
    let outputs = run(&POOL, vec![100, 107, 200, 206, 300], usize::MAX).expect("a run");
    assert_eq!(
        outputs,
        [200, 202, 1107, 216, 400, 402, 412, 1207, 600, 602]
    );
}

#[test]
fn a_panic_that_nobody_answers_for_ends_the_run_and_does_not_hang() {
    for items in [vec![1, 77, 100], vec![1, 66, 100]] {
        let error = run(&POOL, items, usize::MAX).expect_err("a panic");
        assert!(
            matches!(error, EngineError::Lost(crate::engine::Lost::Panic)),
            "{error}"
        );
    }
}

#[test]
fn a_panic_of_the_reader_or_at_the_start_ends_the_run_and_does_not_hang() {
    let mut count = 0;
    let items = std::iter::from_fn(move || {
        count += 1;
        assert!(count < 3, "panics");
        Some(vec![count])
    });
    let read = POOL.run(
        |_| Ok((OnThread(Doubler), ())),
        items,
        |_| ControlFlow::Continue(()),
    );
    assert!(read.is_err());
    let start = |is_first| match is_first {
        true => panic!("panics"),
        false => Ok((OnThread(Doubler), ())),
    };
    let started = POOL.run(start, std::iter::repeat_with(|| vec![1]), |_| {
        ControlFlow::Continue(())
    });
    assert!(started.is_err());
}

#[test]
fn an_error_or_the_sink_ends_the_run() {
    assert!(run(&POOL, vec![1, 12, 100], usize::MAX).is_err());
    for waits in [true, false] {
        let pool = Pool { waits, ..POOL };
        let items = (0..10_000).map(|n| n * 100).collect();
        assert_eq!(run(&pool, items, 3).expect("a run"), [0, 2, 200]);
    }
}
