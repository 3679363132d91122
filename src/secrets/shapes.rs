//! Values that tell by their form that they are secret, wherever they stand: keys of services that mark
//! theirs, tokens, private keys, addresses that whoever knows them may write to.

mod signs;

use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use regex::bytes::{Captures, Regex};

use self::signs::Signs;
use super::placeholder::placeholder;
use super::stand_in::{KEY_ID, stand_in};
use super::values::{is_bearer_token, looks_drawn};

/// What is put in the place of a match.
#[derive(Clone, Copy)]
enum Put {
    /// `[secret NAME]`.
    Name,
    /// The same, as it can stand in a URL.
    InUrl,
    /// Something of the same form, by [`stand_in`].
    SameForm,
    /// An id of a key that AWS could have given.
    KeyId,
    /// The credentials after the word `Basic`, if they are some.
    Basic,
    /// A token after the word `Bearer`, if it is one.
    Bearer,
    /// What looks drawn by chance after another such word.
    Drawn,
}

/// A form that tells a secret.
struct Shape {
    /// What stands for it is named so.
    name: &'static str,
    /// Of these texts, one is in each that has the form: it is sought only then.
    signs: &'static [&'static str],
    /// A regular expression of bytes. Its group `s` is the secret, if not all of it is.
    form: &'static str,
    put: Put,
}

