//! What is done to objects that are there: copies, deletes, tags.

use aws_sdk_s3::types::{Delete, MetadataDirective, ObjectIdentifier, Tag, Tagging};

use super::world::{World, code};

#[tokio::test]
async fn copies() {
    let world = World::default();
    let (source, target) = (world.bucket("source"), world.bucket("target"));
    source
        .put("a b/ü", "text")
        .content_type("text/plain")
        .metadata("who", "me")
        .send()
        .await
        .unwrap();
    let copy = || target.copy("copy", "source/a%20b/%C3%BC");
    let copied = copy().send().await.unwrap();
    assert_eq!(
        copied.copy_object_result().unwrap().e_tag(),
        Some("\"1cb251ec0d568de6a929b520c4aed8d1\"")
    );
    let head = target.head("copy").send().await.unwrap();
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
    let head = target.head("copy").send().await.unwrap();
    assert_eq!(head.metadata().unwrap()["who"], "you");
    assert_eq!(target.bytes("copy").await, b"text");

    let onto_itself = target.copy("copy", "target/copy").send().await;
    assert_eq!(code(onto_itself), "InvalidRequest");
    let nothing = target.copy("copy", "source/nothing").send().await;
    assert_eq!(code(nothing), "NoSuchKey");
}

#[tokio::test]
async fn deletes() {
    let world = World::default();
    let bucket = world.bucket("bucket");
    for key in ["a", "b/c/d", "b/e"] {
        bucket.put(key, "").send().await.unwrap();
    }
    bucket.delete("b/c/d").send().await.unwrap();
    assert!(!world.file("bucket", "b/c").exists() && world.file("bucket", "b").exists());
    bucket.delete("never").send().await.expect("no error in S3");
    assert_eq!(code(bucket.get("b/c/d").send().await), "NoSuchKey");

    let named = |key: &str| ObjectIdentifier::builder().key(key).build().unwrap();
    let delete = Delete::builder()
        .objects(named("a"))
        .objects(named("b/e"))
        .objects(named("never"));
    let deleted = bucket
        .s3
        .delete_objects()
        .bucket("bucket")
        .delete(delete.build().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(deleted.deleted().len(), 3);
    assert!(world.file("bucket", "").exists(), "the bucket stays");
    bucket
        .s3
        .delete_bucket()
        .bucket("bucket")
        .send()
        .await
        .unwrap();
    assert!(!world.file("bucket", "").exists());
}

#[tokio::test]
async fn tags() {
    let world = World::default();
    let bucket = world.bucket("bucket");
    bucket.put("key", b"x").send().await.unwrap();
    let tag = Tag::builder()
        .key("colour")
        .value("red + blue")
        .build()
        .unwrap();
    let tagging = Tagging::builder().tag_set(tag.clone()).build().unwrap();
    bucket
        .s3
        .put_object_tagging()
        .bucket("bucket")
        .key("key")
        .tagging(tagging)
        .send()
        .await
        .unwrap();
    let got = bucket
        .s3
        .get_object_tagging()
        .bucket("bucket")
        .key("key")
        .send()
        .await
        .unwrap();
    assert_eq!(got.tag_set(), [tag]);
    assert_eq!(bucket.bytes("key").await, b"x");
    bucket
        .s3
        .delete_object_tagging()
        .bucket("bucket")
        .key("key")
        .send()
        .await
        .unwrap();
    let got = bucket
        .s3
        .get_object_tagging()
        .bucket("bucket")
        .key("key")
        .send()
        .await
        .unwrap();
    assert!(got.tag_set().is_empty());
    let twice = bucket.put("key", "").tagging("a=1&a=2").send().await;
    assert_eq!(code(twice), "InvalidTag");
}

#[tokio::test]
async fn objects_under_a_customers_key_need_it() {
    let world = World::default();
    let bucket = world.bucket("bucket");
    let (key, md5) = (
        "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "KYvwGXoFFJ42a2u2GDWhwQ==",
    );
    let put = bucket.put("key", "").sse_customer_algorithm("AES256");
    put.sse_customer_key(key)
        .sse_customer_key_md5(md5)
        .send()
        .await
        .unwrap();
    assert_eq!(code(bucket.get("key").send().await), "InvalidRequest");
    let get = bucket.get("key").sse_customer_algorithm("AES256");
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
    let bucket = world.bucket("bucket");
    let put = async |key: &str| {
        let put = bucket.put(key, "x");
        put.send().await.unwrap().e_tag.unwrap()
    };
    let etag = put("key").await;
    let delete = |key: &str, etag: &str| bucket.delete(key).if_match(etag).send();
    assert_eq!(code(delete("key", "\"other\"").await), "PreconditionFailed");
    assert_eq!(code(delete("none", "*").await), "NoSuchKey");

    let copy = || bucket.copy("copy", "bucket/key");
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
    let deleted = bucket
        .s3
        .delete_objects()
        .bucket("bucket")
        .delete(several)
        .send()
        .await
        .unwrap();
    assert_eq!(deleted.deleted()[0].key(), Some("copy"));
    assert_eq!(deleted.errors()[0].code(), Some("PreconditionFailed"));
    delete("key", &etag).await.unwrap();
    let listed = bucket.list().await;
    assert!(listed.is_empty());
}

fn object(key: &str, etag: Option<&str>) -> ObjectIdentifier {
    ObjectIdentifier::builder()
        .key(key)
        .set_e_tag(etag.map(str::to_owned))
        .build()
        .unwrap()
}
