//! Objects: what is put is what is got, with all that belongs to it.

use aws_sdk_s3::primitives::DateTime;
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumMode, ServerSideEncryption};

use super::world::{START, World, code, noise, open};

#[tokio::test]
async fn every_size_comes_back() {
    let world = World::default();
    let bucket = world.bucket("bucket");
    for size in [0, 1, 65_536, 65_537, 5 * 1024 * 1024] {
        let bytes = noise(size);
        let key = format!("sizes/{size}");
        let put = bucket.put(&key, bytes.clone()).send().await.unwrap();
        assert_eq!(
            std::fs::read(world.file("bucket", &key)).unwrap(),
            bytes,
            "a plain file"
        );
        assert_eq!(bucket.bytes(&key).await, bytes);
        let head = bucket.head(&key).send().await.unwrap();
        assert_eq!(head.content_length(), Some(size as i64));
        assert_eq!(head.e_tag(), put.e_tag());
        assert_eq!(
            head.last_modified(),
            Some(&DateTime::from_secs(START as i64)),
            "segfn's clock"
        );
    }
    let head = bucket.head("sizes/0").send().await.unwrap();
    assert_eq!(
        head.e_tag(),
        Some("\"d41d8cd98f00b204e9800998ecf8427e\""),
        "the MD5 of nothing"
    );
}

#[tokio::test]
async fn what_belongs_to_an_object_comes_back() {
    let world = World::default();
    let bucket = world.bucket("bucket");
    bucket
        .put("key", b"{}")
        .content_type("application/json")
        .cache_control("no-cache")
        .content_disposition("attachment")
        .content_encoding("gzip")
        .content_language("de")
        .expires(DateTime::from_secs(2_000_000_000))
        .metadata("plain", "value")
        .metadata("wide", "größe")
        .server_side_encryption(ServerSideEncryption::Aes256)
        .tagging("a=1&b=x%20y")
        .send()
        .await
        .unwrap();
    let got = bucket.get("key").send().await.unwrap();
    assert_eq!(got.content_type(), Some("application/json"));
    assert_eq!(got.cache_control(), Some("no-cache"));
    assert_eq!(got.content_disposition(), Some("attachment"));
    assert_eq!(got.content_encoding(), Some("gzip"));
    assert_eq!(got.content_language(), Some("de"));
    assert_eq!(got.expires_string(), Some("Wed, 18 May 2033 03:33:20 GMT"));
    assert_eq!(got.metadata().unwrap()["plain"], "value");
    assert_eq!(got.metadata().unwrap().len(), 2);
    assert_eq!(
        got.server_side_encryption(),
        Some(&ServerSideEncryption::Aes256)
    );
    assert_eq!(got.tag_count(), Some(2));

    // Another segfn finds all of it on the disk; replaced, nothing of it is left.
    let again = open(world.folder.path(), Vec::new(), &world.hands);
    let other = world.bucket_of(&again);
    let head = other.head("key").send().await.unwrap();
    assert_eq!(head.content_type(), Some("application/json"));
    other.put("key", b"{}").send().await.unwrap();
    let head = bucket.head("key").send().await.unwrap();
    assert_eq!(head.content_type(), Some("application/octet-stream"));
    assert!(head.metadata().is_none_or(|metadata| metadata.is_empty()));
}

#[tokio::test]
async fn files_put_by_hand_are_objects() {
    let world = World::default();
    let path = world.file("by-hand", "a/b.txt");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, "hello").unwrap();
    let bucket = world.bucket("by-hand");
    assert_eq!(bucket.bytes("a/b.txt").await, b"hello");
    let listed = bucket.list().await;
    assert_eq!(
        listed[0].e_tag(),
        Some("\"5d41402abc4b2a76b9719d911017c592\"")
    );
}

