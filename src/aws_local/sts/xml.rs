//! The pieces of STS's answers.

use crate::aws_local::answer::escape;
use crate::aws_local::credentials::Identity;

/// Who calls, as `GetCallerIdentity` tells it.
pub fn caller_identity(caller: &Identity) -> String {
    [
        element(2, "Arn", &caller.arn),
        element(2, "UserId", &caller.user_id),
        element(2, "Account", &caller.account),
    ]
    .concat()
}

/// Who has assumed a role.
pub fn assumed_user(assumed: &Identity) -> String {
    format!(
        "    <AssumedRoleUser>\n{}{}    </AssumedRoleUser>\n",
        element(3, "AssumedRoleId", &assumed.user_id),
        element(3, "Arn", &assumed.arn)
    )
}

/// An element on a line of its own, `depth` levels deep.
pub fn element(depth: usize, name: &str, text: &str) -> String {
    format!(
        "{:indent$}<{name}>{}</{name}>\n",
        "",
        escape(text),
        indent = depth * 2
    )
}
