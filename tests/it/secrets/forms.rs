//! Secrets of every kind, what a function makes of them by habit, and what tells that one got out.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Value, json};

const PEM: &str = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\nMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu\n-----END PRIVATE KEY-----\n";

/// A setting, and a part of it that nothing else has.
pub struct Secret {
    pub name: &'static str,
    pub value: String,
    marks: Vec<String>,
}

pub fn secrets() -> Vec<Secret> {
    let mut state = 7_u64;
    let letter = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        char::from(b'a' + (state >> 33) as u8 % 26)
    };
    let long: String = (0..2500).map(letter).collect();
    let (start, middle) = (long[..12].to_owned(), long[1000..1040].to_owned());
    let secret = |name, value: &str, marks: &[&str]| Secret {
        name,
        value: value.to_owned(),
        marks: marks.iter().map(|mark| (*mark).to_owned()).collect(),
    };
    vec![
        secret("four", "zq4k", &["zq4k"]),
        secret("special", "pass\"w\\ord'tick`more", &["pass\"w\\or"]),
        secret("multi", PEM, &["hkiG9w0BAQEFAASCBKcwggSj", "MzEfYyjiWA4R4"]),
        secret("uni", "pässwörd日本😀geheim", &["rd日本😀ge", "pässwörd"]),
        secret(
            "jsony",
            r#"{"inner":"innersecret99","deep":["deepsecret77"]}"#,
            &["innersecret99", "deepsecret77"],
        ),
        secret(
            "urly",
            "https://user:hunter2pw@hooks.invalid/XXXXsecretpathXXXX?k=querysecret1",
            &["XXXXsecretpathXXXX", "hunter2pw", "querysecret1"],
        ),
        secret("padded", "cGFkc2VjcmV0NTU=", &["cGFkc2Vjc"]),
        secret("numeric", "9876543210123", &["9876543210"]),
        secret("long", &long, &[&start, &middle]),
        secret("plainy", "s3cr3t value PLAIN99", &["s3cr3t value"]),
        secret("apiToken", "foundbyname7777", &["foundbyname"]),
    ]
}

pub fn settings() -> String {
    let secrets = secrets().into_iter();
    let settings = secrets.map(|secret| (secret.name.to_owned(), Value::from(secret.value)));
    Value::Object(settings.collect()).to_string()
}

/// Of `apiToken` its name tells it.
pub const CONFIG: &str = "secret = [\"four\", \"special\", \"multi\", \"uni\", \"jsony\", \"urly\", \"padded\", \"numeric\", \"long\", \"plainy\"]\n";

/// What code makes of a text by habit, as JavaScript.
pub const FORMS: &str = r#"
const bytes = (t) => [...Buffer.from(t)];
const hexes = (t) => bytes(t).map((b) => b.toString(16).padStart(2, '0'));
const b64 = (t) => Buffer.from(t).toString('base64');
const units = (t) => [...Array(t.length).keys()].map((i) => '\\u' + t.charCodeAt(i).toString(16).padStart(4, '0')).join('');
const json = (t) => JSON.stringify(t);
const FORMS = {
  plain: (t) => t,
  hex: (t) => hexes(t).join(''),
  HEX: (t) => hexes(t).join('').toUpperCase(),
  buffer: (t) => `<Buffer ${hexes(t).join(' ')}>`,
  bufferJson: (t) => json(Buffer.from(t)),
  b64, b64url: (t) => Buffer.from(t).toString('base64url'),
  b64lines: (t) => b64(t).replace(/.{76}/g, '$&\n'), b64crlf: (t) => b64(t).replace(/.{76}/g, '$&\r\n'),
  percent: (t) => encodeURIComponent(t), percentTwice: (t) => encodeURIComponent(encodeURIComponent(t)),
  percentAll: (t) => hexes(t).map((h) => '%' + h).join(''), PERCENTALL: (t) => hexes(t).map((h) => '%' + h.toUpperCase()).join(''),
  form: (t) => new URLSearchParams({ t }).toString().slice(2), escape: (t) => escape(t),
  html: (t) => _.escape(t), entities: (t) => Array.from(t, (c) => `&#${c.codePointAt(0)};`).join(''), entitiesHex: (t) => Array.from(t, (c) => `&#x${c.codePointAt(0).toString(16)};`).join(''),
  json, jsonAscii: (t) => json(t).replace(/[^ -~]/g, units), json2: (t) => json(json(t)), json3: (t) => json(json(json(t))), units,
};
// Of four characters these could as well come by chance.
const LONG_FORMS = {
  typed: (t) => json(new Uint8Array(Buffer.from(t))), pretty: (t) => JSON.stringify(bytes(t), null, 2), colons: (t) => hexes(t).join(':'),
  pair: (t) => b64('u:' + t), pair2: (t) => b64('us:' + t), pair3: (t) => b64('use:' + t), twice: (t) => b64(b64(t)), b64json: (t) => b64(json({ t })),
  utf16: (t) => Buffer.from(t, 'utf16le').toString('hex'), utf16b64: (t) => Buffer.from(t, 'utf16le').toString('base64'),
  gzip: (t) => b64(zlib.zlib.gzipSync(t)), deflate: (t) => b64(zlib.zlib.deflateSync(t)), regexp: (t) => _.escapeRegExp(t),
};
const made = (settings) => Object.entries(settings).flatMap(([name, t]) =>
  Object.entries(t.length > 7 ? { ...FORMS, ...LONG_FORMS } : FORMS).map(([form, make]) => [name + form, make(t)]));
