//! What is done to objects that are there: copies, deletes, tags.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, MetadataDirective, ObjectIdentifier, Tag, Tagging};

use super::objects::body;
use super::world::{World, code};

#[tokio::test]
async fn copies() {
    let world = World::default();
    let s3 = world.s3();
    s3.put_object()
        .bucket("source")
        .key("a b/ü")
        .content_type("text/plain")
        .metadata("who", "me")
        .body(ByteStream::from_static(b"text"))
        .send()
        .await
        .unwrap();
    let copy = || {
        s3.copy_object()
            .bucket("target")
            .key("copy")
            .copy_source("source/a%20b/%C3%BC")
    };
    let copied = copy().send().await.unwrap();
    assert_eq!(
        copied.copy_object_result().unwrap().e_tag(),
        Some("\"1cb251ec0d568de6a929b520c4aed8d1\"")
    );
    let head = s3
        .head_object()
        .bucket("target")
        .key("copy")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            head.content_type(),
            head.metadata().unwrap()["who"].as_str()
        ),
        (Some("text/plain"), "me")
    );
    copy()
        .metadata_directive(MetadataDirective::Replace)
        .metadata("who", "you")
        .send()
        .await
        .unwrap();
    let head = s3
        .head_object()
        .bucket("target")
        .key("copy")
        .send()
        .await
        .unwrap();
    assert_eq!(head.metadata().unwrap()["who"], "you");
    assert_eq!(body(&s3, "target", "copy").await, b"text");

    let onto_itself = s3
        .copy_object()
        .bucket("target")
        .key("copy")
        .copy_source("target/copy")
        .send()
        .await;
    assert_eq!(code(onto_itself), "InvalidRequest");
    let nothing = s3
        .copy_object()
        .bucket("target")
        .key("copy")
        .copy_source("source/nothing")
        .send()
        .await;
    assert_eq!(code(nothing), "NoSuchKey");
}

#[tokio::test]
async fn deletes() {
    let world = World::default();
    let s3 = world.s3();
    for key in ["a", "b/c/d", "b/e"] {
        s3.put_object()
            .bucket("bucket")
            .key(key)
            .send()
            .await
            .unwrap();
    }
    s3.delete_object()
        .bucket("bucket")
        .key("b/c/d")
        .send()
        .await
        .unwrap();
    assert!(!world.file("bucket", "b/c").exists() && world.file("bucket", "b").exists());
    s3.delete_object()
        .bucket("bucket")
        .key("never")
        .send()
        .await
        .expect("no error in S3");
    assert_eq!(
        code(s3.get_object().bucket("bucket").key("b/c/d").send().await),
        "NoSuchKey"
    );

    let named = |key: &str| ObjectIdentifier::builder().key(key).build().unwrap();
    let delete = Delete::builder()
        .objects(named("a"))
        .objects(named("b/e"))
        .objects(named("never"));
    let deleted = s3
        .delete_objects()
        .bucket("bucket")
        .delete(delete.build().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(deleted.deleted().len(), 3);
    assert!(world.file("bucket", "").exists(), "the bucket stays");
    s3.delete_bucket().bucket("bucket").send().await.unwrap();
    assert!(!world.file("bucket", "").exists());
}

#[tokio::test]
async fn tags() {
    let world = World::default();
    let s3 = world.s3();
    s3.put_object()
        .bucket("bucket")
        .key("key")
        .body(ByteStream::from_static(b"x"))
        .send()
        .await
        .unwrap();
    let tag = Tag::builder()
        .key("colour")
        .value("red + blue")
        .build()
        .unwrap();
    let tagging = Tagging::builder().tag_set(tag.clone()).build().unwrap();
    s3.put_object_tagging()
        .bucket("bucket")
        .key("key")
        .tagging(tagging)
        .send()
        .await
        .unwrap();
    let got = s3
        .get_object_tagging()
        .bucket("bucket")
        .key("key")
        .send()
        .await
        .unwrap();
    assert_eq!(got.tag_set(), [tag]);
    assert_eq!(body(&s3, "bucket", "key").await, b"x");
    s3.delete_object_tagging()
        .bucket("bucket")
        .key("key")
        .send()
        .await
        .unwrap();
    let got = s3
        .get_object_tagging()
        .bucket("bucket")
        .key("key")
        .send()
        .await
        .unwrap();
    assert!(got.tag_set().is_empty());
    let twice = s3
        .put_object()
        .bucket("bucket")
        .key("key")
        .tagging("a=1&a=2")
        .send()
        .await;
    assert_eq!(code(twice), "InvalidTag");
}

#[tokio::test]
async fn objects_under_a_customers_key_need_it() {
    let world = World::default();
    let s3 = world.s3();
    let (key, md5) = (
        "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "KYvwGXoFFJ42a2u2GDWhwQ==",
    );
    let put = s3
        .put_object()
        .bucket("bucket")
        .key("key")
        .sse_customer_algorithm("AES256");
    put.sse_customer_key(key)
        .sse_customer_key_md5(md5)
        .send()
        .await
        .unwrap();
    assert_eq!(
        code(s3.get_object().bucket("bucket").key("key").send().await),
        "InvalidRequest"
    );
    let get = s3
        .get_object()
        .bucket("bucket")
        .key("key")
        .sse_customer_algorithm("AES256");
    assert!(
        get.sse_customer_key(key)
            .sse_customer_key_md5(md5)
            .send()
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn deletes_and_copies_keep_their_conditions() {
    let world = World::default();
    let s3 = world.s3();
    let put = async |key: &str| {
        let body = ByteStream::from_static(b"x");
        let put = s3.put_object().bucket("bucket").key(key).body(body);
        put.send().await.unwrap().e_tag.unwrap()
    };
    let etag = put("key").await;
    let delete = |key: &str, etag: &str| {
        s3.delete_object()
            .bucket("bucket")
            .key(key)
            .if_match(etag)
            .send()
    };
    assert_eq!(code(delete("key", "\"other\"").await), "PreconditionFailed");
    assert_eq!(code(delete("none", "*").await), "NoSuchKey");

    let copy = || {
        s3.copy_object()
            .bucket("bucket")
            .key("copy")
            .copy_source("bucket/key")
    };
    assert_eq!(
        code(copy().if_match(&etag).send().await),
        "NoSuchKey",
        "there is nothing yet that could match"
    );
    copy().if_none_match("*").send().await.unwrap();
    assert_eq!(
        code(copy().if_none_match("*").send().await),
        "PreconditionFailed"
    );
    assert_eq!(
        code(copy().if_match("\"other\"").send().await),
        "PreconditionFailed"
    );
    copy().if_match(&etag).send().await.unwrap();

    let several = Delete::builder()
        .objects(object("key", Some("\"other\"")))
        .objects(object("copy", Some(&etag)))
        .build()
        .unwrap();
    let deleted = s3
        .delete_objects()
        .bucket("bucket")
        .delete(several)
        .send()
        .await
        .unwrap();
    assert_eq!(deleted.deleted()[0].key(), Some("copy"));
    assert_eq!(deleted.errors()[0].code(), Some("PreconditionFailed"));
    delete("key", &etag).await.unwrap();
    let listed = s3.list_objects_v2().bucket("bucket").send().await.unwrap();
    assert!(listed.contents().is_empty());
}

fn object(key: &str, etag: Option<&str>) -> ObjectIdentifier {
    ObjectIdentifier::builder()
        .key(key)
        .set_e_tag(etag.map(str::to_owned))
        .build()
        .unwrap()
}