/// What goes before another one is told more exactly.
const SHAPES: &[Shape] = &[
    Shape {
        name: "private-key",
        signs: &["PRIVATE KEY"],
        form: r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\z)",
        put: Put::SameForm,
    },
    Shape {
        name: "jwt",
        signs: &["eyJ"],
        form: r"\beyJ[\w-]{6,}\.eyJ[\w-]{2,}\.[\w-]*",
        put: Put::SameForm,
    },
    Shape {
        name: "jwe",
        signs: &["eyJ"],
        form: r"\beyJ[\w-]{10,}\.[\w-]*\.[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}",
        put: Put::Name,
    },
    Shape {
        name: "aws-key-id",
        signs: &["AKIA", "ASIA", "ABIA", "ACCA"],
        form: r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",
        put: Put::KeyId,
    },
    Shape {
        name: "stripe-key",
        signs: &["k_live_", "k_test_", "k_prod_"],
        form: r"\b[sr]k_(?:live|test|prod)_[A-Za-z0-9]{8,}",
        put: Put::Name,
    },
    Shape {
        name: "webhook-secret",
        signs: &["whsec_"],
        form: r"\bwhsec_[A-Za-z0-9+/=_-]{10,}",
        put: Put::Name,
    },
    Shape {
        name: "slack-token",
        signs: &["xox"],
        form: r"\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}",
        put: Put::Name,
    },
    Shape {
        name: "slack-token",
        signs: &["xapp-"],
        form: r"\bxapp-\d-[A-Za-z0-9-]{8,}",
        put: Put::Name,
    },
    Shape {
        name: "github-token",
        signs: &["gho_", "ghp_", "ghr_", "ghs_", "ghu_"],
        form: r"\bgh[oprsu]_[A-Za-z0-9]{14,}",
        put: Put::Name,
    },
    Shape {
        name: "github-token",
        signs: &["github_pat_"],
        form: r"\bgithub_pat_[A-Za-z0-9_]{14,}",
        put: Put::Name,
    },
    Shape {
        name: "gitlab-token",
        signs: &[
            "glagent-", "glcbt-", "gldt-", "glffct-", "glft-", "glimt-", "gloas-", "glpat-",
            "glptt-", "glrt-", "glsoat-", "glwt-",
        ],
        form: r"\bgl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|soat|wt)-[\w.-]{10,}",
        put: Put::Name,
    },
    Shape {
        name: "google-key",
        signs: &["AIza"],
        form: r"\bAIza[\w-]{10,}",
        put: Put::Name,
    },
    Shape {
        name: "google-token",
        signs: &["ya29."],
        form: r"\bya29\.[\w.-]{8,}",
        put: Put::Name,
    },
    Shape {
        name: "google-secret",
        signs: &["GOCSPX-"],
        form: r"\bGOCSPX-[\w-]{8,}",
        put: Put::Name,
    },
    Shape {
        name: "google-refresh-token",
        signs: &["1//0"],
        form: r"\b1//0[\w-]{16,}",
        put: Put::Name,
    },
    Shape {
        name: "sendgrid-key",
        signs: &["SG."],
        form: r"\bSG\.[\w-]{8,}\.[\w-]{8,}",
        put: Put::Name,
    },
    Shape {
        name: "twilio-key",
        signs: &["SK"],
        form: r"\bSK[0-9a-f]{32}\b",
        put: Put::Name,
    },
    Shape {
        name: "twilio-token",
        signs: &["AC"],
        form: r"\bAC[0-9a-f]{32}:(?P<s>\w{16,})",
        put: Put::Name,
    },
    Shape {
        name: "mailgun-key",
        signs: &["key-"],
        form: r"\bkey-[0-9a-zA-Z]{32}\b",
        put: Put::Name,
    },
    Shape {
        name: "mailgun-key",
        signs: &["-"],
        form: r"\b[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}\b",
        put: Put::Name,
    },
    Shape {
        name: "mailchimp-key",
        signs: &["-us"],
        form: r"\b[0-9a-f]{32}-us\d{1,2}\b",
        put: Put::Name,
    },
    Shape {
        name: "npm-token",
        signs: &["npm_"],
        form: r"\bnpm_[A-Za-z0-9]{20,}",
        put: Put::Name,
    },
    Shape {
        name: "shopify-token",
        signs: &["shp"],
        form: r"\bshp(?:at|ca|pa|ss|tka|ua)_[A-Za-z0-9]{14,}",
        put: Put::Name,
    },
    Shape {
        name: "square-token",
        signs: &["sq0"],
        form: r"\bsq0[a-z]{3}-[\w-]{20,}",
        put: Put::Name,
    },
    Shape {
        name: "square-token",
        signs: &["EAAA"],
        form: r"\bEAAA[\w+/=-]{50,}",
        put: Put::Name,
    },
    Shape {
        name: "facebook-token",
        signs: &["EAA"],
        form: r"\bEAA[A-Za-z0-9]{60,}",
        put: Put::Name,
    },
    Shape {
        name: "openai-key",
        signs: &["sk-"],
        form: r"\bsk-(?:proj-|svcacct-|admin-|ant-|or-)?[\w-]{20,}",
        put: Put::Name,
    },
    Shape {
        name: "klaviyo-key",
        signs: &["pk_"],
        form: r"\bpk_[0-9a-f]{34}\b",
        put: Put::Name,
    },
    Shape {
        name: "brevo-key",
        signs: &["sib-"],
        form: r"\bx(?:key|smtp)sib-[\w-]{20,}",
        put: Put::Name,
    },
    Shape {
        name: "hubspot-token",
        signs: &["pat-"],
        form: r"\bpat-(?:na|eu|ap)\d?-[0-9a-fA-F-]{20,}",
        put: Put::Name,
    },
    Shape {
        name: "airtable-token",
        signs: &["pat"],
        form: r"\bpat[A-Za-z0-9]{14}\.[0-9a-f]{40,}",
        put: Put::Name,
    },
    Shape {
        name: "notion-token",
        signs: &["secret_", "ntn_"],
        form: r"\b(?:secret|ntn)_[A-Za-z0-9]{40,}",
        put: Put::Name,
    },
    Shape {
        name: "linear-key",
        signs: &["lin_"],
        form: r"\blin_(?:api|oauth)_[A-Za-z0-9]{30,}",
        put: Put::Name,
    },
    Shape {
        name: "atlassian-token",
        signs: &["ATATT", "ATCTT", "ATBB", "ATOA"],
        form: r"\bAT(?:ATT|CTT|BB|OA)[A-Za-z0-9_=-]{30,}",
        put: Put::Name,
    },
    Shape {
        name: "digitalocean-token",
        signs: &["_v1_"],
        form: r"\bdo[opr]_v1_[0-9a-f]{40,}",
        put: Put::Name,
    },
    Shape {
        name: "databricks-token",
        signs: &["dapi"],
        form: r"\bdapi[0-9a-f]{32}",
        put: Put::Name,
    },
    Shape {
        name: "huggingface-token",
        signs: &["hf_"],
        form: r"\bhf_[A-Za-z]{30,}",
        put: Put::Name,
    },
    Shape {
        name: "pypi-token",
        signs: &["pypi-"],
        form: r"\bpypi-[\w-]{40,}",
        put: Put::Name,
    },
    Shape {
        name: "postman-key",
        signs: &["PMAK-"],
        form: r"\bPMAK-[0-9a-f]{20,}-[0-9a-f]{20,}",
        put: Put::Name,
    },
    Shape {
        name: "new-relic-key",
        signs: &["NRAK-", "NRJS-", "NRII-", "NRIQ-", "NRRA-"],
        form: r"\bNR(?:AK|JS|II|IQ|RA)-[\w-]{20,}",
        put: Put::Name,
    },
    Shape {
        name: "sentry-token",
        signs: &["sntry"],
        form: r"\bsntry[su]_[\w+/=-]{30,}",
        put: Put::Name,
    },
    Shape {
        name: "figma-token",
        signs: &["fig"],
        form: r"\bfig[do]r?_[\w-]{30,}",
        put: Put::Name,
    },
    Shape {
        name: "plaid-token",
        signs: &["access-"],
        form: r"\baccess-(?:sandbox|development|production)-[0-9a-f-]{30,}",
        put: Put::Name,
    },
    Shape {
        name: "vault-token",
        signs: &["hvs.", "hvb.", "hvr."],
        form: r"\bhv[sbr]\.[\w-]{20,}",
        put: Put::Name,
    },
    Shape {
        name: "doppler-token",
        signs: &["dp."],
        form: r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{30,}",
        put: Put::Name,
    },
    Shape {
        name: "dropbox-token",
        signs: &["sl."],
        form: r"\bsl\.[\w-]{60,}",
        put: Put::Name,
    },
    Shape {
        name: "grafana-token",
        signs: &["glc_", "glsa_"],
        form: r"\bgl(?:c|sa)_[\w+/=]{30,}",
        put: Put::Name,
    },
    Shape {
        name: "mapbox-token",
        signs: &["sk.eyJ"],
        form: r"\bsk\.eyJ[\w-]{20,}\.[\w-]{10,}",
        put: Put::Name,
    },
    Shape {
        name: "azure-secret",
        signs: &["8Q~"],
        form: r"\b[\w~.]{3}8Q~[\w~.-]{31,34}",
        put: Put::Name,
    },
    Shape {
        name: "contentful-token",
        signs: &["CFPAT-"],
        form: r"\bCFPAT-[\w-]{30,}",
        put: Put::Name,
    },
    Shape {
        name: "age-key",
        signs: &["AGE-SECRET-KEY-"],
        form: r"\bAGE-SECRET-KEY-1[0-9A-Z]{50,}",
        put: Put::Name,
    },
    Shape {
        name: "discord-token",
        signs: &["Bot "],
        form: r"\bBot (?P<s>[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,})",
        put: Put::Name,
    },
    Shape {
        name: "telegram-token",
        signs: &[":AA"],
        form: r"\b(?:bot)?(?P<s>\d{6,12}:AA[\w-]{20,})",
        put: Put::InUrl,
    },
    Shape {
        name: "telegram-token",
        signs: &["api.telegram.org"],
        form: r"\bapi\.telegram\.org/(?:file/)?bot(?P<s>[\w:%-]{6,})",
        put: Put::InUrl,
    },
    Shape {
        name: "slack-hook",
        signs: &["hooks.slack"],
        form: r"\bhooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/(?P<s>[\w/-]{4,})",
        put: Put::InUrl,
    },
    Shape {
        name: "discord-hook",
        signs: &["/webhooks/"],
        form: r"\bdiscord(?:app)?\.com/api(?:/v\d+)?/webhooks/(?P<s>[\w/-]{4,})",
        put: Put::InUrl,
    },
    Shape {
        name: "teams-hook",
        signs: &["webhook.office.com"],
        form: r"\b[\w-]*\.?webhook\.office\.com/webhookb2/(?P<s>[\w/@-]{4,})",
        put: Put::InUrl,
    },
    Shape {
        name: "teams-hook",
        signs: &["outlook.office"],
        form: r"\boutlook\.office(?:365)?\.com/webhook/(?P<s>[\w/@-]{4,})",
        put: Put::InUrl,
    },
    Shape {
        name: "zapier-hook",
        signs: &["hooks.zapier.com"],
        form: r"\bhooks\.zapier\.com/hooks/\w+/(?P<s>[\w/-]{4,})",
        put: Put::InUrl,
    },
    Shape {
        name: "make-hook",
        signs: &["make.com", "integromat.com"],
        form: r"\bhook\.(?:[\w-]+\.)?(?:make|integromat)\.com/(?P<s>[\w-]{8,})",
        put: Put::InUrl,
    },
    Shape {
        name: "ifttt-hook",
        signs: &["maker.ifttt.com"],
        form: r"\bmaker\.ifttt\.com/trigger/[^\s/]+/(?:json/)?with/key/(?P<s>[\w-]{6,})",
        put: Put::InUrl,
    },
    Shape {
        name: "segment-hook",
        signs: &["segmentapis.com"],
        form: r"\bfn\.(?:[\w-]+\.)?segmentapis\.com/?\?(?:[^\s#]*&)?b=(?P<s>[\w%+/=-]{4,})",
        put: Put::InUrl,
    },
    Shape {
        name: "password",
        signs: &["://"],
        form: r"(?i)\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\x22'<>?#\[\]]*:(?P<s>[^\s/@\x22'<>?#]+)@",
        put: Put::InUrl,
    },
    Shape {
        name: "connection-key",
        signs: &["Key=", "SharedAccessSignature=", "SharedSecretValue="],
        form: r"(?i)\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|SharedSecretValue|AccessKey)=(?P<s>[^\s;&\x22'<>\[]{6,})",
        put: Put::Name,
    },
    Shape {
        name: "basic",
        signs: &["asic ", "ASIC "],
        form: r"(?i)\bbasic +(?P<s>[A-Za-z0-9+/_-]{6,}={0,2})",
        put: Put::Basic,
    },
    Shape {
        name: "bearer",
        signs: &["earer ", "EARER "],
        form: r"(?i)\bbearer +(?P<s>[\w.~+/=-]{8,})",
        put: Put::Bearer,
    },
    Shape {
        name: "token",
        signs: &["oken ", "OKEN ", "pikey ", "piKey ", "PIKEY ", "SSWS "],
        form: r"(?i)\b(?:token|apikey|ssws) +(?P<s>[\w.~+/=-]{8,})",
        put: Put::Drawn,
    },
];

