//! Who and what is refused, with the codes of AWS; and buckets, which are mostly refusals.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::BucketLocationConstraint;
use aws_sdk_s3::types::CreateBucketConfiguration;
use segfn::aws_local::Credentials;

use crate::World;
use crate::code;
use crate::message;

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
    let world = World::new();
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
    let foreign = World::new();
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
    let world = World::new();
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
async fn requests_of_another_time() {
    let world = World::new();
    let late = world.hands.clone();
    let signed = world.s3().put_object().bucket("bucket").key("key");
    let presigned = world.s3().get_object().bucket("bucket").key("key");
    signed.send().await.unwrap();

    // The client's clock stands still while the server's goes on.
    let still = crate::Hands(std::sync::Arc::new(std::sync::atomic::AtomicU64::new(
        crate::START,
    )));
    let slow = crate::s3_client(&world.aws, &still, &world.aws.ambient(), "us-east-1");
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
async fn presigned_requests() {
    let world = World::new();
    let credentials = assumed(&world).await;
    let s3 = world.s3_as(&credentials, "eu-west-1");
    let send = async |method: &str, url: &str, body: &'static [u8]| {
        let request = http::Request::builder().method(method).uri(url);
        world
            .aws
            .call(request.body(bytes::Bytes::from_static(body)).unwrap())
            .await
    };
    let put = s3
        .put_object()
        .bucket("bucket")
        .key("a b/ü")
        .metadata("m", "v")
        .presigned(world.minute())
        .await
        .unwrap();
    let request = put
        .headers()
        .fold(http::Request::put(put.uri()), |request, (name, value)| {
            request.header(name, value)
        });
    let answer = world
        .aws
        .call(request.body(bytes::Bytes::from_static(b"text")).unwrap())
        .await;
    assert_eq!(answer.status(), 200, "{:?}", answer.body());
    let head = s3
        .head_object()
        .bucket("bucket")
        .key("a b/ü")
        .send()
        .await
        .unwrap();
    assert_eq!(head.metadata().unwrap()["m"], "v");
    let bucket = s3.head_bucket().bucket("bucket").send().await.unwrap();
    assert_eq!(
        bucket.bucket_region(),
        Some("eu-west-1"),
        "the region of the signature"
    );

    let get = s3
        .get_object()
        .bucket("bucket")
        .key("a b/ü")
        .response_content_type("x/y");
    let url = get
        .presigned(world.minute())
        .await
        .unwrap()
        .uri()
        .to_owned();
    let answer = send("GET", &url, b"").await;
    assert_eq!(
        (answer.status().as_u16(), &answer.body()[..]),
        (200, &b"text"[..])
    );
    assert_eq!(answer.headers()["content-type"], "x/y");
    let refused = async |method: &str, url: &str| {
        let answer = send(method, url, b"").await;
        let text = String::from_utf8(answer.body().to_vec()).unwrap();
        text.split(['<', '>'])
            .skip_while(|word| *word != "Code")
            .nth(1)
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(refused("PUT", &url).await, "SignatureDoesNotMatch");
    assert_eq!(
        refused("GET", &url.replace("x%2Fy", "x%2Fz")).await,
        "SignatureDoesNotMatch"
    );
    assert_eq!(
        refused("GET", &url.replace("a%20b", "c")).await,
        "SignatureDoesNotMatch"
    );
    let token = "&X-Amz-Security-Token=";
    let (start, rest) = url.split_once(token).unwrap();
    let rest = rest.split_once('&').map_or("", |(_, rest)| rest);
    assert_eq!(
        refused("GET", &format!("{start}&{rest}")).await,
        "SignatureDoesNotMatch"
    );
    assert_eq!(
        refused("GET", &url.replace("X-Amz-Date=", "X-Amz-Dat=")).await,
        "AuthorizationQueryParametersError"
    );
    world.hands.advance(3600);
    assert_eq!(refused("GET", &url).await, "AccessDenied");
}

#[tokio::test]
async fn presigned_requests_of_version_2() {
    use hmac::KeyInit;
    use hmac::Mac;
    let world = World::new();
    let credentials = assumed(&world).await;
    world
        .s3()
        .put_object()
        .bucket("bucket")
        .key("a b")
        .body(ByteStream::from_static(b"text"))
        .send()
        .await
        .unwrap();
    let token = credentials.session_token.unwrap();
    let encode =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let url = |host: &str, path: &str, expires: u64, secret: &str| {
        let to_sign = format!(
            "GET\n\n\n{expires}\nx-amz-security-token:{token}\n/bucket/a%20b?response-content-type=x/y"
        );
        let mut mac = hmac::Hmac::<sha1::Sha1>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(to_sign.as_bytes());
        let signature = base64::Engine::encode(
            &base64::engine::general_purpose::STANDARD,
            mac.finalize().into_bytes(),
        );
        format!(
            "https://{host}{path}?AWSAccessKeyId={}&Expires={expires}&Signature={}&response-content-type=x%2Fy\
             &x-amz-security-token={}",
            credentials.access_key_id,
            encode(&signature),
            encode(&token)
        )
    };
    let get = async |url: String| {
        let request = http::Request::get(url).body(bytes::Bytes::new()).unwrap();
        let answer = world.aws.call(request).await;
        let kind = answer
            .headers()
            .get("content-type")
            .map(|kind| kind.to_str().unwrap().to_owned());
        (
            answer.status().as_u16(),
            kind.unwrap_or_default(),
            String::from_utf8(answer.body().to_vec()).unwrap(),
        )
    };
    let secret = credentials.secret_access_key.as_str();
    let (end, good) = (
        crate::START + 60,
        (200, "x/y".to_owned(), "text".to_owned()),
    );
    assert_eq!(
        get(url("bucket.s3.amazonaws.com", "/a%20b", end, secret)).await,
        good
    );
    assert_eq!(
        get(url("127.0.0.1:9000", "/bucket/a%20b", end, secret)).await,
        good
    );
    let (status, _, text) = get(url("bucket.s3.amazonaws.com", "/a%20b", end, "wrong")).await;
    assert!(
        status == 403 && text.contains("SignatureDoesNotMatch"),
        "{text}"
    );
    let (status, _, text) = get(url(
        "bucket.s3.amazonaws.com",
        "/a%20b",
        crate::START - 1,
        secret,
    ))
    .await;
    assert!(
        status == 403 && text.contains("Request has expired"),
        "{text}"
    );
}

#[tokio::test]
async fn buckets() {
    let world = World::new();
    let s3 = world.s3();
    let ireland = world.s3_as(&world.aws.ambient(), "eu-west-1");
    assert_eq!(
        code(s3.get_object().bucket("unknown").key("k").send().await),
        "NoSuchBucket"
    );
    assert_eq!(
        code(s3.list_objects_v2().bucket("unknown").send().await),
        "NoSuchBucket"
    );
    assert_eq!(
        code(s3.delete_object().bucket("unknown").key("k").send().await),
        "NoSuchBucket"
    );
    assert_eq!(
        code(s3.delete_bucket().bucket("unknown").send().await),
        "NoSuchBucket"
    );
    assert_eq!(
        code(s3.head_bucket().bucket("unknown").send().await),
        "NotFound"
    );
    assert!(
        world.folder.path().read_dir().is_err(),
        "nothing is on the disk yet"
    );

    ireland
        .put_object()
        .bucket("by-put")
        .key("k")
        .body(ByteStream::from_static(b"x"))
        .send()
        .await
        .unwrap();
    let head = s3.head_bucket().bucket("by-put").send().await.unwrap();
    assert_eq!(head.bucket_region(), Some("eu-west-1"));
    let place = s3
        .get_bucket_location()
        .bucket("by-put")
        .send()
        .await
        .unwrap();
    assert_eq!(
        place.location_constraint(),
        Some(&BucketLocationConstraint::EuWest1)
    );

    s3.create_bucket().bucket("here").send().await.unwrap();
    assert_eq!(
        s3.create_bucket()
            .bucket("here")
            .send()
            .await
            .unwrap()
            .location(),
        Some("/here")
    );
    let at = |region: &str| {
        CreateBucketConfiguration::builder()
            .location_constraint(region.into())
            .build()
    };
    let create = |region: &str| {
        ireland
            .create_bucket()
            .bucket("here")
            .create_bucket_configuration(at(region))
            .send()
    };
    assert_eq!(code(create("eu-west-1").await), "BucketAlreadyOwnedByYou");
    assert_eq!(
        code(create("us-west-2").await),
        "IllegalLocationConstraintException"
    );
    assert_eq!(
        code(ireland.create_bucket().bucket("new").send().await),
        "IllegalLocationConstraintException"
    );
    assert_eq!(
        code(s3.create_bucket().bucket("Not_A_Bucket").send().await),
        "InvalidBucketName"
    );
    let listed = s3.list_buckets().send().await.unwrap();
    let names: Vec<_> = listed
        .buckets()
        .iter()
        .filter_map(|bucket| bucket.name())
        .collect();
    assert_eq!(names, ["by-put", "here"]);
    assert_eq!(
        code(s3.delete_bucket().bucket("by-put").send().await),
        "BucketNotEmpty"
    );
}

#[tokio::test]
async fn what_is_not_there_says_so() {
    let world = World::new();
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
