//! The globals that only source insert functions have: who gets them, and what of them can't work
//! because segfn has no raw sockets.

use std::time::Instant;

use serde_json::Value;

use crate::support::Run;

fn onto(kind: Option<&str>, body: &str) -> Value {
    let mut run = Run::new(&format!("async function onTrack(event) {{\n{body}\n}}")).track("t");
    if let Some(kind) = kind {
        run = run.args(&["--kind", kind]);
    }
    run.outcome()
}

fn logged(outcome: &Value) -> Vec<&str> {
    let logs = outcome["logs"].as_array().into_iter().flatten();
    logs.map(|log| log["text"].as_str().expect("a text"))
        .collect()
}

const LOOK: &str =
    "console.log(typeof pg, typeof window.pg, 'pg' in globalThis, typeof moment); return event";

#[test]
fn a_function_of_a_told_kind_has_that_kinds_globals() {
    let outcome = onto(Some("insert-source"), LOOK);
    assert_eq!(logged(&outcome), ["object object true function"]);
    assert_eq!(outcome["warnings"], Value::Null);
    for kind in ["destination", "insert-destination"] {
        let outcome = onto(Some(kind), LOOK);
        assert_eq!(
            logged(&outcome),
            ["undefined undefined false function"],
            "{kind}"
        );
    }
}

#[test]
fn a_function_that_may_be_of_the_kind_has_them_and_is_told() {
    let outcome = onto(None, LOOK);
    assert_eq!(logged(&outcome), ["object object true function"]);
    assert_eq!(
        outcome["warnings"][0],
        "only functions of the kind insert-source have pg: if this is one, say --kind insert-source"
    );
    let untouched = onto(None, "return event");
    assert_eq!(untouched["warnings"], Value::Null);
}

#[test]
fn a_missing_global_of_another_kind_has_a_hint() {
    let run = Run::new("async function onTrack() { return aws4.aws4 }")
        .args(&["--kind", "destination"])
        .track("t");
    let (code, stdout, _) = run.output_with(&[]);
    assert_eq!(code, 1);
    assert!(stdout.contains("aws4 is not defined"), "{stdout}");
    assert!(stdout.contains("--kind insert-source"), "{stdout}");
}

#[test]
fn a_socket_fails_as_a_connection_does_and_says_why() {
    let start = Instant::now();
    let outcome = onto(
        Some("insert-source"),
        "const failure = async attempt => { try { await attempt() } catch (e) { console.log(e.name, e.code, e.message) } };
         await failure(() => new pg.pg.Client({ host: 'db.example.com' }).connect());
         await failure(() => new pg.pg.Pool({ connectionString: 'postgres://u:p@[::1]:6543/d' }).query('SELECT 1'));
         const ftp = new jsftp({ host: 'ftp.example.com' });
         await new Promise(resolve => ftp.on('error', e => resolve(console.log(e.code, e.syscall, e.port))));
         const place = 'Endpoint=sb://hub.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=k;EntityPath=e';
         await failure(() => new azure.eventHubs.EventHubProducerClient(place).createBatch());
         return event",
    );
    let why = "(segfn has no raw sockets: functions reach the network by HTTP only)";
    assert_eq!(outcome["class"], "success", "{outcome:#}");
    assert_eq!(
        logged(&outcome),
        [
            format!("Error ENOTSUP connect ENOTSUP db.example.com:5432 {why}"),
            format!("Error ENOTSUP connect ENOTSUP ::1:6543 {why}"),
            "ENOTSUP connect 21".to_owned(),
            format!("MessagingError ENOTSUP connect ENOTSUP hub.servicebus.windows.net:5671 {why}"),
        ]
    );
    let warnings = outcome["warnings"].as_array().expect("warnings");
    assert_eq!(warnings.len(), 4, "{warnings:?}");
    assert_eq!(
        warnings[0],
        "connecting to db.example.com:5432 can't work here, though it would on the platform: segfn has \
         no raw sockets, and functions reach the network by HTTP only"
    );
    // Event Hubs would try again for minutes if it took the error for one that may pass.
    assert!(start.elapsed().as_secs() < 30);
}

#[test]
fn akeyless_proves_who_it_is_by_the_credentials_of_aws() {
    let outcome = onto(
        Some("insert-source"),
        "AWS.config.credentials = new AWS.Credentials('AKIDMINE', 'secret');
         const { sts_request_headers: headers } = JSON.parse(Buffer.from(await akeylessLabs.akeylessCloudId.getCloudId('aws_iam'), 'base64'));
         console.log(JSON.parse(Buffer.from(headers, 'base64')).Authorization[0].split('/')[0]);
         return event",
    );
    assert_eq!(
        logged(&outcome),
        ["AWS4-HMAC-SHA256 Credential=AKIDMINE"],
        "{outcome:#}"
    );
}

#[test]
fn sentry_begins_with_all_of_its_integrations() {
    let outcome = onto(
        Some("insert-source"),
        "const { sentry } = sentrylib;
         const client = sentry.init({ dsn: 'https://key@sentry.example.com/7', beforeSend: () => null });
         sentry.captureException(new Error('kept'));
         console.log(client.getIntegrationByName('Http') !== undefined, await sentry.flush(1000));
         return event",
    );
    assert_eq!(logged(&outcome), ["true true"], "{outcome:#}");
}
