//! Every way to write a secret, for secrets of every kind.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write as _;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::Secrets;

const PEM: &str = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\nMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu\nNMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZ\n-----END PRIVATE KEY-----\n";

fn secrets() -> Vec<(&'static str, String)> {
    let mut state = 7_u64;
    let letter = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        char::from(b'a' + (state >> 33) as u8 % 26)
    };
    vec![
        ("four", "zq4k".into()),
        ("quotes", "pa\"ss\\w'or`d".into()),
        ("pem", PEM.into()),
        ("unicode", "pässwörd日本😀x".into()),
        (
            "json",
            r#"{"inner":"secret99","deep":["deepsecret77"]}"#.into(),
        ),
        (
            "url",
            "https://user:hunter2pw@hooks.example.com/XXXXpathXXXX?k=querysecret1&b=2".into(),
        ),
        ("padded", "cGFkc2VjcmV0NTU=".into()),
        ("digits", "9876543210123".into()),
        ("long", (0..4096).map(letter).collect()),
        ("words", "correct horse battery".into()),
        ("markup", "<a href='x'>&amp; 100%</a>".into()),
    ]
}

fn known() -> Secrets {
    let all = Secrets::default();
    for (name, value) in secrets() {
        all.add(name, &value);
    }
    all
}

fn redact(secrets: &Secrets, text: &str) -> String {
    String::from_utf8_lossy(&secrets.redact(text.as_bytes())).into_owned()
}

