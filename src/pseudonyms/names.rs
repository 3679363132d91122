//! Names that tell that a value is personal. A name is split into its words, as those of secrets are.

use crate::pseudonyms::personal_kind::PersonalKind;
use crate::secrets::words;

/// Where a value stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct FieldPlace<'a> {
    /// Its own name, or that of the list in which it stands.
    pub name: &'a str,
    /// The name of what holds the field.
    pub above: Option<&'a str>,
    /// Whether the other fields tell that all of them are about a person ([`about_person`]).
    pub person: bool,
    /// Whether it is about a group, in Segment's sense.
    pub group: bool,
}

impl<'a> FieldPlace<'a> {
    /// A field of which only its name is known.
    pub fn named(name: &'a str) -> FieldPlace<'a> {
        FieldPlace {
            name,
            ..FieldPlace::default()
        }
    }
}

/// What people are called.
const PEOPLE: [&str; 29] = [
    "agent",
    "attendee",
    "author",
    "buyer",
    "contact",
    "customer",
    "driver",
    "employee",
    "guest",
    "holder",
    "invitee",
    "lead",
    "member",
    "owner",
    "passenger",
    "patient",
    "payer",
    "person",
    "profile",
    "recipient",
    "sender",
    "shopper",
    "signer",
    "student",
    "subscriber",
    "teacher",
    "traveler",
    "user",
    "visitor",
];

/// What stands before `name` where it is a person's.
const NAMES: [&str; 20] = [
    "billing",
    "card",
    "cardholder",
    "display",
    "family",
    "first",
    "full",
    "given",
    "known",
    "last",
    "legal",
    "maiden",
    "middle",
    "nick",
    "preferred",
    "real",
    "screen",
    "shipping",
    "sur",
    "user",
];

/// Names of names, as one word.
const WHOLE_NAMES: [&str; 16] = [
    "displayname",
    "familyname",
    "firstname",
    "fname",
    "forename",
    "fullname",
    "givenname",
    "lastname",
    "lname",
    "login",
    "middlename",
    "nickname",
    "realname",
    "screenname",
    "surname",
    "username",
];

const PHONES: [&str; 10] = [
    "cell",
    "cellphone",
    "fax",
    "mobile",
    "mobilephone",
    "msisdn",
    "phone",
    "phonenumber",
    "tel",
    "telephone",
];

/// What an address is made of. The state and the country aren't: people share them with millions.
const ADDRESSES: [&str; 21] = [
    "addr",
    "address",
    "addressline",
    "apartment",
    "city",
    "district",
    "houseno",
    "housenumber",
    "locality",
    "pobox",
    "postalcode",
    "postcode",
    "street",
    "streetaddress",
    "streetname",
    "streetnumber",
    "suburb",
    "town",
    "zip",
    "zipcode",
    "zippostalcode",
];

/// What stands before `id` where it is a person's or a device's, besides people.
const IDS: [&str; 9] = [
    "advertising",
    "anonymous",
    "customer",
    "device",
    "distinct",
    "external",
    "previous",
    "sms",
    "visitor",
];

const WHOLE_IDS: [&str; 14] = [
    "aaid",
    "anonymousid",
    "customerid",
    "deviceid",
    "distinctid",
    "externalid",
    "gaid",
    "idfa",
    "idfv",
    "personid",
    "previousid",
    "uid",
    "userid",
    "visitorid",
];

const COORDINATES: [&str; 6] = ["lat", "latitude", "lng", "lon", "long", "longitude"];

/// What the names that lead to `value` tell of it. What its form tells isn't looked at.
pub fn tells(place: FieldPlace, value: &str) -> Option<PersonalKind> {
    let value = value.trim();
    let all = words(place.name);
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let (last, before) = all.split_last()?;
    let above = words(place.above.unwrap_or_default());
    let above = above.last().map_or("", String::as_str);
    if value.chars().count() < 2 || matches!(value, "true" | "false" | "null") {
        return None;
    }
    let glued = all.concat();
    let whole = |list: &[&str]| list.contains(&glued.as_str());
    let any_before = |list: &[&str]| before.iter().any(|word| list.contains(word));
    if COORDINATES.contains(last) && value.parse::<f64>().is_ok() {
        return Some(PersonalKind::Coordinate);
    }
    if value.parse::<std::net::IpAddr>().is_ok() {
        return Some(PersonalKind::Ip);
    }
    let digits = value.chars().filter(char::is_ascii_digit).count();
    if (PHONES.contains(last) || whole(&PHONES) || any_before(&PHONES) && *last == "number")
        && digits >= 6
    {
        return Some(PersonalKind::Phone);
    }
    let is_id = matches!(*last, "id" | "ids" | "identifier")
        && match before.last() {
            Some(word) => IDS.contains(word) || is_person(word),
            None => is_person(above) || matches!(above, "device" | "externalids"),
        };
    let is_id = is_id || whole(&WHOLE_IDS) || (above == "ids" && any_person(place.above));
    if is_id && !place.name.eq_ignore_ascii_case("groupId") {
        return Some(PersonalKind::Id);
    }
    // `last_login` is a time.
    let is_whole = whole(&WHOLE_NAMES) || (*last != "login" && WHOLE_NAMES.contains(last));
    if is_whole || (*last == "name" && any_before(&NAMES)) {
        return Some(PersonalKind::Name);
    }
    if *last == "name" && before.last().is_some_and(|word| is_person(word)) {
        return Some(PersonalKind::Name);
    }
    let of_person = place.person || is_person(above) || above == "traits";
    if *last == "name" && before.is_empty() && of_person && !place.group && above != "company" {
        return Some(PersonalKind::Name);
    }
    if *last == "name" && above == "device" && value.contains(['\'', '’']) {
        return Some(PersonalKind::Name);
    }
    if ADDRESSES.contains(last) || whole(&ADDRESSES) || is_address_part(&all, above) {
        let is_other = any_before(&["email", "mail", "mac", "wallet", "web", "ip", "contract"]);
        let is_url = value.contains("://");
        return (!is_other && !is_url).then_some(PersonalKind::Address);
    }
    // `customer: "cus_123"`, `recipient: "Ada Lovelace"`
    let alone = before.is_empty() && is_person(last) && !value.contains("://");
    alone.then(
        || match digits > 0 && !value.contains(char::is_whitespace) {
            true => PersonalKind::Id,
            false => PersonalKind::Name,
        },
    )
}

/// Whether fields of these names are about a person.
pub fn about_person<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    names.into_iter().any(|name| {
        let all = words(name);
        let last = all.last().map_or("", String::as_str);
        matches!(
            last,
            "email" | "mail" | "firstname" | "lastname" | "surname" | "birthday"
        ) || PHONES.contains(&last)
            || (last == "name"
                && all
                    .iter()
                    .any(|word| ["first", "last"].contains(&word.as_str())))
    })
}

