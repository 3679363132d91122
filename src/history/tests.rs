use std::sync::Arc;

use super::*;
use crate::temporary::TemporaryFolder;
use crate::text::time;

const LIMIT: u64 = 50 << 20;

fn arrival(first: u64, count: usize) -> NewArrival {
    let event = |n: u64| format!("{{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u-{n}\"}}\n");
    NewArrival {
        first,
        received: time::to_millis(std::time::SystemTime::now()),
        source: "K".into(),
        kind: None,
        sizes: vec![40; count],
        events: Arc::new((first..).take(count).map(event).collect()),
    }
}

fn step(event: u64, class: WayClass) -> StepNow {
    StepNow {
        outcome: Some(format!("{{\"of\":{event}}}\n").into()),
        ..StepNow::new(
            event,
            0,
            WayStep {
                class,
                ms: Some(1.0),
                attempt: 1,
                ..WayStep::pending("f", None)
            },
        )
    }
}

fn run<T>(test: impl Future<Output = T>) -> T {
    let mut tokio = tokio::runtime::Builder::new_current_thread();
    let tokio = tokio.enable_all().build().expect("a runtime");
    tokio.block_on(test)
}

#[test]
fn events_that_arrived_together_are_told_apart() {
    let folder = TemporaryFolder::new().expect("a folder");
    let file = folder.path().join("h.sqlite");
    run(async {
        let history = History::open(&file, LIMIT).expect("it opens");
        assert_eq!(history.next_ids(300), 1);
        history.add(arrival(1, 300)).await.expect("it is kept");
        assert_eq!(history.next_ids(1), 301);
        history.add(arrival(301, 1)).await.expect("it is kept");
        let retry = StepNow {
            step: WayStep {
                next_retry_at: Some("soon".into()),
                ..step(7, WayClass::Retry).step
            },
            ..step(7, WayClass::Retry)
        };
        let others = (1..=300).filter(|id| ![7, 9].contains(id));
        let ended = others.map(|id| step(id, WayClass::Success)).collect();
        history.steps(1, ended).await;
        history.steps(1, vec![retry]).await;
        history.steps(1, vec![step(7, WayClass::Discard)]).await;
        history.flush().await.expect("it is there");

        let kept = history.event(7).await.expect("it is read").expect("it");
        assert_eq!(kept.row.user_id.as_deref(), Some("u-7"));
        assert_eq!((kept.row.size, &*kept.row.source), (40, "K"));
        assert_eq!(kept.row.steps, [step(7, WayClass::Discard).step]);
        let outcome = kept.outcomes[0].as_ref().expect("an outcome");
        assert_eq!(outcome["of"].as_u64(), Some(7));
        let query = EventQuery {
            class: Some("discard".into()),
            limit: 10,
            ..EventQuery::default()
        };
        let page = history.events(query).await.expect("a page");
        assert_eq!((page.events.len(), page.events[0].id), (1, 7));
        let query = EventQuery {
            before: Some(200),
            limit: 2,
            ..EventQuery::default()
        };
        let page = history.events(query).await.expect("a page");
        let ids: Vec<u64> = page.events.iter().map(|row| row.id).collect();
        assert_eq!((ids, page.next), (vec![199, 198], Some(198)));
        let stats = history.stats(5).await.expect("numbers");
        let sum = |of: fn(&query::MinuteStats) -> u64| stats.iter().map(of).sum::<u64>();
        assert_eq!((sum(|m| m.success), sum(|m| m.discard)), (298, 1));
    });
    // 9 and 301 had no step when the process ended.
    run(async {
        let history = History::open(&file, LIMIT).expect("it opens again");
        assert_eq!(history.next_ids(1), 302);
        for (id, class) in [
            (9, WayClass::Dropped),
            (301, WayClass::Dropped),
            (8, WayClass::Success),
            (7, WayClass::Discard),
        ] {
            let kept = history.event(id).await.expect("it is read").expect("it");
            let classes: Vec<WayClass> = kept.row.steps.iter().map(|step| step.class).collect();
            assert_eq!(classes, [class], "{id}");
        }
        assert!(history.event(302).await.expect("nothing").is_none());
    });
    // What reached a function, in its order.
    let past = PastEvents::open(&file, Some("f")).expect("events");
    let ids: Vec<u64> = past.map(|event| event.expect("an event").id).collect();
    assert_eq!(ids, (1..=300).filter(|id| *id != 9).collect::<Vec<_>>());
}

#[test]
fn a_history_of_another_form_is_begun_anew() {
    let folder = TemporaryFolder::new().expect("a folder");
    let file = folder.path().join("h.sqlite");
    let old = rusqlite::Connection::open(&file).expect("a database");
    let tables = "CREATE TABLE events (id INTEGER PRIMARY KEY, row TEXT); INSERT INTO events VALUES (5, 'x')";
    old.execute_batch(tables).expect("an old table");
    drop(old);
    run(async {
        let history = History::open(&file, LIMIT).expect("it opens");
        let page = history.events(EventQuery::default()).await;
        assert!(page.expect("a page").events.is_empty());
        assert_eq!(history.next_ids(1), 1);
    });
}