"#;

/// What no output may hold, each with its name.
pub fn needles() -> Vec<(String, String)> {
    let mut needles = Vec::new();
    for Secret { name, marks, .. } in secrets() {
        for mark in marks {
            let mut forms = of(&mark);
            forms.sort();
            forms.dedup();
            // Shorter ones turn up by chance.
            forms.retain(|form| form.len() >= 8 || *form == mark);
            needles.extend(
                forms
                    .into_iter()
                    .map(|form| (format!("{name} as {form}"), form)),
            );
        }
    }
    needles
}

/// Parts of a text's forms that are the same wherever it stands in a longer one.
fn of(mark: &str) -> Vec<String> {
    let each = |form: &dyn Fn(u8) -> String, between: &str| {
        let all: Vec<String> = mark.bytes().map(form).collect();
        all.join(between)
    };
    let utf16: Vec<u8> = mark.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let units = mark.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
    let once = json!(mark).to_string();
    let twice = json!(once).to_string();
    let mut forms = vec![
        mark.to_owned(),
        each(&|byte| format!("{byte:02x}"), ""),
        each(&|byte| format!("{byte:02X}"), ""),
        each(&|byte| format!("{byte:02x}"), " "),
        each(&|byte| format!("{byte:02x}"), ":"),
        each(&|byte| byte.to_string(), ","),
        each(&|byte| byte.to_string(), ",\n  "),
        each(&|byte| format!("%{byte:02x}"), ""),
        each(&|byte| format!("%{byte:02X}"), ""),
        mark.chars()
            .map(|c| format!("&#{};", u32::from(c)))
            .collect(),
        mark.chars()
            .map(|c| format!("&#x{:x};", u32::from(c)))
            .collect(),
        units.collect(),
        url::form_urlencoded::byte_serialize(mark.as_bytes()).collect(),
        once[1..once.len() - 1].to_owned(),
        twice[3..twice.len() - 3].to_owned(),
        utf16.iter().map(|byte| format!("{byte:02x}")).collect(),
    ];
    let pieces = |bytes: &[u8]| -> Vec<String> {
        let engines = [&STANDARD, &URL_SAFE].into_iter();
        let shifted = engines.flat_map(|engine| (0..3).map(move |before| (engine, before)));
        shifted
            .filter_map(|(engine, before)| {
                let mut text = vec![0; before];
                text.extend_from_slice(bytes);
                let encoded = engine.encode(&text);
                let (first, end) = ((before * 8).div_ceil(6), text.len() * 8 / 6);
                encoded.get(first..end).map(str::to_owned)
            })
            .collect()
    };
    let encoded = pieces(mark.as_bytes());
    forms.extend(encoded.iter().flat_map(|piece| pieces(piece.as_bytes())));
    forms.extend(encoded);
    forms.extend(pieces(&utf16));
    forms
}