fn is_person(word: &str) -> bool {
    let one = word.strip_suffix('s').unwrap_or(word);
    PEOPLE.contains(&word) || PEOPLE.contains(&one)
}

fn any_person(name: Option<&str>) -> bool {
    let all = words(name.unwrap_or_default());
    all.iter()
        .any(|word| IDS.contains(&word.as_str()) || is_person(word))
}

/// `line1` of an address, `postal_code`, `address_line_2`.
fn is_address_part(all: &[&str], above: &str) -> bool {
    match all {
        [.., "postal" | "post" | "zip", "code"] => true,
        [.., "address", "line"] | [.., "address", _] => all
            .last()
            .is_some_and(|last| *last == "line" || last.bytes().all(|byte| byte.is_ascii_digit())),
        ["line"] => above.contains("address"),
        [.., "street", "number" | "name"] | [.., "house", "number"] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(above: &str, name: &str, value: &str) -> Option<PersonalKind> {
        let above = Some(above).filter(|above| !above.is_empty());
        let place = FieldPlace {
            name,
            above,
            ..FieldPlace::default()
        };
        tells(place, value)
    }

    #[test]
    fn names_tell_what_is_personal() {
        for (above, name, value, kind) in [
            ("", "userId", "u-1", PersonalKind::Id),
            ("", "anonymous_id", "507f191e810c", PersonalKind::Id),
            ("", "X-User-Id", "1042", PersonalKind::Id),
            ("externalIds", "id", "77", PersonalKind::Id),
            ("device", "id", "B5372DB0", PersonalKind::Id),
            ("user", "id", "1042", PersonalKind::Id),
            ("", "customer", "cus_9s6XKz", PersonalKind::Id),
            ("traits", "name", "Ada Lovelace", PersonalKind::Name),
            ("", "invitee_first_name", "Ada", PersonalKind::Name),
            ("", "agent_username", "ada", PersonalKind::Name),
            ("", "recipient", "Ada Lovelace", PersonalKind::Name),
            ("device", "name", "Ada’s iPhone", PersonalKind::Name),
            ("traits", "phone", "020 7946 0958", PersonalKind::Phone),
            ("", "mobileNumber", "0171 1234567", PersonalKind::Phone),
            ("address", "street", "6th St", PersonalKind::Address),
            ("address", "postalCode", "94103", PersonalKind::Address),
            ("address", "line1", "6th St", PersonalKind::Address),
            ("", "shipping_city", "Paris", PersonalKind::Address),
            ("", "address1", "6th St", PersonalKind::Address),
            ("context", "ip", "8.8.8.8", PersonalKind::Ip),
            (
                "location",
                "latitude",
                "40.2964197",
                PersonalKind::Coordinate,
            ),
        ] {
            assert_eq!(told(above, name, value), Some(kind), "{above}.{name}");
        }
    }

    #[test]
    fn most_names_tell_nothing() {
        for (above, name, value) in [
            ("", "messageId", "ajs-1"),
            ("", "groupId", "g-1"),
            ("", "event", "Order Completed"),
            ("properties", "name", "Monopoly"),
            ("campaign", "name", "spring"),
            ("library", "name", "analytics.js"),
            ("app", "name", "Shop"),
            ("company", "name", "Initech"),
            ("device", "name", "iPhone"),
            ("properties", "product_id", "507f1f77"),
            ("", "order_id", "50314b8e9b"),
            ("", "account_name", "Initech"),
            ("address", "country", "USA"),
            ("address", "state", "CA"),
            ("context", "userAgent", "Mozilla/5.0"),
            ("", "user_agent", "Mozilla/5.0"),
            ("", "wallet_address", "0x1234"),
            ("traits", "plan", "pro"),
            ("", "isMobile", "true"),
        ] {
            assert_eq!(told(above, name, value), None, "{above}.{name}");
        }
        let group = FieldPlace {
            name: "name",
            above: Some("traits"),
            person: true,
            group: true,
        };
        assert_eq!(tells(group, "Initech"), None);
        assert!(about_person(["id", "customerEmail"].into_iter()));
        assert!(!about_person(["id", "total"].into_iter()));
    }
}
