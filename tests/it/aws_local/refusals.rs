//! Who and what is refused, with the codes of AWS.

use segfn::aws_local::Credentials;

use super::world::{Hands, START, World, code, message, s3_client};

/// Credentials that a role was assumed for.
pub async fn assumed(world: &World) -> Credentials {
    let role = world
        .sts()
        .assume_role()
        .role_arn("arn:aws:iam::123456789012:role/writer")
        .role_session_name("segment");
    let issued = role.send().await.unwrap().credentials.unwrap();
    Credentials {
        access_key_id: issued.access_key_id,
        secret_access_key: issued.secret_access_key,
        session_token: Some(issued.session_token),
    }
}

#[tokio::test]
async fn wrong_credentials() {
    let world = World::default();
    let good = assumed(&world).await;
    let other = assumed(&world).await;
    let refused = async |credentials: Credentials| {
        let put = world
            .s3_as(&credentials, "us-east-1")
            .put_object()
            .bucket("bucket")
            .key("key")
            .send()
            .await;
        let who = world
            .sts_as(&credentials)
            .get_caller_identity()
            .send()
            .await;
        (code(put), code(who))
    };
    let pair = |s3: &str, sts: &str| (s3.to_owned(), sts.to_owned());
    let wrong_secret = Credentials {
        secret_access_key: "wrong".to_owned(),
        ..good.clone()
    };
    assert_eq!(
        refused(wrong_secret).await,
        pair("SignatureDoesNotMatch", "SignatureDoesNotMatch")
    );
    for id in ["AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "x"] {
        let unknown = Credentials {
            access_key_id: id.to_owned(),
            ..good.clone()
        };
        assert_eq!(
            refused(unknown).await,
            pair("InvalidAccessKeyId", "InvalidClientTokenId"),
            "{id}"
        );
    }
    let others_token = Credentials {
        session_token: other.session_token.clone(),
        ..good.clone()
    };
    assert_eq!(
        refused(others_token).await,
        pair("InvalidToken", "InvalidClientTokenId")
    );
    let no_token = Credentials {
        session_token: None,
        ..good.clone()
    };
    assert_eq!(
        refused(no_token).await,
        pair("InvalidAccessKeyId", "InvalidClientTokenId")
    );
    let nonsense = Credentials {
        session_token: Some("nonsense".to_owned()),
        ..good.clone()
    };
    assert_eq!(
        refused(nonsense).await,
        pair("InvalidToken", "InvalidClientTokenId")
    );
    let foreign = World::default();
    assert_eq!(
        refused(assumed(&foreign).await).await,
        pair("InvalidAccessKeyId", "InvalidClientTokenId")
    );
    assert!(
        !world.file("bucket", "").exists(),
        "a refused put makes no bucket"
    );

    assert!(
        world
            .s3_as(&good, "eu-west-1")
            .put_object()
            .bucket("bucket")
            .key("key")
            .send()
            .await
            .is_ok()
    );
    world.hands.advance(3599);
    assert!(
        world
            .s3_as(&good, "us-east-1")
            .list_buckets()
            .send()
            .await
            .is_ok()
    );
    world.hands.advance(1);
    assert_eq!(refused(good).await, pair("ExpiredToken", "ExpiredToken"));
    assert!(
        world.s3().list_buckets().send().await.is_ok(),
        "the ambient key never expires"
    );
}

