//! Keys: any that S3 takes, kept and listed exactly.

use std::collections::BTreeSet;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::EncodingType;

use super::world::{World, code};

/// Keys that a file system would mistake, confuse or refuse.
fn hostile() -> Vec<String> {
    let mut keys: Vec<String> = [
        "a",
        "a/b",
        "a/b/c",
        "a/",
        "a//",
        "a//b",
        "/",
        "//",
        "/a",
        "..",
        ".",
        "../x",
        "../../../x",
        "a/../b",
        "a/./b",
        "./a",
        "%",
        "%%",
        "a%",
        "a%/b",
        "a%25",
        "%2E%2E",
        "a%+",
        "a%+/b",
        "space d",
        "plus+plus",
        "ünïcödé/日本/🦀",
        "e\u{301}",
        "\u{e9}",
        "quote\"'`",
        "a&b<c>d",
        "back\\slash",
        "C:\\x",
        "con",
        ".hidden",
        "tab\tnewline\n",
        "#?=;",
        "~",
        "-rf",
        "*",
        "s3-state",
        "lock",
    ]
    .map(str::to_owned)
    .to_vec();
    keys.push("k".repeat(1024));
    keys.push("日".repeat(341));
    keys.push(format!("{}/{}", "d".repeat(300), "e".repeat(300)));
    keys.push("d".repeat(300));
    keys.push("n/".repeat(512));
    keys.push("%".repeat(1024));
    keys
}

async fn put(client: &aws_sdk_s3::Client, key: &str) {
    let body = ByteStream::from(key.as_bytes().to_vec());
    client
        .put_object()
        .bucket("bucket")
        .key(key)
        .body(body)
        .send()
        .await
        .unwrap_or_else(|error| panic!("{key:?}: {error:?}"));
}

async fn listed(client: &aws_sdk_s3::Client, page: i32) -> Vec<String> {
    let mut keys = Vec::new();
    let mut token = None;
    loop {
        let list = client
            .list_objects_v2()
            .bucket("bucket")
            .max_keys(page)
            .encoding_type(EncodingType::Url);
        let answer = list.set_continuation_token(token).send().await.unwrap();
        assert_eq!(answer.key_count(), Some(answer.contents().len() as i32));
        assert!(answer.contents().len() <= page as usize);
        for object in answer.contents() {
            let key = object.key().unwrap();
            let key: String =
                url::form_urlencoded::parse(format!("k={}", key.replace('/', "%2F")).as_bytes())
                    .map(|(_, value)| value.into_owned())
                    .collect();
            assert_eq!(object.size(), Some(key.len() as i64), "{key:?}");
            keys.push(key);
        }
        token = answer.next_continuation_token().map(str::to_owned);
        assert_eq!(token.is_some(), answer.is_truncated() == Some(true));
        if token.is_none() {
            return keys;
        }
    }
}

