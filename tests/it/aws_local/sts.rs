//! STS: its answers, its validation, its roles.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD as BASE64, URL_SAFE_NO_PAD};
use segfn::aws_local::{Credentials, LocalAws, LocalAwsError};
use segfn::options::Role;

use super::refusals::assumed;
use super::world::{START, World, code, message};

const ROLE: &str = "arn:aws:iam::123456789012:role/path/to/writer";

#[tokio::test]
async fn assume_role_answers_as_aws_does() {
    let world = World::default();
    let call = world
        .sts()
        .assume_role()
        .role_arn(ROLE)
        .role_session_name("segment")
        .external_id("secret-id");
    let answer = call.duration_seconds(900).send().await.unwrap();
    let issued = answer.credentials().unwrap();
    assert!(issued.access_key_id().starts_with("ASIA") && issued.access_key_id().len() == 20);
    assert_eq!(issued.secret_access_key().len(), 40);
    assert_eq!(issued.expiration().secs(), START as i64 + 900);
    let user = answer.assumed_role_user().unwrap();
    assert_eq!(
        user.arn(),
        "arn:aws:sts::123456789012:assumed-role/writer/segment"
    );
    assert!(
        user.assumed_role_id().starts_with("AROA") && user.assumed_role_id().ends_with(":segment")
    );

    let credentials = assumed(&world).await;
    let who = world
        .sts_as(&credentials)
        .get_caller_identity()
        .send()
        .await
        .unwrap();
    assert_eq!(
        who.arn(),
        Some("arn:aws:sts::123456789012:assumed-role/writer/segment")
    );
    assert_eq!(who.account(), Some("123456789012"));
    let ambient = world.sts().get_caller_identity().send().await.unwrap();
    assert_eq!(
        ambient.arn(),
        Some("arn:aws:sts::458175278816:assumed-role/segfn-ambient/segfn")
    );
}

#[tokio::test]
#[expect(
    deprecated,
    reason = "aws-sdk 2 knows no other than the packed policy size"
)]
async fn parameters_are_validated() {
    let world = World::default();
    let sts = world.sts();
    let call = || {
        sts.assume_role()
            .role_arn(ROLE)
            .role_session_name("segment")
    };
    assert_eq!(
        message(call().duration_seconds(899).send().await),
        "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have \
         value greater than or equal to 900"
    );
    assert_eq!(
        message(
            call()
                .duration_seconds(43_201)
                .role_session_name("a b")
                .send()
                .await
        ),
        "2 validation errors detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must \
         satisfy regular expression pattern: [\\w+=,.@-]*; Value '43201' at 'durationSeconds' failed to satisfy \
         constraint: Member must have value less than or equal to 43200"
    );
    assert_eq!(
        message(sts.assume_role().role_session_name("segment").send().await),
        "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null"
    );
    assert_eq!(
        code(call().external_id("x").send().await),
        "ValidationError"
    );
    let user = "arn:aws:iam::123456789012:user/me";
    assert_eq!(
        message(call().role_arn(user).send().await),
        format!("{user} is invalid")
    );
    assert_eq!(
        code(call().policy("not json").send().await),
        "MalformedPolicyDocument"
    );
    let answer = call()
        .policy("{\"Version\":\"2012-10-17\",\"Statement\":[]}")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.packed_policy_size(), Some(2));
    assert!(call().duration_seconds(43_200).send().await.is_ok());
}

#[tokio::test]
async fn declared_roles() {
    let role = |arn: &str, external_id: Option<&str>| Role {
        arn: arn.to_owned(),
        external_id: external_id.map(str::to_owned),
    };
    let open = "arn:aws:iam::123456789012:role/open-to-all";
    let world = World::with_roles(vec![role(ROLE, Some("right")), role(open, None)]);
    let sts = world.sts();
    let call = |arn: &str, external_id: Option<&str>| {
        let call = sts.assume_role().role_arn(arn).role_session_name("segment");
        call.set_external_id(external_id.map(str::to_owned)).send()
    };
    assert!(call(ROLE, Some("right")).await.is_ok());
    assert!(call(open, None).await.is_ok() && call(open, Some("any")).await.is_ok());
    let other = "arn:aws:iam::123456789012:role/other-one";
    for (arn, external_id) in [(ROLE, Some("wrong")), (ROLE, None), (other, None)] {
        let refused = call(arn, external_id).await;
        assert_eq!(
            refused
                .as_ref()
                .err()
                .and_then(|error| error.raw_response())
                .map(|answer| answer.status().as_u16()),
            Some(403)
        );
        assert_eq!(
            message(refused),
            format!(
                "User: arn:aws:sts::458175278816:assumed-role/segfn-ambient/segfn is not authorized to perform: \
                 sts:AssumeRole on resource: {arn}"
            )
        );
    }
    let clock = std::sync::Arc::new(std::time::SystemTime::now);
    let refused = LocalAws::open(world.folder.path(), vec![role("writer", None)], clock);
    assert!(matches!(refused, Err(LocalAwsError::RoleArn { arn }) if arn == "writer"));
}

