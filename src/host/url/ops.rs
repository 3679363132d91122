//! What js/internal/url/ makes Node's classes of.

use ada_url::{Idna, Url, UrlComponents};
use deno_core::op2;

deno_core::extension!(
    segfn_url,
    ops = [
        op_ada_can_parse,
        op_ada_parse,
        op_ada_update,
        op_ada_format,
        op_ada_idna,
        op_ada_domain,
    ]
);

/// The places in the text of a URL that tell its parts; `u32::MAX` where there is no such part. They
/// are ada's, in Node's order.
const COMPONENTS: usize = 9;

/// The text of `input` as a URL, whose `components` are filled in; none where it isn't one.
#[op2]
#[string]
fn op_ada_parse(
    #[string] input: &str,
    #[string] base: Option<String>,
    #[buffer] components: &mut [u32],
) -> Option<String> {
    written(&parse(input, base.as_deref())?, components)
}

#[op2]
fn op_ada_can_parse(#[string] input: &str, #[string] base: Option<String>) -> bool {
    can_parse(input, base.as_deref())
}

/// ada's parser doesn't free what it refuses.
fn parse(input: &str, base: Option<&str>) -> Option<Url> {
    if !can_parse(input, base) {
        return None;
    }
    Url::parse(input, base).ok()
}

fn can_parse(input: &str, base: Option<&str>) -> bool {
    let texts = [Some(input), base];
    let slow = texts
        .into_iter()
        .flatten()
        .any(|text| is_slow(host_of(text)));
    !slow && Url::can_parse(input, base)
}

/// The longest host, in bytes, that is converted by IDNA. ada's time for it grows with the square of
/// that, nothing can interrupt it, and no name has more than 253 letters.
const MAX_IDNA: usize = 2048;

fn is_slow(host: &str) -> bool {
    let needs_idna = || {
        let is_encoded = |part: &[u8]| part.eq_ignore_ascii_case(b"xn--");
        !host.is_ascii() || host.contains('%') || host.as_bytes().windows(4).any(is_encoded)
    };
    host.len() > MAX_IDNA && needs_idna()
}

/// Where the host of a URL would be, if it is one that IDNA is for: with what is before it up to an
/// `@`, and empty where there is none.
fn host_of(text: &str) -> &str {
    let text = text.trim_start_matches(|character| character <= ' ');
    let rest = match text.split_once(':') {
        Some((scheme, rest)) if is_special(scheme) => rest,
        _ if text.starts_with(['/', '\\']) => text,
        _ => return "",
    };
    let rest = rest.trim_start_matches(['/', '\\', '\t', '\n', '\r']);
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

/// Whether it is the scheme of a URL with a host that is a name. Tabs and line breaks don't count.
fn is_special(scheme: &str) -> bool {
    if scheme.len() > 64 {
        return false;
    }
    let scheme: String = scheme
        .chars()
        .filter(|character| !character.is_ascii_control())
        .collect();
    ["http", "https", "ws", "wss", "ftp", "file"]
        .iter()
        .any(|special| special.eq_ignore_ascii_case(&scheme))
}

fn written(url: &Url, components: &mut [u32]) -> Option<String> {
    let scheme = url.scheme_type() as u32;
    let UrlComponents {
        protocol_end,
        username_end,
        host_start,
        host_end,
        port,
        pathname_start,
        search_start,
        hash_start,
    } = url.components();
    let or_none = |place: Option<u32>| place.unwrap_or(u32::MAX);
    components.get_mut(..COMPONENTS)?.copy_from_slice(&[
        protocol_end,
        username_end,
        host_start,
        host_end,
        or_none(port),
        or_none(pathname_start),
        or_none(search_start),
        or_none(hash_start),
        scheme,
    ]);
    Some(url.href().to_owned())
}

/// The text of the URL `href` with another `part`; none where that can't be.
#[op2]
#[string]
fn op_ada_update(
    #[string] href: &str,
    #[string] part: &str,
    #[string] value: &str,
    #[buffer] components: &mut [u32],
) -> Option<String> {
    let slow = match part {
        "href" => is_slow(host_of(value)),
        "host" | "hostname" => is_slow(value),
        _ => false,
    };
    if slow {
        return None;
    }
    let mut url = parse(href, None)?;
    let set = Some(value);
    match part {
        "href" => url.set_href(value),
        "protocol" => url.set_protocol(value),
        "host" => url.set_host(set),
        "hostname" => url.set_hostname(set),
        "port" => url.set_port(set),
        "username" => url.set_username(set),
        "password" => url.set_password(set),
        "pathname" => url.set_pathname(set),
        "search" => {
            url.set_search(set);
            Ok(())
        }
        _ => {
            url.set_hash(set);
            Ok(())
        }
    }
    .ok()?;
    written(&url, components)
}

/// The text of the URL `href`, for people: without what is not wanted, and with its host in Unicode.
#[op2]
#[string]
fn op_ada_format(
    #[string] href: &str,
    fragment: bool,
    unicode: bool,
    search: bool,
    auth: bool,
) -> Option<String> {
    let mut url = parse(href, None)?;
    if !fragment {
        url.set_hash(None);
    }
    if !search {
        url.set_search(None);
    }
    if !auth {
        // A URL without a host has none of the two.
        let _ = url.set_username(Some(""));
        let _ = url.set_password(Some(""));
    }
    let text = url.href();
    if !unicode || url.hostname().is_empty() {
        return Some(text.to_owned());
    }
    let UrlComponents {
        host_start,
        host_end,
        ..
    } = url.components();
    let (before, rest) = text.split_at_checked(host_start as usize)?;
    let (_, after) = text.split_at_checked(host_end as usize)?;
    let at = if rest.starts_with('@') { "@" } else { "" };
    Some(format!(
        "{before}{at}{}{after}",
        Idna::unicode(url.hostname())
    ))
}

/// A domain in ASCII by IDNA alone: an empty text where it can't be.
#[op2]
#[string]
fn op_ada_idna(#[string] domain: &str) -> String {
    match is_slow(domain) {
        true => String::new(),
        false => Idna::ascii(domain),
    }
}

/// The domain as a URL would have it, in ASCII or in Unicode; an empty text where it can't be.
#[op2]
#[string]
fn op_ada_domain(#[string] domain: &str, unicode: bool) -> String {
    let Some(mut url) = parse("ws://x", None) else {
        return String::new();
    };
    if domain.is_empty() || is_slow(domain) || url.set_hostname(Some(domain)).is_err() {
        return String::new();
    }
    match unicode {
        true => Idna::unicode(url.hostname()),
        false => url.hostname().to_owned(),
    }
}
