//! What of AWS STS the crate aws-sdk-sts can be asked for.
//!
//! Written by scripts/aws-table.mjs: do not edit.

use super::super::params::structures;
use super::operations;

operations! {aws_sdk_sts;
    "assumeRole" assume_role {
        set_role_arn "RoleArn", set_role_session_name "RoleSessionName",
        set_policy_arns "PolicyArns", set_policy "Policy", set_duration_seconds "DurationSeconds",
        set_external_id "ExternalId", set_serial_number "SerialNumber", set_token_code "TokenCode",
    }
    "assumeRoleWithSAML" assume_role_with_saml {
        set_role_arn "RoleArn", set_principal_arn "PrincipalArn",
        set_saml_assertion "SAMLAssertion", set_policy_arns "PolicyArns", set_policy "Policy",
        set_duration_seconds "DurationSeconds",
    }
    "assumeRoleWithWebIdentity" assume_role_with_web_identity {
        set_role_arn "RoleArn", set_role_session_name "RoleSessionName",
        set_web_identity_token "WebIdentityToken", set_provider_id "ProviderId",
        set_policy_arns "PolicyArns", set_policy "Policy", set_duration_seconds "DurationSeconds",
    }
    "decodeAuthorizationMessage" decode_authorization_message {
        set_encoded_message "EncodedMessage",
    }
    "getCallerIdentity" get_caller_identity {}
    "getFederationToken" get_federation_token {
        set_name "Name", set_policy "Policy", set_policy_arns "PolicyArns",
        set_duration_seconds "DurationSeconds",
    }
    "getSessionToken" get_session_token {
        set_duration_seconds "DurationSeconds", set_serial_number "SerialNumber",
        set_token_code "TokenCode",
    }
}

structures! {aws_sdk_sts;
    PolicyDescriptorType { set_arn "arn", }
}