static SIGNS: LazyLock<Signs> = LazyLock::new(|| Signs::new(signs()));

/// The signs that are sought, with the numbers of their shapes.
fn signs() -> impl Iterator<Item = (&'static str, usize)> {
    let shapes = SHAPES.iter().enumerate();
    let signs =
        shapes.flat_map(|(number, shape)| shape.signs.iter().map(move |sign| (*sign, number)));
    signs.filter(|(sign, _)| *sign != BARE.0)
}

/// The expressions, each made when it is first needed: processes are short-lived.
static FORMS: [OnceLock<Option<Regex>>; SHAPES.len()] = [const { OnceLock::new() }; SHAPES.len()];

/// The sign of a key that has no other, and how many hexadecimal digits stand before it: dates and names have it, too.
const BARE: (&str, usize) = ("-", 32);

/// Whether that sign is in `text`, with its digits.
fn has_bare(text: &[u8]) -> bool {
    let (sign, digits) = BARE;
    let mut places = memchr::memchr_iter(sign.as_bytes()[0], text);
    places.any(|place| {
        let first = place.checked_sub(digits);
        first.is_some_and(|first| text[first..place].iter().all(u8::is_ascii_hexdigit))
    })
}

/// The shapes that `text` may have, and their expressions.
fn possible(text: &[u8]) -> impl Iterator<Item = (&'static Shape, &'static Regex)> {
    const { assert!(SHAPES.len() <= 128) };
    let mut found = SIGNS.shapes_in(text);
    if has_bare(text) {
        let shapes = SHAPES.iter().enumerate();
        let bare = shapes.filter(|(_, shape)| shape.signs.contains(&BARE.0));
        bare.for_each(|(number, _)| found |= 1 << number);
    }
    std::iter::from_fn(move || {
        let number = found.trailing_zeros() as usize;
        found &= found.wrapping_sub(1);
        Some(number).filter(|number| *number < SHAPES.len())
    })
    .filter_map(|number| {
        let (shape, form) = (&SHAPES[number], &FORMS[number]);
        let form = form.get_or_init(|| Regex::new(&format!("(?-u:{})", shape.form)).ok());
        Some((shape, form.as_ref()?))
    })
}

