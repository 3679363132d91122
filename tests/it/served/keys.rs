//! Keys: who has none is let in nowhere.

use super::{line, signing_at, url_to_get};
use crate::support::Folder;
use crate::support::served::{FIXED_KEY, Served};

/// What is answered to who signs with a key.
fn read_with(served: &Served, id: &str, secret: &str) -> (u16, String) {
    let url = url_to_get(&signing_at(served.url(), id, secret), "key");
    let host = format!("host: {}", served.address());
    let answer = served.ask(&[&line("GET", served, &url), &host], "");
    let (status, code) = answer.refusal();
    (
        status,
        if code.is_empty() { &answer.body } else { code }.to_owned(),
    )
}

#[test]
fn everybody_knew_the_key() {
    let folder = Folder::new(&[(".segfn/s3/bkt/key", "it")]);
    let [one, other] = [(); 2].map(|()| Served::start(&folder, &[]));
    let key = |served: &Served| {
        let told = |name| served.told(name).to_owned();
        (told("accessKeyId"), told("secretAccessKey"))
    };
    let ((id, secret), others) = (key(&one), key(&other));
    assert!(id != others.0 && secret != others.1);
    let known = |code: &str| (403, code.to_owned());
    assert_eq!(read_with(&one, &id, &secret), (200, "it".to_owned()));
    assert_eq!(
        read_with(&one, &id, &others.1),
        known("SignatureDoesNotMatch")
    );
    assert_eq!(
        read_with(&one, &others.0, &others.1),
        known("InvalidAccessKeyId")
    );
    assert_eq!(read_with(&one, "test", "test"), known("InvalidAccessKeyId"));
}

#[test]
fn a_key_can_be_fixed() {
    let folder = Folder::new(&[(".segfn/s3/bkt/key", "it")]);
    let served = Served::start(&folder, &FIXED_KEY);
    assert_eq!(read_with(&served, "test", "test"), (200, "it".to_owned()));
}

#[test]
fn a_function_without_credentials_signs_with_the_key_in_the_url() {
    let body = "async function onTrack() {
      const s3 = new AWS.S3({ region: 'us-east-1' });
      try {
        const got = await s3.getObject({ Bucket: 'bkt', Key: 'key' }).promise();
        return String(got.Body);
      } catch (error) {
        return error.code;
      }
    }";
    let folder = Folder::new(&[("elsewhere/s3/bkt/key", "it"), ("f.js", body)]);
    let served = Served::start(&folder, &["--dir", "elsewhere"]);
    let run = |aws: &str| {
        let (_, outcomes) = folder.outcomes(&["f.js", "--aws", aws]);
        outcomes[0]["value"].as_str().expect("a text").to_owned()
    };
    let (id, secret) = (served.told("accessKeyId"), served.told("secretAccessKey"));
    let address = served.address();
    assert_eq!(run(&format!("http://{id}:{secret}@{address}")), "it");
    assert_eq!(
        run(&format!("http://{id}:other@{address}/")),
        "SignatureDoesNotMatch"
    );
    assert_eq!(run(served.url()), "InvalidAccessKeyId");
}

#[test]
fn who_had_no_key_got_one_by_any_token() {
    let folder = Folder::new(&[]);
    let role = "arn:aws:iam::123456789012:role/web";
    // {"iss":"https://idp.test","sub":"someone","aud":"app"}
    let claims = "eyJpc3MiOiJodHRwczovL2lkcC50ZXN0Iiwic3ViIjoic29tZW9uZSIsImF1ZCI6ImFwcCJ9";
    let form = format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={role}\
         &RoleSessionName=s1&WebIdentityToken=eyJhbGciOiJub25lIn0.{claims}.eA"
    );
    let ask = |served: &Served| {
        let host = format!("host: {}", served.address());
        let kind = "content-type: application/x-www-form-urlencoded";
        served.ask(&["POST / HTTP/1.1", &host, kind], &form)
    };
    let served = Served::start(&folder, &[]);
    let answer = ask(&served);
    assert_eq!(answer.refusal(), (403, "AccessDenied"), "{answer:?}");
    assert!(
        answer.body.contains("the roles of --role only"),
        "{answer:?}"
    );
    let served = Served::start(&folder, &["--role", role]);
    let answer = ask(&served);
    assert!(answer.body.contains("<SecretAccessKey>"), "{answer:?}");
}
