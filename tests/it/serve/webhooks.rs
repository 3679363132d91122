//! Webhooks that are signed, as Stripe and GitHub sign theirs.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{post, served};
use crate::support::Folder;
use crate::support::served::Served;

/// Verifies as the makers' own libraries do: the signature is of the body's text.
const VERIFIES: &str = "
const signed = (secret, text) => crypto.createHmac('sha256', secret).update(text).digest('hex');
const same = (a, b) => a.length === b.length && crypto.timingSafeEqual(Buffer.from(a), Buffer.from(b));

async function onRequest(request, settings) {
  const body = request.text();
  const stripe = request.headers.get('stripe-signature');
  if (stripe) {
    const { t, v1 } = Object.fromEntries(stripe.split(',').map((part) => part.split('=')));
    if (!same(v1, signed(settings.stripeSecret, `${t}.${body}`))) throw new ValidationError('not by Stripe');
  } else {
    const github = request.headers.get('x-hub-signature-256') || '';
    if (!same(github, `sha256=${signed(settings.githubSecret, body)}`)) throw new ValidationError('not by GitHub');
  }
  Segment.track({ event: 'Verified', userId: 'u' });
}";

const STRIPE: &str = "whsec_dGhpcyBpcyBhIHNlY3JldA";
const GITHUB: &str = "It's a Secret to Everybody";

fn signature(secret: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(text.as_bytes());
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn by_stripe(text: &str) -> String {
    let time = 1_767_225_600;
    let signature = signature(STRIPE, &format!("{time}.{text}"));
    format!("stripe-signature: t={time},v1={signature}")
}

fn by_github(text: &str) -> String {
    format!("x-hub-signature-256: sha256={}", signature(GITHUB, text))
}

fn verified(served: &Served, header: &str, body: &str) -> Value {
    let kind = "content-type: application/json";
    let answer = post(served, "/hooks/shop", &[kind, header], body);
    assert_eq!(
        answer.status, 200,
        "the caller never learns what the function did"
    );
    served.line_with("outcome")["outcome"].clone()
}

#[test]
fn a_function_verifies_what_stripe_and_github_signed() {
    let settings = json!({ "stripeSecret": STRIPE, "githubSecret": GITHUB });
    let folder = Folder::new(&[("shop/function.js", VERIFIES)]);
    folder.write("shop/settings.json", settings.to_string());
    let served = served(&folder, &[]);
    // The platform takes JSON apart and sorts its names: what was sent so can be verified.
    let sorted = r#"{"action":"opened","id":"evt_1","object":"event"}"#;
    for header in [by_stripe(sorted), by_github(sorted)] {
        let outcome = verified(&served, &header, sorted);
        assert_eq!(outcome["class"], "success", "{outcome}");
        assert_eq!(outcome["messages"]["events"][0]["event"], "Verified");
    }
    // Others' signatures, of another body, and as Stripe writes its bodies, which the platform doesn't keep.
    let pretty = "{\n  \"id\": \"evt_1\",\n  \"object\": \"event\"\n}";
    for (header, body) in [
        (by_stripe("{}"), sorted),
        (by_github("{}"), sorted),
        ("x-hub-signature-256: sha256=00".to_owned(), sorted),
        (by_stripe(pretty), pretty),
    ] {
        let outcome = verified(&served, &header, body);
        assert_eq!(outcome["class"], "discard", "{outcome}");
        assert_eq!(outcome["error"]["name"], "ValidationError");
    }
    // A text stays as it is.
    let text = "b=1 and then a";
    let headers = ["content-type: text/plain".to_owned(), by_github(text)];
    let headers = [headers[0].as_str(), headers[1].as_str()];
    post(&served, "/hooks/shop", &headers, text);
    assert_eq!(served.line_with("outcome")["outcome"]["class"], "success");
}
