//! What lies in the store that segfn has not put there: nothing leads it outside, and what can't be
//! done says why.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use aws_sdk_s3::primitives::ByteStream;

use super::mounts;
use super::store::files;
use super::world::{World, code, md5, message, open};

/// A folder that is none of segfn's business, with a file in it.
struct Outside(tempfile::TempDir);

impl Outside {
    fn new() -> Outside {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret"), "of somebody else").unwrap();
        fs::create_dir(folder.path().join("bucket")).unwrap();
        Outside(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    #[track_caller]
    fn assert_untouched(&self) {
        let found: BTreeMap<PathBuf, Vec<u8>> = files(self.path())
            .into_iter()
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        let secret = (self.path().join("secret"), b"of somebody else".to_vec());
        assert_eq!(found, BTreeMap::from([secret]));
    }
}

/// The codes and messages of all that can be done with `key`.
async fn attempts(world: &World, key: &str) -> Vec<(&'static str, Result<(), String>)> {
    let s3 = world.s3();
    let put = s3
        .put_object()
        .bucket("bucket")
        .key(key)
        .content_type("x/y")
        .body(ByteStream::from_static(b"new"))
        .send()
        .await;
    let copy = s3
        .copy_object()
        .bucket("bucket")
        .key(key)
        .copy_source("bucket/whole")
        .send()
        .await;
    let upload = s3
        .create_multipart_upload()
        .bucket("bucket")
        .key(key)
        .send()
        .await;
    let get = s3.get_object().bucket("bucket").key(key).send().await;
    let delete = s3.delete_object().bucket("bucket").key(key).send().await;
    vec![
        ("put", put.map(drop).map_err(|error| told(&error))),
        ("copy", copy.map(drop).map_err(|error| told(&error))),
        ("upload", upload.map(drop).map_err(|error| told(&error))),
        ("get", get.map(drop).map_err(|error| told(&error))),
        ("delete", delete.map(drop).map_err(|error| told(&error))),
    ]
}

fn told(error: &impl aws_sdk_s3::error::ProvideErrorMetadata) -> String {
    format!(
        "{}: {}",
        error.code().unwrap_or_default(),
        error.message().unwrap_or_default()
    )
}

/// A world with an object, `whole`, whose details are in a file.
async fn world() -> World {
    let world = World::default();
    let s3 = world.s3();
    s3.put_object()
        .bucket("bucket")
        .key("whole")
        .content_type("text/x")
        .body(ByteStream::from_static(b"whole"))
        .send()
        .await
        .unwrap();
    let upload = s3.create_multipart_upload().bucket("bucket").key("upload");
    upload.send().await.unwrap();
    world
}

#[tokio::test]
async fn links_led_out_of_the_store() {
    for planted in [
        "s3",
        "s3/bucket",
        "s3/bucket/dir",
        "s3/bucket/dir/deeper",
        "s3-state",
        "s3-state/temporary",
        "s3-state/locks",
        "s3-state/details",
        "s3-state/details/bucket",
        "s3-state/uploads",
        "s3-state/uploads/bucket",
    ] {
        let (world, outside) = (world().await, Outside::new());
        let link = world.folder.path().join(planted);
        fs::remove_dir_all(&link).ok();
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(outside.path(), &link).unwrap();
        // As another process would find it, which has no folder for temporary files yet.
        let fresh = World {
            aws: open(world.folder.path(), Vec::new(), &world.hands),
            ..world
        };
        let mut refused = 0;
        for (attempt, outcome) in attempts(&fresh, "dir/deeper/secret").await {
            match outcome {
                Err(told) if told.contains("a symbolic link, which is not followed") => {
                    assert!(told.starts_with("InternalError: "), "{planted}: {told}");
                    assert!(told.contains(planted), "{planted}: {told}");
                    refused += 1;
                }
                Err(told) => assert!(told.starts_with("NoSuch"), "{planted}, {attempt}: {told}"),
                Ok(()) => {}
            }
        }
        assert!(refused > 0, "{planted} is met by nothing");
        outside.assert_untouched();
    }
}

#[tokio::test]
async fn a_link_in_an_objects_place_is_replaced() {
    let (world, outside) = (world().await, Outside::new());
    let s3 = world.s3();
    let secret = outside.path().join("secret");
    symlink(&secret, world.file("bucket", "link")).unwrap();
    let get = || s3.get_object().bucket("bucket").key("link").send();
    assert!(message(get().await).contains("a symbolic link, which is not followed"));
    let listed = s3.list_objects_v2().bucket("bucket").send().await.unwrap();
    assert_eq!(
        listed.contents().len(),
        1,
        "only what can be read is listed"
    );
    let put = s3.put_object().bucket("bucket").key("link");
    let put = put.body(ByteStream::from_static(b"own")).send();
    put.await.unwrap();
    assert_eq!(world.bucket("bucket").bytes("link").await, b"own");
    outside.assert_untouched();

    symlink(&secret, world.file("bucket", "other")).unwrap();
    let delete = s3.delete_object().bucket("bucket").key("other").send();
    delete.await.unwrap();
    assert!(!world.file("bucket", "other").is_symlink());
    outside.assert_untouched();
}

#[tokio::test]
async fn the_store_itself_may_be_reached_through_a_link() {
    let world = World::default();
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(elsewhere.path(), world.folder.path()).unwrap();
    let s3 = world.s3();
    let put = s3.put_object().bucket("bucket").key("k");
    put.body(ByteStream::from_static(b"x"))
        .send()
        .await
        .unwrap();
    assert_eq!(world.bucket("bucket").bytes("k").await, b"x");
    assert!(elsewhere.path().join("s3/bucket/k").is_file());
    fs::remove_file(world.folder.path()).unwrap();
}

#[tokio::test]
async fn a_file_in_a_folders_place_is_named() {
    for planted in [
        "s3",
        "s3/bucket",
        "s3-state",
        "s3-state/temporary",
        "s3-state/locks",
        "s3-state/details",
        "s3-state/uploads",
    ] {
        let world = world().await;
        let path = world.folder.path().join(planted);
        fs::remove_dir_all(&path).unwrap();
        fs::write(&path, "a file").unwrap();
        let fresh = World {
            aws: open(world.folder.path(), Vec::new(), &world.hands),
            ..world
        };
        let mut refused = 0;
        for (attempt, outcome) in attempts(&fresh, "dir/key").await {
            match outcome {
                Err(told) if told.starts_with("InternalError: ") => {
                    assert!(told.contains(planted), "{planted}, {attempt}: {told}");
                    refused += 1;
                }
                Err(told) => assert!(told.starts_with("NoSuch"), "{planted}, {attempt}: {told}"),
                Ok(()) => {}
            }
        }
        assert!(refused > 0, "{planted} is met by nothing");
        assert_eq!(fs::read(&path).unwrap(), b"a file");
    }
}

#[tokio::test]
async fn details_that_were_cut_short_take_nothing_with_them() {
    let world = world().await;
    let s3 = world.s3();
    let details = files(&world.folder.path().join("s3-state/details")).remove(0);
    let complete = fs::read(&details).unwrap();
    for length in [0, 1, complete.len() / 2, complete.len() - 1] {
        fs::write(&details, &complete[..length]).unwrap();
        let head = s3.head_object().bucket("bucket").key("whole").send().await;
        let head = head.unwrap();
        assert_eq!(head.content_type(), Some("application/octet-stream"));
        assert_eq!(
            head.e_tag(),
            Some(md5(b"whole").as_str()),
            "the MD5 of what is there"
        );
        assert_eq!(world.bucket("bucket").bytes("whole").await, b"whole");
        let listed = s3.list_objects_v2().bucket("bucket").send().await.unwrap();
        assert_eq!(listed.contents().len(), 1);
    }
    let uploads = world.folder.path().join("s3-state/uploads");
    let upload = files(&uploads).remove(0);
    fs::write(&upload, "{\"id\":").unwrap();
    let listed = s3.list_multipart_uploads().bucket("bucket").send().await;
    assert!(listed.unwrap().uploads().is_empty());
    let id = upload.parent().unwrap().file_name().unwrap().to_str();
    let parts = s3.list_parts().bucket("bucket").key("upload");
    let parts = parts.upload_id(id.unwrap()).send().await;
    assert_eq!(code(parts), "NoSuchUpload");
    let bucket = world.folder.path().join("s3-state/buckets/bucket.json");
    fs::write(bucket, "").unwrap();
    s3.head_bucket().bucket("bucket").send().await.unwrap();
    // The next write makes it whole again.
    let put = s3.put_object().bucket("bucket").key("whole");
    put.content_type("text/y").send().await.unwrap();
    let head = s3.head_object().bucket("bucket").key("whole").send().await;
    assert_eq!(head.unwrap().content_type(), Some("text/y"));
}

#[tokio::test]
async fn a_store_that_may_not_be_written_can_be_read() {
    let world = world().await;
    let Some(_mounted) = mounts::read_only(world.folder.path()) else {
        return;
    };
    let fresh = World {
        aws: open(world.folder.path(), Vec::new(), &world.hands),
        ..world
    };
    let s3 = fresh.s3();
    assert_eq!(fresh.bucket("bucket").bytes("whole").await, b"whole");
    let listed = s3.list_objects_v2().bucket("bucket").send().await.unwrap();
    assert_eq!(listed.contents().len(), 1);
    for (attempt, outcome) in attempts(&fresh, "key").await {
        let told = outcome.expect_err(attempt);
        let expected = match attempt {
            "get" => "NoSuchKey",
            _ => "Read-only file system",
        };
        assert!(told.contains(expected), "{attempt}: {told}");
    }
}
