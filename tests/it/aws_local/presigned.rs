//! Presigned URLs.

use aws_sdk_s3::primitives::ByteStream;
use base64::Engine;

use super::refusals::assumed;
use super::world::{START, World};

#[tokio::test]
async fn presigned_requests() {
    let world = World::default();
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

/// A signature of version 2, as it stands in a query.
fn signed(secret: &str, text: &str) -> String {
    use hmac::{KeyInit, Mac};
    let mut mac = hmac::Hmac::<sha1::Sha1>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    encode(&signature)
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn presigned_requests_of_version_2() {
    let world = World::default();
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
        format!(
            "https://{host}{path}?AWSAccessKeyId={}&Expires={expires}&Signature={}&response-content-type=x%2Fy\
             &x-amz-security-token={}",
            credentials.access_key_id,
            signed(secret, &to_sign),
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
    let (end, good) = (START + 60, (200, "x/y".to_owned(), "text".to_owned()));
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
    let (status, _, text) = get(url("bucket.s3.amazonaws.com", "/a%20b", START - 1, secret)).await;
    assert!(
        status == 403 && text.contains("Request has expired"),
        "{text}"
    );
}

#[tokio::test]
async fn documents_for_aws_sdk_2() {
    let world = World::default();
    let ambient = world.aws.ambient();
    world
        .s3()
        .put_object()
        .bucket("bucket")
        .key("key")
        .tagging("a=b")
        .send()
        .await
        .unwrap();
    let get = async |path: &str, signed_as: &str, parameter: &str| {
        let (end, token) = (START + 60, ambient.session_token.as_deref().unwrap());
        let text =
            format!("GET\n\n\n{end}\nx-amz-security-token:{token}\n/bucket{path}?{signed_as}");
        let url = format!(
            "https://bucket.s3.amazonaws.com{path}?{parameter}&AWSAccessKeyId={}&Expires={end}&Signature={}\
             &x-amz-security-token={}",
            ambient.access_key_id,
            signed(&ambient.secret_access_key, &text),
            encode(token)
        );
        let answer = world
            .aws
            .call(http::Request::get(url).body(bytes::Bytes::new()).unwrap())
            .await;
        String::from_utf8(answer.body().to_vec()).unwrap()
    };
    let tags = get("/key", "tagging", "tagging=").await;
    assert!(tags.contains("<Key>a</Key><Value>b</Value>"), "{tags}");
    let place = get("/", "location", "location").await;
    assert!(place.contains("?>\n<LocationConstraint"), "{place}");
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    use hmac::{KeyInit, Mac};
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// What is answered to a form for `key` whose policy ends at `expiration`.
async fn posted(world: &World, expiration: &str, file_name: &str) -> String {
    let keys = world.aws.ambient();
    let token = keys.session_token.unwrap();
    let scope = "20200102/us-west-2/s3/aws4_request";
    let fields = [
        ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
        (
            "x-amz-credential",
            format!("{}/{scope}", keys.access_key_id),
        ),
        ("x-amz-date", "20200102T030405Z".to_owned()),
        ("x-amz-security-token", token),
    ];
    let mut conditions: Vec<serde_json::Value> = fields
        .iter()
        .map(|(name, value)| serde_json::json!({ *name: value }))
        .collect();
    conditions.push(serde_json::json!({ "bucket": "bucket" }));
    conditions.push(serde_json::json!(["starts-with", "$key", "up/"]));
    let policy = serde_json::json!({ "expiration": expiration, "conditions": conditions });
    let policy = base64::engine::general_purpose::STANDARD.encode(policy.to_string());
    let start = format!("AWS4{}", keys.secret_access_key).into_bytes();
    let key = scope.split('/').fold(start, |key, piece| hmac(&key, piece));
    let signature: String = hmac(&key, &policy)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut form = String::new();
    let more = [
        ("key", "up/${filename}".to_owned()),
        ("policy", policy),
        ("x-amz-signature", signature),
    ];
    for (name, value) in fields.iter().chain(&more) {
        form += &format!(
            "--EDGE\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
    }
    form += &format!(
        "--EDGE\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\r\ntext\r\n--EDGE--\r\n"
    );
    let request = http::Request::post("https://bucket.s3.us-west-2.amazonaws.com/")
        .header("content-type", "multipart/form-data; boundary=EDGE")
        .body(bytes::Bytes::from(form))
        .unwrap();
    let answer = world.aws.call(request).await;
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    let message = text.split("Message>").nth(1).unwrap_or_default();
    format!(
        "{} {}",
        answer.status().as_u16(),
        message.trim_end_matches("</")
    )
}

#[tokio::test]
async fn a_form_was_good_for_ever_by_segfns_clock() {
    let world = World::default();
    world
        .s3()
        .create_bucket()
        .bucket("bucket")
        .send()
        .await
        .unwrap();
    let end = "2099-01-01T00:00:00.000Z";
    assert_eq!(posted(&world, end, r"C:\own\a.txt").await, "204 ");
    assert!(world.file("bucket", "up/a.txt").is_file());
    assert_eq!(posted(&world, end, "${filename}").await, "204 ");
    assert!(world.file("bucket", "up/${filename}").is_file());
    world.hands.advance(80 * 366 * 24 * 3600);
    assert_eq!(
        posted(&world, end, "late").await,
        "403 Invalid according to Policy: Policy expired."
    );
    assert!(!world.file("bucket", "up/late").exists());
}