#[tokio::test]
async fn unsigned_requests() {
    let world = World::default();
    let request = |method: &str, url: &str, kind: &str, body: &'static [u8]| {
        let request = http::Request::builder()
            .method(method)
            .uri(url)
            .header("content-type", kind);
        world
            .aws
            .call(request.body(bytes::Bytes::from_static(body)).unwrap())
    };
    let answer = request("GET", "https://bucket.s3.amazonaws.com/key", "", b"").await;
    let text = String::from_utf8(answer.body().to_vec()).unwrap();
    assert_eq!(answer.status(), 403);
    assert!(
        text.contains("<Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>"),
        "{text}"
    );
    assert_eq!(answer.headers()["x-amz-request-id"].len(), 16);
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    for url in ["https://sts.amazonaws.com/", "http://127.0.0.1:9/"] {
        let answer = request(
            "POST",
            url,
            form,
            b"Action=GetCallerIdentity&Version=2011-06-15",
        )
        .await;
        let text = String::from_utf8(answer.body().to_vec()).unwrap();
        assert_eq!(answer.status(), 403);
        assert!(
            text.contains("<Code>MissingAuthenticationToken</Code>"),
            "{text}"
        );
    }
    // Nonsense is answered, whatever it is.
    for url in [
        "/",
        "http://h/%ff",
        "http://h/b/%zz",
        "https://sts.amazonaws.com/?%",
        "http://[::1]/b?X-Amz-Signature=1",
    ] {
        for method in ["GET", "POST", "DELETE", "PATCH", "HEAD"] {
            let answer = request(
                method,
                url,
                "multipart/form-data; boundary=b",
                b"--b\r\n\xff",
            )
            .await;
            assert!(answer.status().as_u16() >= 400, "{method} {url}");
        }
    }
}

#[tokio::test]
async fn a_large_document_was_an_internal_error() {
    use aws_sdk_s3::types::{Delete, ObjectIdentifier};
    let world = World::default();
    let s3 = world.s3();
    s3.create_bucket().bucket("bucket").send().await.unwrap();
    let delete = async |bytes: usize| {
        let object = ObjectIdentifier::builder().key("k".repeat(bytes));
        let delete = Delete::builder().objects(object.build().unwrap());
        let delete = delete.build().unwrap();
        let sent = s3.delete_objects().bucket("bucket").delete(delete);
        sent.send().await
    };
    let refused = delete(20 << 20).await.unwrap_err();
    let status = refused.raw_response().unwrap().status().as_u16();
    assert_eq!(status, 400);
    let refused: Result<(), _> = Err(refused);
    assert_eq!(code(refused), "MaxMessageLengthExceeded");
    assert_eq!(message(delete(21 << 20).await), "Your request was too big.");
    assert!(delete(1 << 20).await.is_ok());
}

#[tokio::test]
async fn requests_of_another_time() {
    let world = World::default();
    let late = world.hands.clone();
    let signed = world.s3().put_object().bucket("bucket").key("key");
    let presigned = world.s3().get_object().bucket("bucket").key("key");
    signed.send().await.unwrap();

    // The client's clock stands still while the server's goes on.
    let still = Hands(std::sync::Arc::new(std::sync::atomic::AtomicU64::new(
        START,
    )));
    let slow = s3_client(&world.aws, &still, &world.aws.ambient(), "us-east-1");
    late.advance(15 * 60);
    assert!(slow.list_buckets().send().await.is_ok());
    late.advance(1);
    assert_eq!(
        code(slow.list_buckets().send().await),
        "RequestTimeTooSkewed"
    );

    // By the server's clock from here on.
    let url = presigned.presigned(world.minute()).await.unwrap();
    let get = async || {
        let request = http::Request::builder()
            .uri(url.uri())
            .body(bytes::Bytes::new())
            .unwrap();
        world.aws.call(request).await
    };
    assert_eq!(get().await.status(), 200);
    late.advance(61);
    let answer = get().await;
    let text = String::from_utf8(answer.body().to_vec()).unwrap();
    assert_eq!(answer.status(), 403);
    assert!(
        text.contains("<Message>Request has expired</Message>"),
        "{text}"
    );
}

#[tokio::test]
async fn what_is_not_there_says_so() {
    let world = World::default();
    let result = world
        .s3()
        .get_bucket_versioning()
        .bucket("bucket")
        .send()
        .await;
    assert_eq!(
        message(result),
        "GetBucketVersioning is not implemented yet"
    );
    assert_eq!(
        code(
            world
                .s3()
                .get_object_acl()
                .bucket("bucket")
                .key("k")
                .send()
                .await
        ),
        "NotImplemented"
    );
    world
        .s3()
        .put_object()
        .bucket("bucket")
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(
        code(
            world
                .s3()
                .get_object()
                .bucket("bucket")
                .key("k")
                .version_id("v1")
                .send()
                .await
        ),
        "InvalidArgument"
    );
}