/// `text` with what stands for each secret that tells by its form; `None` where there is none.
pub fn hide_told_by_form(text: &[u8]) -> Option<Vec<u8>> {
    let mut now = Cow::Borrowed(text);
    for (shape, form) in possible(text) {
        let new = form.replace_all(&now, |found: &Captures| replaced(found, shape));
        if let Cow::Owned(new) = new {
            now = Cow::Owned(new);
        }
    }
    match now {
        Cow::Owned(new) if new != text => Some(new),
        _ => None,
    }
}

/// Whether a part of `text` may tell by its form that it is secret.
pub fn may_tell_by_form(text: &[u8]) -> bool {
    possible(text).any(|(_, form)| form.is_match(text))
}

/// The parts of `text` that tell by their form that they are secret.
pub fn told_by_form(text: &str) -> Vec<&str> {
    let found = possible(text.as_bytes()).flat_map(|(shape, form)| {
        let captures = form.captures_iter(text.as_bytes());
        captures.filter_map(move |found| {
            let part = found.name("s").or_else(|| found.get(0))?;
            let changed = replaced(&found, shape) != found[0];
            changed.then_some(part.range())
        })
    });
    found.filter_map(|range| text.get(range)).collect()
}

fn replaced(found: &Captures, shape: &Shape) -> Vec<u8> {
    let name = shape.name;
    let whole = &found[0];
    let secret = found.name("s").map_or(whole, |part| part.as_bytes());
    let text = String::from_utf8_lossy(secret);
    let new = match shape.put {
        Put::Name => placeholder(name),
        Put::InUrl if text.starts_with("[secret%20") => return whole.to_vec(),
        Put::InUrl => placeholder(name).replace(' ', "%20"),
        Put::SameForm => stand_in(name, &text),
        Put::KeyId => KEY_ID.to_owned(),
        Put::Basic => {
            let decoded = STANDARD
                .decode(secret)
                .or_else(|_| STANDARD_NO_PAD.decode(secret));
            match decoded {
                Ok(pair) if pair.contains(&b':') && pair.iter().all(|byte| *byte >= b' ') => {
                    let mark = placeholder(name);
                    STANDARD.encode(format!("{mark}:{mark}"))
                }
                _ => return whole.to_vec(),
            }
        }
        Put::Bearer if is_bearer_token(&text) => stand_in(name, &text),
        Put::Drawn if looks_drawn(&text) => stand_in(name, &text),
        Put::Bearer | Put::Drawn => return whole.to_vec(),
    };
    let at = whole
        .windows(secret.len().max(1))
        .rposition(|part| part == secret)
        .unwrap_or(0);
    [&whole[..at], new.as_bytes(), &whole[at + secret.len()..]].concat()
}

#[cfg(test)]
mod tests;