#[tokio::test]
async fn all_keys_live_together() {
    let world = World::default();
    let s3 = world.s3();
    let mut keys = hostile();
    for key in &keys {
        put(&s3, key).await;
    }
    // Once more in the other order: what was a folder then comes before what was a file.
    for key in keys.iter().rev() {
        put(&s3, key).await;
    }
    for key in &keys {
        let got = s3
            .get_object()
            .bucket("bucket")
            .key(key)
            .send()
            .await
            .unwrap_or_else(|error| panic!("{key:?}: {error:?}"));
        assert_eq!(
            got.body.collect().await.unwrap().to_vec(),
            key.as_bytes(),
            "{key:?}"
        );
    }
    keys.sort_unstable();
    assert_eq!(listed(&s3, 1000).await, keys);
    assert_eq!(listed(&s3, 7).await, keys);
    assert_eq!(listed(&s3, 1).await, keys);

    // Nothing has come to lie beside the root, or beside its two folders.
    let names = |path: &std::path::Path| -> BTreeSet<String> {
        let entries = std::fs::read_dir(path).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert_eq!(
        names(world.folder.path()),
        BTreeSet::from(["s3".to_owned(), "s3-state".to_owned()])
    );
    assert_eq!(
        names(&world.folder.path().join("s3")),
        BTreeSet::from(["bucket".to_owned()])
    );

    for key in &keys {
        s3.delete_object()
            .bucket("bucket")
            .key(key)
            .send()
            .await
            .unwrap();
        assert_eq!(
            code(s3.get_object().bucket("bucket").key(key).send().await),
            "NoSuchKey",
            "{key:?}"
        );
    }
    assert!(
        names(&world.file("bucket", "")).is_empty(),
        "no folder is left behind"
    );
}

#[tokio::test]
async fn a_key_stays_while_its_name_becomes_a_folders() {
    let world = World::default();
    let s3 = world.s3();
    let put = async |key: &str, kind: &str| {
        let put = s3.put_object().bucket("bucket").key(key).content_type(kind);
        put.body(ByteStream::from(key.as_bytes().to_vec()))
            .send()
            .await
            .unwrap();
    };
    let kind = async |key: &str| {
        let head = s3.head_object().bucket("bucket").key(key).send().await;
        head.unwrap().content_type.unwrap()
    };
    put("a", "text/one").await;
    put("a/b", "text/two").await;
    assert_eq!(
        (kind("a").await.as_str(), kind("a/b").await.as_str()),
        ("text/one", "text/two")
    );
    put("a", "text/three").await;
    assert_eq!(kind("a").await, "text/three");
    s3.delete_object()
        .bucket("bucket")
        .key("a/b")
        .send()
        .await
        .unwrap();
    assert_eq!(kind("a").await, "text/three");
    put("a", "text/four").await;
    assert_eq!(kind("a").await, "text/four");
    assert_eq!(listed(&s3, 10).await, ["a"]);
}

#[tokio::test]
async fn a_key_of_1025_bytes_is_too_long() {
    let world = World::default();
    let result = world
        .s3()
        .put_object()
        .bucket("bucket")
        .key("k".repeat(1025))
        .send()
        .await;
    assert_eq!(code(result), "KeyTooLongError");
}

#[tokio::test]
async fn prefixes_and_delimiters() {
    let world = World::default();
    let s3 = world.s3();
    for key in [
        "2020/01/a",
        "2020/01/b",
        "2020/02/a",
        "2020!",
        "2020",
        "2021/x",
        "other",
    ] {
        put(&s3, key).await;
    }
    let list = async |prefix: &str, delimiter: Option<&str>, after: Option<&str>| {
        let list = s3
            .list_objects_v2()
            .bucket("bucket")
            .prefix(prefix)
            .set_delimiter(delimiter.map(str::to_owned));
        let answer = list
            .set_start_after(after.map(str::to_owned))
            .send()
            .await
            .unwrap();
        let keys: Vec<String> = answer
            .contents()
            .iter()
            .map(|object| object.key().unwrap().to_owned())
            .collect();
        let common: Vec<String> = answer
            .common_prefixes()
            .iter()
            .map(|common| common.prefix().unwrap().to_owned())
            .collect();
        (keys.join(" "), common.join(" "))
    };
    let pair = |keys: &str, common: &str| (keys.to_owned(), common.to_owned());
    assert_eq!(
        list("", Some("/"), None).await,
        pair("2020 2020! other", "2020/ 2021/")
    );
    assert_eq!(
        list("2020", None, None).await,
        pair("2020 2020! 2020/01/a 2020/01/b 2020/02/a", "")
    );
    assert_eq!(
        list("2020/", Some("/"), None).await,
        pair("", "2020/01/ 2020/02/")
    );
    assert_eq!(
        list("2020/01/", Some("/"), None).await,
        pair("2020/01/a 2020/01/b", "")
    );
    assert_eq!(
        list("20", Some("0/"), None).await,
        pair("2020 2020! 2021/x", "2020/")
    );
    assert_eq!(
        list("2020/0", Some("/"), None).await,
        pair("", "2020/01/ 2020/02/")
    );
    assert_eq!(
        list("", None, Some("2020/01/a")).await,
        pair("2020/01/b 2020/02/a 2021/x other", "")
    );
    assert_eq!(
        list("", Some("/"), Some("2020/")).await,
        pair("other", "2021/")
    );
    assert_eq!(list("none", Some("/"), None).await, pair("", ""));

    // Version 1, page by page, with common prefixes as markers.
    let mut seen = Vec::new();
    let mut marker = None;
    loop {
        let list = s3
            .list_objects()
            .bucket("bucket")
            .delimiter("/")
            .max_keys(1)
            .set_marker(marker);
        let answer = list.send().await.unwrap();
        seen.extend(
            answer
                .contents()
                .iter()
                .map(|object| object.key().unwrap().to_owned()),
        );
        seen.extend(
            answer
                .common_prefixes()
                .iter()
                .map(|common| common.prefix().unwrap().to_owned()),
        );
        marker = answer.next_marker().map(str::to_owned);
        if marker.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["2020", "2020!", "2020/", "2021/", "other"]);
    assert_eq!(
        code(
            s3.list_objects_v2()
                .bucket("bucket")
                .continuation_token("?")
                .send()
                .await
        ),
        "InvalidArgument"
    );
    assert_eq!(
        code(
            s3.list_objects_v2()
                .bucket("bucket")
                .max_keys(-1)
                .send()
                .await
        ),
        "InvalidArgument"
    );
    let none = s3
        .list_objects_v2()
        .bucket("bucket")
        .max_keys(0)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (none.key_count(), none.is_truncated()),
        (Some(0), Some(false))
    );
}

#[tokio::test]
async fn a_full_page_and_more() {
    let world = World::default();
    let s3 = world.s3();
    let folder = world.file("bucket", "many");
    std::fs::create_dir_all(&folder).unwrap();
    for number in 0..1100 {
        std::fs::write(folder.join(format!("{number:04}")), "x").unwrap();
    }
    let first = s3.list_objects_v2().bucket("bucket").send().await.unwrap();
    assert_eq!(
        (first.contents().len(), first.is_truncated()),
        (1000, Some(true))
    );
    let token = first.next_continuation_token().unwrap();
    let second = s3
        .list_objects_v2()
        .bucket("bucket")
        .continuation_token(token)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (second.contents().len(), second.is_truncated()),
        (100, Some(false))
    );
    assert_eq!(second.contents()[0].key(), Some("many/1000"));
}
