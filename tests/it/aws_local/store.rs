//! What the disk holds, whatever happens: no half objects, no lost ones.

use std::fs;
use std::sync::Arc;

use super::world::{World, code, noise, open};

/// The files below a folder.
pub fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// Exchanges the body of a request after it was signed.
#[derive(Debug)]
struct Tamper;

impl aws_sdk_s3::config::Intercept for Tamper {
    fn name(&self) -> &'static str {
        "Tamper"
    }

    fn modify_before_transmit(
        &self,
        context: &mut aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextMut<'_>,
        _: &aws_smithy_runtime_api::client::runtime_components::RuntimeComponents,
        _: &mut aws_smithy_types::config_bag::ConfigBag,
    ) -> Result<(), aws_sdk_s3::error::BoxError> {
        *context.request_mut().body_mut() = aws_smithy_types::body::SdkBody::from("third!");
        Ok(())
    }
}

#[tokio::test]
async fn a_body_that_is_refused_leaves_nothing() {
    let world = World::default();
    let bucket = world.bucket("bucket");
    bucket.put("key", "first").send().await.unwrap();
    let put = bucket.put("key", noise(100_000)).content_type("x/y");
    let put = put.content_md5("AAAAAAAAAAAAAAAAAAAAAA==");
    assert_eq!(code(put.send().await), "BadDigest");

    // Signed for one body, sent with another: the signature is right, its hash of the body isn't.
    let tampered = bucket
        .put("key", "second")
        .customize()
        .interceptor(Tamper)
        .send()
        .await;
    assert_eq!(code(tampered), "XAmzContentSHA256Mismatch");

    assert_eq!(fs::read(world.file("bucket", "key")).unwrap(), b"first");
    assert_eq!(files(&world.folder.path().join("s3")).len(), 1);
    let details = files(&world.folder.path().join("s3-state/details"));
    assert_eq!(details.len(), 1, "of the first: the SDK gives its checksum");
    let left = files(&world.folder.path().join("s3-state/temporary"));
    assert!(left.iter().all(|path| path.ends_with("lock")), "{left:?}");
}

#[tokio::test]
async fn what_a_dead_process_left_is_removed_and_what_a_live_one_has_is_not() {
    let world = World::default();
    let room = world.folder.path().join("s3-state/temporary");
    world.bucket("bucket").put("key", "").send().await.unwrap();
    let live: Vec<_> = files(&room);
    fs::create_dir_all(room.join("dead")).unwrap();
    fs::write(room.join("dead/lock"), "").unwrap();
    fs::write(room.join("dead/1"), noise(1000)).unwrap();

    let other = open(world.folder.path(), Vec::new(), &world.hands);
    let bucket = world.bucket_of(&other);
    let listed = bucket.list().await;
    assert_eq!(listed.len(), 1);
    assert!(room.join("dead").exists(), "reading removes nothing");
    bucket.put("other", "").send().await.unwrap();
    assert!(!room.join("dead").exists());
    assert!(live.iter().all(|path| path.exists()));
    world
        .bucket("bucket")
        .put("third", "")
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn details_of_a_version_that_never_came_are_not_seen() {
    let world = World::default();
    let bucket = world.bucket("bucket");
    let put = |kind: &str, text: &str| bucket.put("key", text).content_type(kind).send();
    put("text/one", "one").await.unwrap();
    let details = world.folder.path().join("s3-state/details");
    let first = files(&details).remove(0);
    let kept = fs::read(&first).unwrap();
    put("text/two", "two").await.unwrap();
    // As if a process had been killed between the details of a version and the version itself.
    fs::write(&first, kept).unwrap();
    let head = bucket.head("key").send().await.unwrap();
    assert_eq!(head.content_type(), Some("text/two"));
    fs::write(
        files(&details)
            .into_iter()
            .find(|path| *path != first)
            .unwrap(),
        "not json",
    )
    .unwrap();
    let head = bucket.head("key").send().await.unwrap();
    assert_eq!(head.content_type(), Some("application/octet-stream"));
    assert_eq!(
        head.e_tag(),
        Some("\"b8a9f715dbb64fd5c56e7783c6820a61\""),
        "the MD5 of what is there"
    );
}

#[tokio::test]
async fn a_removed_root_is_made_again() {
    let world = World::default();
    let bucket = world.bucket("bucket");
    bucket.put("key", "").send().await.unwrap();
    fs::remove_dir_all(world.folder.path()).unwrap();
    assert_eq!(code(bucket.get("key").send().await), "NoSuchBucket");
    bucket.put("key", "").send().await.unwrap();
    assert!(bucket.get("key").send().await.is_ok());
}

#[test]
fn a_disk_that_refuses_is_an_internal_error() {
    let world = World::default();
    fs::create_dir_all(world.folder.path()).unwrap();
    // A file where a folder must be, as root can't be denied a write by permissions.
    fs::write(world.folder.path().join("s3-state"), "").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let result = runtime.block_on(world.bucket("bucket").put("key", "").send());
    assert_eq!(code(result), "InternalError");
    assert!(!world.file("bucket", "key").exists());
}

#[test]
fn many_threads_write_at_once() {
    let world = Arc::new(World::default());
    let threads: Vec<_> = (0..8)
        .map(|thread| {
            let world = world.clone();
            std::thread::spawn(move || {
                // Two processes' worth of embedded AWS on one root.
                let own = open(world.folder.path(), Vec::new(), &world.hands);
                let aws = if thread % 2 == 0 { &own } else { &world.aws };
                let bucket = world.bucket_of(aws);
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(async {
                    for round in 0..20 {
                        let own = format!("own/{thread}/{round}");
                        for key in [own.as_str(), "shared", "nest/a", "nest/a/b", "nest"] {
                            let body = vec![b'0' + thread; 1000 + usize::from(thread)];
                            let put = bucket.put(key, body);
                            put.content_type(format!("thread/{thread}"))
                                .send()
                                .await
                                .unwrap();
                        }
                        if round % 4 == 3 {
                            bucket.delete("nest/a/b").send().await.unwrap();
                        }
                        let got = bucket.get("shared").send().await.unwrap();
                        let body = got.body.collect().await.unwrap().to_vec();
                        assert_eq!(body.len(), 1000 + usize::from(body[0] - b'0'));
                        assert!(
                            body.iter().all(|byte| *byte == body[0]),
                            "whole objects only"
                        );
                    }
                });
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let bucket = world.bucket("bucket");
        for thread in 0..8 {
            for round in 0..20 {
                let got = bucket
                    .head(&format!("own/{thread}/{round}"))
                    .send()
                    .await
                    .unwrap();
                assert_eq!(
                    got.content_type(),
                    Some(format!("thread/{thread}").as_str())
                );
            }
        }
        for key in ["nest", "nest/a", "shared"] {
            let got = bucket.get(key).send().await.unwrap();
            let kind = got.content_type.clone().unwrap();
            let body = got.body.collect().await.unwrap().to_vec();
            assert_eq!(
                kind,
                format!("thread/{}", char::from(body[0])),
                "{key}: object and details are one"
            );
        }
    });
}
