//! Buckets.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};

use super::world::{World, code, message};

#[tokio::test]
async fn buckets() {
    let world = World::default();
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
async fn a_bucket_that_cannot_be_read_was_none() {
    let world = World::default();
    let buckets = world.folder.path().join("s3");
    std::fs::create_dir_all(&buckets).unwrap();
    std::os::unix::fs::symlink("looped", buckets.join("looped")).unwrap();
    let asked = world.s3().get_bucket_location().bucket("looped").send();
    let told = message(asked.await);
    assert!(told.contains("s3/looped: "), "{told}");
}