#[tokio::test]
async fn session_and_federation_tokens() {
    let world = World::default();
    let issued = world
        .sts()
        .get_session_token()
        .send()
        .await
        .unwrap()
        .credentials
        .unwrap();
    assert_eq!(issued.expiration().secs(), START as i64 + 43_200);
    let credentials = Credentials {
        access_key_id: issued.access_key_id,
        secret_access_key: issued.secret_access_key,
        session_token: Some(issued.session_token),
    };
    assert!(
        world
            .s3_as(&credentials, "us-east-1")
            .list_buckets()
            .send()
            .await
            .is_ok()
    );
    let answer = world
        .sts()
        .get_federation_token()
        .name("bob")
        .duration_seconds(129_600)
        .send()
        .await
        .unwrap();
    let user = answer.federated_user().unwrap();
    assert_eq!(user.federated_user_id(), "458175278816:bob");
    assert_eq!(user.arn(), "arn:aws:sts::458175278816:federated-user/bob");

    let temporary = assumed(&world).await;
    let refused = world.sts_as(&temporary).get_session_token().send().await;
    assert_eq!(
        message(refused),
        "Cannot call GetSessionToken with session credentials"
    );
    let refused = world
        .sts_as(&temporary)
        .get_federation_token()
        .name("bob")
        .send()
        .await;
    assert_eq!(code(refused), "AccessDenied");
    let refused = world
        .sts()
        .decode_authorization_message()
        .encoded_message("abc")
        .send()
        .await;
    assert_eq!(code(refused), "InvalidAuthorizationMessageException");
}

#[tokio::test]
async fn web_identities() {
    let world = World::default();
    let token = |ends: u64| {
        let claims =
            format!(r#"{{"iss":"https://issuer","sub":"subject","aud":["app"],"exp":{ends}}}"#);
        format!(
            "{}.{}.signature",
            URL_SAFE_NO_PAD.encode("{}"),
            URL_SAFE_NO_PAD.encode(claims)
        )
    };
    let sts = world.sts();
    let call = |token: String| {
        let call = sts
            .assume_role_with_web_identity()
            .role_arn(ROLE)
            .role_session_name("segment");
        call.web_identity_token(token).send()
    };
    let answer = call(token(START + 1)).await.unwrap();
    assert_eq!(answer.subject_from_web_identity_token(), Some("subject"));
    assert_eq!(
        (answer.audience(), answer.provider()),
        (Some("app"), Some("https://issuer"))
    );
    assert!(answer.credentials().is_some());
    assert_eq!(code(call(token(START)).await), "ExpiredTokenException");
    assert_eq!(
        code(call("not.a-token".to_owned()).await),
        "InvalidIdentityToken"
    );
}

#[tokio::test]
async fn saml_assertions() {
    let world = World::default();
    let response = r#"<samlp:Response xmlns:samlp="p" xmlns:saml="a"><saml:Assertion><saml:Issuer>https://idp</saml:Issuer>
        <saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">bob &amp; co</saml:NameID></saml:Subject>
        <saml:Conditions><saml:AudienceRestriction><saml:Audience>urn:amazon:webservices</saml:Audience></saml:AudienceRestriction></saml:Conditions>
        <saml:AttributeStatement><saml:Attribute Name="other"><saml:AttributeValue>no</saml:AttributeValue></saml:Attribute>
        <saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName"><saml:AttributeValue>bob</saml:AttributeValue></saml:Attribute>
        </saml:AttributeStatement></saml:Assertion></samlp:Response>"#;
    let sts = world.sts();
    let call = |assertion: String| {
        let call = sts
            .assume_role_with_saml()
            .role_arn(ROLE)
            .saml_assertion(assertion);
        call.principal_arn("arn:aws:iam::123456789012:saml-provider/idp")
            .send()
    };
    let answer = call(BASE64.encode(response)).await.unwrap();
    assert_eq!(
        answer.assumed_role_user().unwrap().arn(),
        "arn:aws:sts::123456789012:assumed-role/writer/bob"
    );
    assert_eq!(answer.subject(), Some("bob & co"));
    assert_eq!(
        (answer.subject_type(), answer.issuer()),
        (Some("persistent"), Some("https://idp"))
    );
    assert_eq!(answer.audience(), Some("urn:amazon:webservices"));
    for broken in [
        "????".to_owned(),
        BASE64.encode("<a>"),
        BASE64.encode("<a/>"),
    ] {
        assert_eq!(code(call(broken).await), "InvalidIdentityToken");
    }
}

#[tokio::test]
async fn unknown_actions() {
    let world = World::default();
    for (form, expected) in [
        (
            &b"Action=GetNothing&Version=2011-06-15"[..],
            "<Code>MissingAuthenticationToken</Code>",
        ),
        (
            b"Action=AssumeRole&Version=1999-01-01",
            "Could not find operation AssumeRole for version 1999-01-01",
        ),
        (b"", "<Code>MissingAction</Code>"),
    ] {
        let request = http::Request::post("https://sts.amazonaws.com/");
        let answer = world
            .aws
            .call(request.body(bytes::Bytes::from_static(form)).unwrap())
            .await;
        let text = String::from_utf8(answer.body().to_vec()).unwrap();
        assert!(
            text.contains(expected) && text.contains("<RequestId>"),
            "{text}"
        );
    }
}
