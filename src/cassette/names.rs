//! Names whose values are secret wherever they stand: the lists of docs/cassettes.md.

/// Headers whose values never reach a disk.
const HEADERS: [&str; 4] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];

/// Parts of headers' names that tell a secret.
const IN_HEADERS: [&str; 9] = [
    "token",
    "secret",
    "api-key",
    "apikey",
    "password",
    "signature",
    "credential",
    "session",
    "x-auth",
];

/// Names of fields, in lower case and without `_` and `-`: of JSON objects, forms, parts of
/// multipart forms, queries and XML elements.
const FIELDS: [&str; 22] = [
    "accesstoken",
    "apikey",
    "apisecret",
    "apitoken",
    "authtoken",
    "awsaccesskeyid",
    "bearertoken",
    "clientassertion",
    "clientsecret",
    "idtoken",
    "passwd",
    "password",
    "privatekey",
    "refreshtoken",
    "secretaccesskey",
    "secretkey",
    "sessiontoken",
    "xamzcredential",
    "xamzsecuritytoken",
    "xamzsignature",
    "xapikey",
    "webidentitytoken",
];

/// Parameters of presigned URLs that are other ones each time: replaced, and not compared.
const PRESIGNED: [&str; 5] = [
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-security-token",
    "policy",
];

/// Whether the values of the header `name` are secret.
pub(super) fn secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if name.starts_with("access-control-") {
        return false;
    }
    HEADERS.contains(&name.as_str()) || IN_HEADERS.iter().any(|part| name.contains(part))
}

/// Whether the values of fields called `name` are secret.
pub(super) fn secret_field(name: &str) -> bool {
    if name.len() > 40 {
        return false;
    }
    let bare: String = name
        .chars()
        .filter(|char| !matches!(char, '_' | '-'))
        .map(|char| char.to_ascii_lowercase())
        .collect();
    FIELDS.contains(&bare.as_str())
}

/// Whether the values of a URL's parameter `name` are secret.
pub(super) fn secret_parameter(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["token", "sig", "signature", "auth"].contains(&lower.as_str()) || secret_field(name)
}

/// Whether a query with these names is that of a URL that AWS has signed.
pub(super) fn is_presigned<'n>(mut names: impl Iterator<Item = &'n str>) -> bool {
    names.any(|name| {
        name.eq_ignore_ascii_case("x-amz-signature") || name.eq_ignore_ascii_case("awsaccesskeyid")
    })
}

/// Whether a parameter of such a query is another one each time.
pub(super) fn changes_with_signature(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PRESIGNED.contains(&name.as_str())
        || matches!(name.as_str(), "awsaccesskeyid" | "signature" | "expires")
}
