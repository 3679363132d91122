//! The ARNs of roles, and the policies of sessions.

use super::error::StsError;
use crate::aws_local::credentials::unique_id;
use crate::options::is_account;

/// Account and name of the role in an ARN; `None` when it is not one of a role.
pub fn role_name(arn: &str) -> Option<(&str, &str)> {
    let mut fields = arn.splitn(6, ':');
    let start = (
        fields.next()?,
        fields.next()?,
        fields.next()?,
        fields.next()?,
    );
    let ("arn", partition, "iam", "") = start else {
        return None;
    };
    let account = fields.next()?;
    let path = fields.next()?.strip_prefix("role/")?;
    let name = path.rsplit('/').next()?;
    let allowed =
        |character: char| character.is_ascii_alphanumeric() || "_+=,.@-".contains(character);
    let well_formed = partition.starts_with("aws")
        && is_account(account)
        && !name.is_empty()
        && name.chars().all(allowed)
        && path.bytes().all(|byte| byte.is_ascii_graphic());
    well_formed.then_some((account, name))
}

/// The id of a role: the same for the same ARN.
pub fn role_id(arn: &str) -> String {
    unique_id("AROA", arn)
}

/// How much of the room for session policies this one takes, in percent.
pub fn packed_size(policy: &str) -> Result<usize, StsError> {
    let parsed: Result<serde_json::Map<String, serde_json::Value>, _> =
        serde_json::from_str(policy);
    if parsed.is_err() {
        return Err(StsError::new(
            400,
            "MalformedPolicyDocument",
            "The policy is not in the valid JSON format.",
        ));
    }
    Ok((policy.len() * 100).div_ceil(2048))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_arn_is_read_as_it_is_built(
            partition in "aws(|-cn|-us-gov)",
            account in "[0-9]{12}",
            path in "([!-.0-~]{1,5}/){0,3}",
            name in "[a-zA-Z0-9_+=,.@-]{1,64}",
        ) {
            let arn = format!("arn:{partition}:iam::{account}:role/{path}{name}");
            prop_assert_eq!(role_name(&arn), Some((account.as_str(), name.as_str())));
        }

        #[test]
        fn any_other_text_is_no_role(
            arn in "(arn|:|::|aws|iam|role/|user/|/|123456789012|1|é| |a){0,10}",
        ) {
            if let Some((account, name)) = role_name(&arn) {
                let start = format!(":iam::{account}:role/");
                prop_assert!(arn.contains(&start) && arn.ends_with(name), "{}", arn);
            }
        }
    }
}
