//! `segfn aws` as other programs see it.

use serde_json::json;

use super::servers::python;
use crate::support::Folder;
use crate::support::served::Served;

#[test]
fn presigned_forms_and_urls_of_boto3() {
    let folder = Folder::new(&[]);
    let served = Served::start(&folder, &[]);
    let told = python(
        "presigned.py",
        &[
            served.url(),
            served.told("accessKeyId"),
            served.told("secretAccessKey"),
        ],
    );
    let mut expected = json!({
        "no token": "403 InvalidAccessKeyId",
        "another's token": "400 InvalidToken",
    });
    for keys in ["long-term", "temporary"] {
        for (label, answer) in [
            ("a form", json!("204")),
            ("what it stored", json!("the file")),
            ("another key", json!("403 AccessDenied")),
            ("an extra field", json!("403 AccessDenied")),
            ("an ignored field", json!("204")),
            ("a wrong signature", json!("403 SignatureDoesNotMatch")),
            ("another's policy", json!("403 AccessDenied")),
            ("an unknown key", json!("403 AccessDenied")),
            ("no file", json!("400 InvalidArgument")),
            ("no policy", json!("403 AccessDenied")),
            ("in the range", json!("201")),
            ("its head", json!(["text/x", { "m": "v" }, 8])),
            ("under its file's name", json!("201")),
            ("too large", json!("400 EntityTooLarge")),
            ("too small", json!("400 EntityTooSmall")),
            ("elsewhere", json!("403 AccessDenied")),
            ("another type", json!("403 AccessDenied")),
            ("expired", json!("403 AccessDenied")),
        ] {
            expected[format!("{keys}: {label}")] = answer;
        }
        for signature in ["s3v4", "s3"] {
            for (label, answer) in [
                ("put", json!("200")),
                ("put another type", json!("403 SignatureDoesNotMatch")),
                ("get", json!(["200 put", "c/d"])),
                ("a range", json!("206 ut")),
                ("two ranges", json!("200 put")),
                ("another key", json!("403 SignatureDoesNotMatch")),
                ("another method", json!("403 SignatureDoesNotMatch")),
                ("another answer", json!("403 SignatureDoesNotMatch")),
                ("expired", json!("403 AccessDenied")),
            ] {
                expected[format!("{keys} {signature}: {label}")] = answer;
            }
        }
    }
    for signature in ["s3v4", "s3"] {
        expected[format!("temporary {signature}: no token")] = json!("403 SignatureDoesNotMatch");
    }
    assert_eq!(told, expected);
}