#[tokio::test]
async fn ranges() {
    let world = World::default();
    let bucket = world.bucket("bucket");
    let bytes = noise(100_000);
    bucket.put("key", bytes.clone()).send().await.unwrap();
    for (range, expected) in [
        ("bytes=0-9", 0..10),
        ("bytes=99990-", 99_990..100_000),
        ("bytes=-5", 99_995..100_000),
        ("bytes=50000-999999", 50_000..100_000),
    ] {
        let got = bucket.get("key").range(range).send().await.unwrap();
        let place = format!("bytes {}-{}/100000", expected.start, expected.end - 1);
        assert_eq!(got.content_range(), Some(place.as_str()), "{range}");
        assert_eq!(
            got.body.collect().await.unwrap().to_vec(),
            bytes[expected],
            "{range}"
        );
    }
    let beyond = bucket.get("key").range("bytes=100000-").send().await;
    assert_eq!(code(beyond), "InvalidRange");
}

#[tokio::test]
async fn conditions() {
    let world = World::default();
    let bucket = world.bucket("bucket");
    let put = bucket.put("key", b"one").send().await.unwrap();
    let etag = put.e_tag().unwrap();
    let get = || bucket.get("key");
    assert!(get().if_match(etag).send().await.is_ok());
    assert_eq!(
        code(get().if_match("\"other\"").send().await),
        "PreconditionFailed"
    );
    let same = get().if_none_match(etag).send().await.unwrap_err();
    assert_eq!(same.raw_response().unwrap().status().as_u16(), 304);
    let then = DateTime::from_secs(START as i64);
    let unchanged = get().if_modified_since(then).send().await.unwrap_err();
    assert_eq!(unchanged.raw_response().unwrap().status().as_u16(), 304);
    assert!(get().if_unmodified_since(then).send().await.is_ok());
    let earlier = DateTime::from_secs(START as i64 - 1);
    assert_eq!(
        code(get().if_unmodified_since(earlier).send().await),
        "PreconditionFailed"
    );

    let put = || bucket.put("key", b"two");
    assert_eq!(
        code(put().if_none_match("*").send().await),
        "PreconditionFailed"
    );
    assert_eq!(
        code(put().if_match("\"other\"").send().await),
        "PreconditionFailed"
    );
    assert_eq!(
        bucket.bytes("key").await,
        b"one",
        "a refused write changes nothing"
    );
    assert!(put().if_match(etag).send().await.is_ok());
    let new = bucket.put("new", "").if_none_match("*").send().await;
    assert!(new.is_ok());
}

#[tokio::test]
async fn digests_are_checked() {
    let world = World::default();
    let bucket = world.bucket("bucket");
    let put = || bucket.put("key", b"hello");
    assert_eq!(
        code(put().content_md5("AAAAAAAAAAAAAAAAAAAAAA==").send().await),
        "BadDigest"
    );
    assert_eq!(
        code(put().content_md5("nonsense").send().await),
        "InvalidDigest"
    );
    assert_eq!(
        code(put().checksum_sha256("AAAA").send().await),
        "InvalidRequest"
    );
    let other = "A".repeat(43) + "=";
    assert_eq!(code(put().checksum_sha256(other).send().await), "BadDigest");
    assert!(
        put()
            .content_md5("XUFAKrxLKna5cZ2REBfFkg==")
            .send()
            .await
            .is_ok()
    );
    for algorithm in [
        ChecksumAlgorithm::Crc32,
        ChecksumAlgorithm::Crc32C,
        ChecksumAlgorithm::Crc64Nvme,
        ChecksumAlgorithm::Sha1,
        ChecksumAlgorithm::Sha256,
    ] {
        let sent = put()
            .checksum_algorithm(algorithm.clone())
            .send()
            .await
            .unwrap();
        let head = bucket
            .head("key")
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await
            .unwrap();
        let pairs = [
            (sent.checksum_crc32(), head.checksum_crc32()),
            (sent.checksum_crc32_c(), head.checksum_crc32_c()),
            (sent.checksum_crc64_nvme(), head.checksum_crc64_nvme()),
            (sent.checksum_sha1(), head.checksum_sha1()),
            (sent.checksum_sha256(), head.checksum_sha256()),
        ];
        assert_eq!(
            pairs
                .iter()
                .filter(|(sent, kept)| sent.is_some() && sent == kept)
                .count(),
            1,
            "{algorithm}"
        );
    }
}
