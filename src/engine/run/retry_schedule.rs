//! The platform's schedule of attempts (docs/platform.md section 9), without its jitter: on a
//! frozen clock a case must end the same way each time.

use std::time::Duration;

use crate::function::Kind;

/// What a source function's event waits before its second attempt and so on; six in all.
const SOURCE: &[u64] = &[2, 4, 8, 16, 20];

/// All others have four hours, with waits that double. The platform gives no first wait; with one of
/// a minute there are nine attempts, as its documentation once said, when the last one is cut so
/// that it comes at the end of the four hours.
const OTHERS: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 113];

/// How long the platform waits after the attempt number `attempt` (from 1) has ended as a retry;
/// `None` when it gives the event up.
pub fn wait_after(kind: Kind, attempt: u32) -> Option<Duration> {
    let waits = match kind {
        Kind::Source => SOURCE,
        Kind::Destination | Kind::InsertDestination | Kind::InsertSource => OTHERS,
    };
    let index = usize::try_from(attempt.checked_sub(1)?).ok()?;
    waits
        .get(index)
        .map(|minutes| Duration::from_secs(minutes * 60))
}

/// How often the platform calls again, if an event ends as a retry each time.
pub fn most_retries(kind: Kind) -> u32 {
    let again = |attempt: &u32| wait_after(kind, *attempt).is_some();
    (1..).take_while(again).fold(0, |count, _| count + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_given_up_after_six_attempts_or_four_hours() {
        let waits = |kind| -> Vec<u64> {
            (1..)
                .map_while(|attempt| wait_after(kind, attempt))
                .map(|wait| wait.as_secs() / 60)
                .collect()
        };
        assert_eq!(waits(Kind::Source), [2, 4, 8, 16, 20]);
        assert_eq!(waits(Kind::Destination).iter().sum::<u64>(), 240);
        assert_eq!(waits(Kind::InsertSource), waits(Kind::Destination));
        assert_eq!(wait_after(Kind::Source, 0), None);
        assert_eq!(most_retries(Kind::Source), 5);
        assert_eq!(most_retries(Kind::Destination), 8);
    }
}
