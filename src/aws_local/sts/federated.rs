//! The two operations that take somebody else's word for who calls: a JSON web token or a SAML
//! assertion. Their signatures can't be checked here (nobody's keys are known), the rest is.

use std::time::UNIX_EPOCH;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD as BASE64, URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::error::StsError;
use super::parameters::Parameters;
use super::roles::packed_size;
use super::service::Sts;
use super::xml::{assumed_user, element};

/// The claims of a web identity token that matter.
#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: String,
    aud: Audience,
    exp: Option<u64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Sts {
    pub(super) fn with_web_identity(&self, mut parameters: Parameters) -> Result<String, StsError> {
        let role = parameters.required("RoleArn", 20, 2048);
        let session = parameters.session_name("RoleSessionName", 2, 64);
        let token = parameters.required("WebIdentityToken", 4, 20_000);
        let provider = parameters.take("ProviderId");
        let duration = parameters.duration(3600, 43_200);
        let policy = parameters.policy();
        parameters.check()?;
        let policy = policy.map(|text| packed_size(&text)).transpose()?;
        let claims = read_claims(&token)?;
        let now = (self.clock)()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        if claims.exp.is_some_and(|end| end <= now) {
            return Err(StsError::new(
                400,
                "ExpiredTokenException",
                "Token expired: current date/time must be before the expiration date/time",
            ));
        }
        let assumed = self.assumed(&role, &session)?;
        self.federated(&role, "AssumeRoleWithWebIdentity")?;
        let audience = match claims.aud {
            Audience::One(audience) => audience,
            Audience::Many(audiences) => audiences.into_iter().next().unwrap_or_default(),
        };
        let mut result = element(2, "SubjectFromWebIdentityToken", &claims.sub);
        result.push_str(&element(2, "Audience", &audience));
        result.push_str(&assumed_user(&assumed));
        result.push_str(&self.credentials(&assumed, duration)?);
        result.push_str(&element(
            2,
            "Provider",
            &provider.or(claims.iss).unwrap_or_default(),
        ));
        result.extend(policy.map(|size| element(2, "PackedPolicySize", &size.to_string())));
        Ok(result)
    }

    pub(super) fn with_saml(&self, mut parameters: Parameters) -> Result<String, StsError> {
        let role = parameters.required("RoleArn", 20, 2048);
        let principal = parameters.required("PrincipalArn", 20, 2048);
        let assertion = parameters.required("SAMLAssertion", 4, 100_000);
        let duration = parameters.duration(3600, 43_200);
        let policy = parameters.policy();
        parameters.check()?;
        let policy = policy.map(|text| packed_size(&text)).transpose()?;
        if !principal.contains(":saml-provider/") {
            return Err(StsError::validation(format!("{principal} is invalid")));
        }
        let assertion = Assertion::read(&assertion)?;
        let assumed = self.assumed(&role, &assertion.session)?;
        self.federated(&role, "AssumeRoleWithSAML")?;
        let mut result = assumed_user(&assumed);
        result.push_str(&self.credentials(&assumed, duration)?);
        for (name, text) in [
            ("Subject", &assertion.subject),
            ("SubjectType", &assertion.subject_type),
            ("Issuer", &assertion.issuer),
            ("Audience", &assertion.audience),
        ] {
            result.push_str(&element(2, name, text));
        }
        result.extend(policy.map(|size| element(2, "PackedPolicySize", &size.to_string())));
        Ok(result)
    }

    /// Whether a role may be assumed at somebody else's word.
    fn federated(&self, role: &str, action: &str) -> Result<(), StsError> {
        if self.roles.is_empty() || self.roles.iter().any(|known| known.arn == role) {
            return Ok(());
        }
        Err(StsError::new(
            403,
            "AccessDenied",
            format!("Not authorized to perform sts:{action}"),
        ))
    }
}

fn read_claims(token: &str) -> Result<Claims, StsError> {
    let invalid = || {
        StsError::new(
            400,
            "InvalidIdentityToken",
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
        )
    };
    let mut pieces = token.split('.');
    let (Some(_), Some(claims), Some(_), None) =
        (pieces.next(), pieces.next(), pieces.next(), pieces.next())
    else {
        return Err(invalid());
    };
    let claims = URL_SAFE_NO_PAD
        .decode(claims.trim_end_matches('='))
        .map_err(|_| invalid())?;
    serde_json::from_slice(&claims).map_err(|_| invalid())
}

/// What a SAML response tells.
#[derive(Default)]
struct Assertion {
    issuer: String,
    subject: String,
    subject_type: String,
    audience: String,
    session: String,
}

const SESSION_NAME: &str = "https://aws.amazon.com/SAML/Attributes/RoleSessionName";

impl Assertion {
    fn read(encoded: &str) -> Result<Assertion, StsError> {
        let invalid = |message: &str| StsError::new(400, "InvalidIdentityToken", message);
        let document = BASE64
            .decode(encoded)
            .map_err(|_| invalid("Invalid base64 SAMLResponse"))?;
        let document = String::from_utf8(document)
            .map_err(|_| invalid("SAML Assertion is not valid UTF-8"))?;
        let assertion = Assertion::from_xml(&document)
            .map_err(|_| invalid("SAML Assertion could not be parsed"))?;
        if assertion.subject.is_empty() {
            return Err(invalid("SAML Assertion doesn't contain NameID"));
        }
        if assertion.session.is_empty() {
            return Err(invalid("RoleSessionName is required in AuthnResponse"));
        }
        Ok(assertion)
    }

    fn from_xml(document: &str) -> Result<Assertion, quick_xml::Error> {
        use quick_xml::events::Event;
        let mut reader = quick_xml::Reader::from_str(document);
        let mut read = Assertion::default();
        let mut attribute = String::new();
        let mut text = String::new();
        loop {
            match reader.read_event()? {
                Event::Start(start) => {
                    text.clear();
                    let field = match start.local_name().as_ref() {
                        b"NameID" => Some(("Format", &mut read.subject_type)),
                        b"Attribute" => Some(("Name", &mut attribute)),
                        _ => None,
                    };
                    if let Some((name, field)) = field
                        && let Some(value) = start.try_get_attribute(name)?
                    {
                        *field = String::from_utf8_lossy(&value.value).into_owned();
                    }
                }
                Event::Text(piece) => text.push_str(&String::from_utf8_lossy(&piece)),
                Event::GeneralRef(reference) => match reference.resolve_char_ref()? {
                    Some(character) => text.push(character),
                    None => text.push_str(match &*reference {
                        b"amp" => "&",
                        b"lt" => "<",
                        b"gt" => ">",
                        b"quot" => "\"",
                        b"apos" => "'",
                        _ => "",
                    }),
                },
                Event::End(end) => {
                    let field = match end.local_name().as_ref() {
                        b"Issuer" => &mut read.issuer,
                        b"NameID" => &mut read.subject,
                        b"Audience" => &mut read.audience,
                        b"AttributeValue" if attribute == SESSION_NAME => &mut read.session,
                        _ => continue,
                    };
                    if field.is_empty() {
                        *field = text.trim().to_owned();
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        // AWS tells the last word of `urn:oasis:names:tc:SAML:2.0:nameid-format:persistent`.
        if let Some((_, kind)) = read.subject_type.rsplit_once("nameid-format:") {
            read.subject_type = kind.to_owned();
        }
        Ok(read)
    }
}