fn each(bytes: impl AsRef<[u8]>, form: impl Fn(u8) -> String) -> Vec<String> {
    bytes.as_ref().iter().map(|byte| form(*byte)).collect()
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    each(bytes, |byte| format!("{byte:02x}")).concat()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn units(text: &str) -> String {
    text.encode_utf16()
        .map(|unit| format!("\\u{unit:04x}"))
        .collect()
}

fn json_text(text: &str) -> String {
    Value::from(text).to_string()
}

fn json_ascii(text: &str) -> String {
    let json = json_text(text);
    json.chars()
        .map(|c| match c.is_ascii() {
            true => c.to_string(),
            false => units(&c.to_string()),
        })
        .collect()
}

fn component(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn entities(text: &str, form: impl Fn(u32) -> String) -> String {
    text.chars().map(|c| form(c.into())).collect()
}

fn wrapped(text: &str, columns: usize, between: &str) -> String {
    let encoded = STANDARD.encode(text);
    let lines = encoded.as_bytes().chunks(columns);
    let lines: Vec<_> = lines.map(String::from_utf8_lossy).collect();
    lines.join(between)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("written");
    encoder.finish().expect("gzip")
}

fn zlib(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("written");
    encoder.finish().expect("zlib")
}

/// A text as Node's `util.inspect` shows it.
fn inspected(text: &str) -> String {
    let quote = ['\'', '"', '`']
        .into_iter()
        .find(|quote| !text.contains(*quote));
    let quote = quote.unwrap_or('\'');
    let plain = text.replace('\\', "\\\\").replace('\n', "\\n");
    format!(
        "{quote}{}{quote}",
        plain.replace(quote, &format!("\\{quote}"))
    )
}

type Form = (&'static str, fn(&str) -> String);

/// What code makes of a text by habit.
const FORMS: [Form; 52] = [
    ("plain", str::to_owned),
    ("hex", |t| hex(t)),
    ("hex in upper case", |t| hex(t).to_uppercase()),
    ("a Buffer", |t| {
        format!("<Buffer {}>", each(t, |b| format!("{b:02x}")).join(" "))
    }),
    ("a Buffer's JSON", |t| {
        json!({"type": "Buffer", "data": t.as_bytes()}).to_string()
    }),
    ("a Buffer's pretty JSON", |t| {
        format!("{:#}", json!({"type": "Buffer", "data": t.as_bytes()}))
    }),
    ("a typed array", |t| {
        format!(
            "Uint8Array({}) [\n  {}\n]",
            t.len(),
            each(t, |b| b.to_string()).join(", ")
        )
    }),
    ("a typed array's JSON", |t| {
        let fields = t
            .bytes()
            .enumerate()
            .map(|(at, byte)| (at.to_string(), byte.into()));
        Value::Object(fields.collect()).to_string()
    }),
    ("hex with colons", |t| {
        each(t, |b| format!("{b:02X}")).join(":")
    }),
    ("hex of C", |t| each(t, |b| format!("0x{b:02x}")).join(", ")),
    ("base64", |t| STANDARD.encode(t)),
    ("base64 without padding", |t| STANDARD_NO_PAD.encode(t)),
    ("base64 of URLs", |t| URL_SAFE_NO_PAD.encode(t)),
    ("base64 of a pair", |t| STANDARD.encode(format!("u:{t}"))),
    ("base64 of another pair", |t| {
        STANDARD.encode(format!("us:{t}"))
    }),
    ("base64 of a third pair", |t| {
        STANDARD.encode(format!("use:{t}"))
    }),
    ("base64 twice", |t| STANDARD.encode(STANDARD.encode(t))),
    ("base64 three times", |t| {
        STANDARD.encode(STANDARD.encode(STANDARD.encode(t)))
    }),
    ("base64 in lines", |t| wrapped(t, 76, "\n")),
    ("base64 in lines of mail", |t| wrapped(t, 76, "\r\n")),
    ("base64 in lines of PEM", |t| wrapped(t, 64, "\n")),
    ("base64 in indented lines", |t| {
        wrapped(t, 76, "\n           ")
    }),
    ("base64 in lines in JSON", |t| {
        json_text(&wrapped(t, 76, "\n"))
    }),
    ("base64 in lines as inspect shows them", |t| {
        format!("'{}'", wrapped(t, 76, "\\n' +\n  '"))
    }),
    ("base64 in a URL", |t| component(&STANDARD.encode(t))),
    ("base64 of JSON", |t| {
        STANDARD.encode(json!({"k": t}).to_string())
    }),
    ("base64 of hex", |t| STANDARD.encode(hex(t))),
    ("hex of base64", |t| hex(STANDARD.encode(t))),
    ("UTF-16", |t| {
        String::from_utf8_lossy(&utf16(t)).into_owned()
    }),
    ("UTF-16 in hex", |t| hex(utf16(t))),
    ("UTF-16 in base64", |t| STANDARD.encode(utf16(t))),
    ("a URL's part", component),
    ("a form's field", |t| {
        url::form_urlencoded::byte_serialize(t.as_bytes()).collect()
    }),
    ("every byte of a URL's part", |t| {
        each(t, |b| format!("%{b:02X}")).concat()
    }),
    ("every byte in lower case", |t| {
        each(t, |b| format!("%{b:02x}")).concat()
    }),
    ("a URL in a URL", |t| component(&component(t))),
    ("a URL in a URL in a URL", |t| {
        component(&component(&component(t)))
    }),
    ("JavaScript's escape", |t| {
        entities(t, |c| match c {
            0..=255 => format!("%{c:02X}"),
            _ => char::from_u32(c)
                .expect("a character")
                .encode_utf16(&mut [0; 2])
                .iter()
                .fold(String::new(), |mut all, unit| {
                    let _ = write!(all, "%u{unit:04X}");
                    all
                }),
        })
    }),
    ("XML", |t| quick_xml::escape::escape(t).into_owned()),
    ("HTML as lodash escapes it", |t| {
        t.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;")
    }),
    ("decimal entities", |t| entities(t, |c| format!("&#{c};"))),
    ("hexadecimal entities", |t| {
        entities(t, |c| format!("&#x{c:X};"))
    }),
    ("JSON", json_text),
    ("JSON in ASCII", json_ascii),
    ("JSON in JSON", |t| json_text(&json_text(t))),
    ("three levels of JSON", |t| {
        json_text(&json_text(&json_text(t)))
    }),
    ("every unit in JavaScript", units),
    ("what inspect shows", inspected),
    ("gzip in base64", |t| STANDARD.encode(gzip(t))),
    ("zlib in base64", |t| STANDARD.encode(zlib(t))),
    ("gzip of JSON in hex", |t| hex(gzip(&json_text(t)))),
    ("latin-1 for UTF-8", |t| t.bytes().map(char::from).collect()),
];

/// Encoded with something else, or in a way that isn't the commonest, so few bytes could as well come by
/// chance (docs/security.md).
const NOT_IF_SHORT: [&str; 17] = [
    "a Buffer's pretty JSON",
    "a typed array's JSON",
    "hex with colons",
    "hex of C",
    "base64 of a pair",
    "base64 of another pair",
    "base64 of a third pair",
    "base64 twice",
    "base64 three times",
    "base64 of JSON",
    "base64 of hex",
    "hex of base64",
    "UTF-16 in hex",
    "UTF-16 in base64",
    "gzip in base64",
    "zlib in base64",
    "gzip of JSON in hex",
];

/// Secrets and their forms.
fn all_forms() -> impl Iterator<Item = (&'static str, String, Form)> {
    secrets().into_iter().flat_map(|(name, value)| {
        let forms = FORMS.into_iter();
        let forms = forms.filter(move |(form, _)| name != "four" || !NOT_IF_SHORT.contains(form));
        forms.map(move |form| (name, value.clone(), form))
    })
}

#[test]
fn secrets_are_taken_out_in_each_form_that_code_makes_of_them() {
    let all = known();
    for (name, value, (form, make)) in all_forms() {
        let text = make(&value);
        if text.contains(char::REPLACEMENT_CHARACTER) {
            // A text can't have these bytes.
            continue;
        }
        for text in [text.clone(), format!("say \"{text}\", and more")] {
            let shown = redact(&all, &text);
            let mark = format!("[secret {name}]");
            let left = shown.replace(&mark, "");
            assert!(
                shown.contains(&mark) && left.len() <= make("").len() + 60,
                "{name}, {form}: {text:.200} is shown as {shown:.200}"
            );
        }
    }
}

#[test]
fn secrets_are_taken_out_of_json_with_its_form_kept() {
    let all = known();
    for (name, value, (form, make)) in all_forms() {
        let text = make(&value);
        let document =
            json!({"v": 1, "logs": [{"text": text}], "value": {"b": value.as_bytes(), text: 1}});
        let shown =
            String::from_utf8_lossy(&all.redact_json(document.to_string().as_bytes())).into_owned();
        let parsed: Value = serde_json::from_str(&shown).expect("JSON");
        assert_eq!(
            parsed["value"]["b"],
            json!(format!("[secret {name}]")),
            "{form}"
        );
        assert!(
            form == "UTF-16" || shown.matches("[secret ").count() >= 3,
            "{name}, {form}: {shown:.300}"
        );
    }
}

#[test]
fn what_begins_a_secret_that_was_cut_off_is_taken_out() {
    let all = known();
    let long = &secrets()[8].1;
    let buffer: Vec<String> = each(&long.as_bytes()[..50], |b| format!("{b:02x}"));
    for text in [
        format!("text {}…", &long[..1000]),
        format!("text {}...", &long[..9]),
        format!("[ '{}'... 3096 more characters ]", &long[..1000]),
        format!("<Buffer {} ... 4046 more bytes>", buffer.join(" ")),
        format!(
            "Uint8Array(4096) [\n  {},\n  ... 3996 more items\n]",
            each(&long[..100], |b| b.to_string()).join(", ")
        ),
        format!("{}…", json_text(&secrets()[1].1[..8]).trim_matches('"')),
    ] {
        let shown = redact(&all, &text);
        assert!(
            shown.contains("[secret ") && shown.len() < 90,
            "{text}: {shown}"
        );
    }
    assert_eq!(
        redact(&all, "see https://... and -----..."),
        "see https://... and -----..."
    );
}

#[test]
fn short_values_and_clean_texts_are_let_be() {
    let secrets = Secrets::default();
    secrets.add("pin", "123");
    secrets.add("key", "abcdef");
    assert!(matches!(
        secrets.redact(b"123 and no more"),
        Cow::Borrowed(_)
    ));
}

/// Numbers without a pattern, and always the same.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    })
    .take(length)
    .collect()
}

#[test]
fn random_bytes_in_base64_and_hex_hold_no_secrets() {
    let secrets = known();
    for value in ["true", "1234", "test", "admin", "aaaa"] {
        secrets.add(value, value);
    }
    let noise = noise(200_000);
    let encoded = STANDARD.encode(&noise);
    // Four letters stand in so many by chance, as they are.
    let by_chance = redact(&secrets, &encoded).matches("[secret ").count();
    let plain = ["true", "test", "aaaa", "zq4k", "1234"];
    let there: usize = plain
        .iter()
        .map(|value| encoded.matches(value).count())
        .sum();
    assert!(by_chance <= there, "{by_chance} of {there}");
    let digits = hex(&noise[..50_000]);
    let shown = redact(&secrets, &digits);
    assert_eq!(
        shown.matches("[secret ").count(),
        digits.matches("1234").count() + digits.matches("aaaa").count()
    );
}

#[test]
fn a_secret_inside_a_basic_authorization_is_taken_out() {
    for user in ["", "u", "us", "use", "user"] {
        let secrets = Secrets::default();
        secrets.add("password", "correct horse battery");
        let header = STANDARD.encode(format!("{user}:correct horse battery:more"));
        let shown = redact(&secrets, &header);
        let (before, rest) = shown.split_once("[secret password]").expect("replaced");
        // The characters beside it that hold bits of it are gone, too.
        assert!(before.len() <= (user.len() + 1) * 8 / 6, "{user}: {shown}");
        assert!(rest.len() <= 10, "{user}: {shown}");
    }
}

#[test]
fn each_line_of_a_private_key_is_taken_out() {
    let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n";
    let secrets = Secrets::default();
    secrets.add("key", key);
    let shown = redact(&secrets, "   MIIEvQIBADANBgkq\n   hkiG9w0BAQEFAASC\n");
    assert_eq!(shown, "   [secret key]\n   [secret key]\n");
    let shown = redact(&secrets, &serde_json::to_string(key).expect("JSON"));
    assert_eq!(shown, "\"[secret key]\"");
}

#[test]
fn parts_of_a_secret_url_are_taken_out() {
    let all = known();
    for text in [
        "https://hooks.example.com/XXXXpathXXXX?k=querysecret1&b=2",
        "POST /XXXXpathXXXX",
        "the password hunter2pw",
        "k is querysecret1",
    ] {
        assert!(redact(&all, text).contains("[secret url]"), "{text}");
    }
}

#[test]
fn many_secrets_added_one_by_one_are_all_found() {
    let secrets = Secrets::default();
    for i in 0..300 {
        secrets.add(&format!("token{i}"), &format!("value-{i:04}-xyz"));
    }
    for i in 0..300 {
        assert_eq!(
            redact(&secrets, &format!("value-{i:04}-xyz")),
            format!("[secret token{i}]")
        );
    }
}

#[test]
fn of_values_that_come_by_the_newest_are_known() {
    let secrets = Secrets::default();
    secrets.add("setting", "value-of-a-setting");
    for i in 0..5000 {
        secrets.meet(
            "authorization",
            &format!("token-{i:05}-{}", "x".repeat(500)),
        );
        secrets.meet("authorization", "always the same");
    }
    secrets.meet("authorization", &"long".repeat(1 << 20));
    let found = |text: &str| redact(&secrets, text).contains("[secret authorization]");
    assert!(found(&format!("token-04999-{}", "x".repeat(500))));
    assert!(found(&format!("token-03100-{}", "x".repeat(500))));
    assert!(!found(&format!("token-00001-{}", "x".repeat(500))));
    assert!(found("always the same") && found(&"long".repeat(5000)));
    assert!(found(&STANDARD.encode("it is always the same")));
    assert_eq!(redact(&secrets, "value-of-a-setting"), "[secret setting]");
    assert_eq!(secrets.count(), 5003);
    assert!(secrets.learned_since(0).len() < 2100);
}

#[test]
fn another_process_can_learn_what_became_known() {
    let (one, other) = (Secrets::default(), Secrets::default());
    one.add("a", "first secret");
    let told = one.count();
    one.meet("authorization", "second secret");
    one.add("b", "third secret");
    one.add("b", "third secret");
    let new = one.learned_since(told);
    assert_eq!(new.len(), 2);
    new.iter().for_each(|secret| other.learn(secret));
    assert_eq!(
        redact(&other, "first secret, second secret, third secret"),
        "first secret, [secret authorization], [secret b]"
    );
    assert_eq!(one.count(), told + 2);
}

#[test]
fn json_stays_json() {
    let secrets = Secrets::default();
    secrets.add("pin", "1234");
    secrets.add("word", "value");
    secrets.add("flag", "true");
    let line = b"{\"value\":{\"value\":[1234.5,12345,true,\"a value\"]},\"ms\":1.5}\n";
    let shown = secrets.redact_json(line);
    let shown: Value = serde_json::from_slice(&shown).expect("JSON");
    assert_eq!(
        shown,
        json!({
            "value": {"[secret word]": ["[secret pin].5", "[secret pin]5", true, "a [secret word]"]},
            "ms": 1.5
        })
    );
}
