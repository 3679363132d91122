//! Names whose values are secret wherever they stand: the lists of docs/cassettes.md. How much of a name
//! counts differs between headers, settings and fields, because what else they hold differs.

/// Headers whose values never reach a disk.
const HEADERS: [&str; 4] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];

/// Parts of names that tell a secret, of headers and of settings.
const PARTS: [&str; 5] = ["apikey", "credential", "password", "secret", "token"];

/// Further parts that tell it of headers' names.
const IN_HEADERS: [&str; 4] = ["api-key", "session", "signature", "x-auth"];

/// Further parts that tell it of settings' names, in lower case and without what is no letter or digit.
const IN_SETTINGS: [&str; 4] = ["accesskey", "passphrase", "privatekey", "signingkey"];

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
pub fn secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if name.starts_with("access-control-") {
        return false;
    }
    let mut parts = PARTS.iter().chain(&IN_HEADERS);
    HEADERS.contains(&name.as_str()) || parts.any(|part| name.contains(part))
}

/// Whether the values of the setting `name` are secret, where no file says so.
pub fn secret_setting(name: &str) -> bool {
    let bare: String = name
        .chars()
        .filter(|char| char.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let mut parts = PARTS.iter().chain(&IN_SETTINGS);
    parts.any(|part| bare.contains(part))
}

/// Whether the values of fields called `name` are secret.
pub fn secret_field(name: &str) -> bool {
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
pub fn secret_parameter(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["token", "sig", "signature", "auth"].contains(&lower.as_str()) || secret_field(name)
}

/// Whether a query with these names is that of a URL that AWS has signed.
pub fn is_presigned<'n>(mut names: impl Iterator<Item = &'n str>) -> bool {
    names.any(|name| {
        name.eq_ignore_ascii_case("x-amz-signature") || name.eq_ignore_ascii_case("awsaccesskeyid")
    })
}

/// Whether a parameter of such a query is another one each time.
pub fn changes_with_signature(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PRESIGNED.contains(&name.as_str())
        || matches!(name.as_str(), "awsaccesskeyid" | "signature" | "expires")
}

/// What stands for a secret of this name: `[secret NAME]`, with the name as it can stand in any output,
/// also inside a JSON string.
pub fn placeholder(name: &str) -> String {
    let safe = |char: char| match char.is_alphanumeric() || "-_.".contains(char) {
        true => char,
        false => '_',
    };
    format!("[secret {}]", name.chars().map(safe).collect::<String>())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_tell_secrets() {
        for name in [
            "X-Api-Key",
            "x-shopify-access-token",
            "X-Auth-Request",
            "Cookie",
        ] {
            assert!(secret_header(name), "{name}");
        }
        assert!(!secret_header("Access-Control-Allow-Credentials"));
        assert!(!secret_header("content-type"));
        for name in ["api_key", "API-KEY", "clientSecret", "x-amz-signature"] {
            assert!(secret_field(name), "{name}");
        }
        assert!(!secret_field("key") && !secret_field("tokens"));
        assert!(secret_parameter("sig") && !secret_field("sig"));
        for name in [
            "apiKey",
            "API key",
            "signing_key",
            "my.token",
            "webhookSecret",
        ] {
            assert!(secret_setting(name), "{name}");
        }
        assert!(!secret_setting("region") && !secret_setting("keys"));
    }

    proptest! {
        #[test]
        fn a_name_means_the_same_in_upper_and_lower_case(name in "[ -~]{0,30}") {
            let upper = name.to_ascii_uppercase();
            prop_assert_eq!(secret_header(&name), secret_header(&upper));
            prop_assert_eq!(secret_field(&name), secret_field(&upper));
            prop_assert_eq!(secret_parameter(&name), secret_parameter(&upper));
            prop_assert_eq!(secret_setting(&name), secret_setting(&upper));
        }

        #[test]
        fn what_stands_around_a_telling_part_makes_no_difference(
            before in "[a-z-]{0,12}",
            part in prop::sample::select(&PARTS[..]),
            after in "[a-z-]{0,12}",
        ) {
            prop_assume!(!before.starts_with("access-control-"));
            let name = format!("{before}{part}{after}");
            prop_assert!(secret_header(&name));
            prop_assert!(secret_setting(&name));
        }

        #[test]
        fn a_placeholder_can_stand_inside_of_json(name in ".{0,40}") {
            let text = placeholder(&name);
            prop_assert_eq!(serde_json::Value::from(text.as_str()).to_string(), format!("\"{text}\""));
            prop_assert!(text.starts_with("[secret ") && text.ends_with(']'));
            prop_assert_eq!(text.matches([']', '[']).count(), 2);
        }
    }
}
