//! What a function may reach: AWS with its roles and keys, and hosts.

use crate::hints;
use crate::net::is_metadata;
use crate::options::{AwsMode, HostPattern, NetPolicy, Role, UserKey, is_account};
use crate::project::config::item::Item;
use crate::project::config::read::{
    ConfigProblem, array, boolean, expected, problem, refused, string, table, unknown,
};

pub(super) fn role(value: &Item) -> Result<Role, ConfigProblem> {
    let (mut arn, mut external_id) = (None, None);
    for (key, value) in table(value)? {
        match key.name.as_str() {
            "arn" => arn = Some((string(value)?, value)),
            "external_id" => external_id = Some(string(value)?),
            _ => return unknown(key, &["arn", "external_id"]),
        }
    }
    let Some((arn, place)) = arn else {
        return expected(value, "an `arn`");
    };
    Role::new(arn, external_id).map_err(|error| refused(place, error))
}

pub(super) fn user_key(value: &Item) -> Result<UserKey, ConfigProblem> {
    let (mut id, mut secret, mut arn) = (None, None, None);
    for (key, value) in table(value)? {
        match key.name.as_str() {
            "id" => id = Some(string(value)?.to_owned()),
            "secret" => secret = Some(string(value)?.to_owned()),
            "arn" if is_user(string(value)?) => arn = Some(string(value)?.to_owned()),
            "arn" => return expected(value, "the ARN of a user: arn:aws:iam::ACCOUNT:user/NAME"),
            _ => return unknown(key, &["id", "secret", "arn"]),
        }
    }
    match (id, secret) {
        (Some(id), Some(secret)) => Ok(UserKey { id, secret, arn }),
        _ => expected(value, "an `id` and a `secret`"),
    }
}

fn is_user(arn: &str) -> bool {
    let account = arn
        .strip_prefix("arn:aws:iam::")
        .and_then(|rest| rest.split_once(":user/"));
    account.is_some_and(|(account, name)| is_account(account) && !name.is_empty())
}

/// The real AWS has to be asked for on the command line: a file that came with a repository must
/// not reach anyone's account.
pub(super) fn aws(value: &Item) -> Result<AwsMode, ConfigProblem> {
    match string(value)?.parse() {
        Ok(AwsMode::Real) => problem(
            value.span.clone(),
            "the real AWS can't be chosen in a file",
            Some(hints::REAL_AWS.into()),
        ),
        Ok(mode) => Ok(mode),
        Err(_) => expected(value, "\"embedded\" or the http(s) URL of an AWS server"),
    }
}

/// A cloud's metadata has to be asked for on the command line, as the real AWS has.
fn allowed_host(value: &Item) -> Result<HostPattern, ConfigProblem> {
    let pattern: HostPattern = string(value)?
        .parse()
        .map_err(|error| refused(value, error))?;
    match pattern.host().filter(|host| is_metadata(host)) {
        Some(host) => problem(
            value.span.clone(),
            "a cloud's metadata, where machines get their credentials, can't be allowed in a file",
            Some(hints::metadata_in_a_file(host)),
        ),
        None => Ok(pattern),
    }
}

pub(super) fn net(value: &Item) -> Result<NetPolicy, ConfigProblem> {
    let (mut allow, mut deny) = (None, false);
    for (key, value) in table(value)? {
        match key.name.as_str() {
            "allow" => {
                let hosts = array(value)?.iter().map(allowed_host);
                allow = Some(hosts.collect::<Result<_, _>>()?);
            }
            "deny" => deny = boolean(value)?,
            _ => return unknown(key, &["allow", "deny"]),
        }
    }
    match (allow, deny) {
        (Some(_), true) => problem(
            value.span.clone(),
            "`allow` and `deny = true` exclude each other",
            Some("leave out one of them".into()),
        ),
        (Some(hosts), false) => Ok(NetPolicy::Only(hosts)),
        (None, true) => Ok(NetPolicy::Deny),
        (None, false) => Ok(NetPolicy::Open),
    }
}
