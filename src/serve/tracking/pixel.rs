//! Events in the URL of an image.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::form_urlencoded;

use crate::json::{Json, JsonObject};

/// A transparent image of one pixel.
pub const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// The deepest field that a name such as `properties.a.b` makes.
const DEEPEST: usize = 16;

/// The JSON of the event in a query: `data` has it in Base64, or each field has a name of its own, such as
/// `properties.subject`. `None` where there is none.
pub fn pixel_event(query: &str) -> Option<String> {
    let mut fields = JsonObject::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name == "data" {
            let lenient = GeneralPurposeConfig::new()
                .with_decode_padding_mode(DecodePaddingMode::Indifferent);
            // Both alphabets are sent, and a `+` comes as a space.
            let text = value.replace(['+', ' '], "-").replace('/', "_");
            let json = GeneralPurpose::new(&URL_SAFE, lenient).decode(text).ok()?;
            return String::from_utf8(json).ok();
        }
        set(&mut fields, &name, &value);
    }
    Some(Json::Object(fields).to_string())
}

fn set(fields: &mut JsonObject, name: &str, value: &str) {
    let mut parts = name.splitn(DEEPEST, '.');
    let Some(first) = parts.next() else { return };
    let mut place = fields.get_or_insert_null(first);
    for part in parts {
        if !place.is_object() {
            *place = Json::Object(JsonObject::new());
        }
        let Json::Object(inner) = place else { return };
        place = inner.get_or_insert_null(part);
    }
    *place = Json::from(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let flat = "userId=u&event=E&properties.a.b=c%20d&writeKey=K";
        let wanted = r#"{"userId":"u","event":"E","properties":{"a":{"b":"c d"}},"writeKey":"K"}"#;
        assert_eq!(pixel_event(flat).as_deref(), Some(wanted));
        let json = r#"{"writeKey":"K","userId":"u??>","event":"E"}"#;
        for encoded in [
            base64::engine::general_purpose::STANDARD.encode(json),
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json),
        ] {
            let got = pixel_event(&format!("data={encoded}"));
            assert_eq!(got.as_deref(), Some(json), "{encoded}");
        }
        assert!(pixel_event("data=!").is_none());
    }
}
