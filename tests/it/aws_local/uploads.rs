//! Multipart uploads.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    ChecksumAlgorithm, ChecksumMode, ChecksumType, CompletedMultipartUpload, CompletedPart,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

use super::world::{World, code, noise};

const PART: usize = 5 * 1024 * 1024;

fn completed(parts: &[(i32, &str)]) -> CompletedMultipartUpload {
    let parts = parts.iter().map(|(number, etag)| {
        CompletedPart::builder()
            .part_number(*number)
            .e_tag(*etag)
            .build()
    });
    CompletedMultipartUpload::builder()
        .set_parts(Some(parts.collect()))
        .build()
}

#[tokio::test]
async fn an_object_in_parts() {
    let world = World::default();
    let s3 = world.s3();
    let bytes = noise(PART + 1000);
    s3.put_object()
        .bucket("bucket")
        .key("source")
        .body(ByteStream::from(bytes.clone()))
        .send()
        .await
        .unwrap();
    let begun = s3
        .create_multipart_upload()
        .bucket("bucket")
        .key("big")
        .content_type("x/y")
        .metadata("m", "v");
    let id = begun.send().await.unwrap().upload_id.unwrap();
    let part = |number: i32, body: &[u8]| {
        let body = ByteStream::from(body.to_vec());
        s3.upload_part()
            .bucket("bucket")
            .key("big")
            .upload_id(&id)
            .part_number(number)
            .body(body)
            .send()
    };
    part(3, b"thrown away").await.unwrap();
    let third = part(3, &bytes[PART..]).await.unwrap().e_tag.unwrap();
    let copy = s3
        .upload_part_copy()
        .bucket("bucket")
        .key("big")
        .upload_id(&id)
        .part_number(1);
    let range = format!("bytes=0-{}", PART - 1);
    let copied = copy
        .copy_source("bucket/source")
        .copy_source_range(range)
        .send()
        .await
        .unwrap();
    let first = copied.copy_part_result.unwrap().e_tag.unwrap();

    let listed = s3
        .list_parts()
        .bucket("bucket")
        .key("big")
        .upload_id(&id)
        .max_parts(1)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (listed.is_truncated(), listed.next_part_number_marker()),
        (Some(true), Some("1"))
    );
    let listed = s3
        .list_parts()
        .bucket("bucket")
        .key("big")
        .upload_id(&id)
        .part_number_marker("1")
        .send()
        .await
        .unwrap();
    assert_eq!(listed.parts().len(), 1);
    assert_eq!(
        (listed.parts()[0].e_tag(), listed.parts()[0].size()),
        (Some(third.as_str()), Some(1000))
    );
    assert_eq!(
        code(s3.get_object().bucket("bucket").key("big").send().await),
        "NoSuchKey"
    );
    let uploads = s3
        .list_multipart_uploads()
        .bucket("bucket")
        .send()
        .await
        .unwrap();
    assert_eq!(uploads.uploads()[0].upload_id(), Some(id.as_str()));

    let complete = |parts: &[(i32, &str)]| {
        s3.complete_multipart_upload()
            .bucket("bucket")
            .key("big")
            .upload_id(&id)
            .multipart_upload(completed(parts))
            .send()
    };
    assert_eq!(
        code(complete(&[(1, &third), (3, &third)]).await),
        "InvalidPart"
    );
    assert_eq!(code(complete(&[(2, &first)]).await), "InvalidPart");
    assert_eq!(
        code(complete(&[(3, &third), (1, &first)]).await),
        "InvalidPartOrder"
    );
    assert_eq!(code(complete(&[]).await), "MalformedXML");
    let done = complete(&[(1, &first), (3, &third)]).await.unwrap();
    assert!(done.e_tag().unwrap().ends_with("-2\""));
    assert_eq!(done.location(), Some("https://bucket.s3.amazonaws.com/big"));

    let got = s3
        .get_object()
        .bucket("bucket")
        .key("big")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (got.content_type(), got.e_tag()),
        (Some("x/y"), done.e_tag())
    );
    assert_eq!(got.metadata().unwrap()["m"], "v");
    assert!(got.body.collect().await.unwrap().to_vec() == bytes);
    let second = s3
        .get_object()
        .bucket("bucket")
        .key("big")
        .part_number(2)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (second.parts_count(), second.content_length()),
        (Some(2), Some(1000))
    );
    assert_eq!(
        code(complete(&[(1, &first), (3, &third)]).await),
        "NoSuchUpload"
    );
    let uploads = s3
        .list_multipart_uploads()
        .bucket("bucket")
        .send()
        .await
        .unwrap();
    assert!(uploads.uploads().is_empty());

    // The copy of such an object is one in one part.
    let copied = s3
        .copy_object()
        .bucket("bucket")
        .key("copy")
        .copy_source("bucket/big")
        .send()
        .await
        .unwrap();
    let source = s3
        .head_object()
        .bucket("bucket")
        .key("source")
        .send()
        .await
        .unwrap();
    assert_eq!(copied.copy_object_result().unwrap().e_tag(), source.e_tag());
}

#[tokio::test]
async fn small_parts_and_ended_uploads_are_refused() {
    let world = World::default();
    let s3 = world.s3();
    let id = s3
        .create_multipart_upload()
        .bucket("bucket")
        .key("k")
        .send()
        .await
        .unwrap()
        .upload_id
        .unwrap();
    let part = |number: i32, id: &str| {
        let body = ByteStream::from_static(b"small");
        s3.upload_part()
            .bucket("bucket")
            .key("k")
            .upload_id(id)
            .part_number(number)
            .body(body)
            .send()
    };
    let etag = part(1, &id).await.unwrap().e_tag.unwrap();
    part(2, &id).await.unwrap();
    assert_eq!(code(part(0, &id).await), "InvalidArgument");
    assert_eq!(code(part(10_001, &id).await), "InvalidArgument");
    assert_eq!(code(part(1, "../../../bucket").await), "NoSuchUpload");
    let parts = completed(&[(1, &etag), (2, &etag)]);
    let complete = s3
        .complete_multipart_upload()
        .bucket("bucket")
        .key("k")
        .upload_id(&id)
        .multipart_upload(parts);
    assert_eq!(code(complete.send().await), "EntityTooSmall");
    s3.abort_multipart_upload()
        .bucket("bucket")
        .key("k")
        .upload_id(&id)
        .send()
        .await
        .unwrap();
    assert_eq!(code(part(1, &id).await), "NoSuchUpload");
    assert_eq!(
        code(
            s3.abort_multipart_upload()
                .bucket("bucket")
                .key("k")
                .upload_id(&id)
                .send()
                .await
        ),
        "NoSuchUpload"
    );
    assert!(
        s3.list_objects_v2()
            .bucket("bucket")
            .send()
            .await
            .unwrap()
            .contents()
            .is_empty()
    );
}

#[tokio::test]
async fn parts_have_one_checksum_together() {
    let world = World::default();
    let s3 = world.s3();
    let first = noise(PART);
    // The checksums of the parts, one behind the other, have a checksum again; that of the whole
    // is the same however it is cut.
    for (algorithm, kind) in [
        (ChecksumAlgorithm::Sha256, ChecksumType::Composite),
        (ChecksumAlgorithm::Crc32, ChecksumType::FullObject),
    ] {
        let create = s3.create_multipart_upload().bucket("bucket").key("k");
        let begun = create
            .checksum_algorithm(algorithm.clone())
            .checksum_type(kind)
            .send();
        let begun = begun.await.unwrap();
        assert_eq!(begun.checksum_algorithm(), Some(&algorithm));
        let id = begun.upload_id.unwrap();
        let mut parts = Vec::new();
        for (number, bytes) in [(1, first.as_slice()), (2, b"end")] {
            let part = s3
                .upload_part()
                .bucket("bucket")
                .key("k")
                .upload_id(&id)
                .part_number(number)
                .checksum_algorithm(algorithm.clone())
                .body(ByteStream::from(bytes.to_vec()))
                .send()
                .await
                .unwrap();
            parts.push(
                CompletedPart::builder()
                    .part_number(number)
                    .set_e_tag(part.e_tag)
                    .set_checksum_sha256(part.checksum_sha256)
                    .set_checksum_crc32(part.checksum_crc32)
                    .build(),
            );
        }
        let complete = |parts: Vec<CompletedPart>| {
            let parts = CompletedMultipartUpload::builder()
                .set_parts(Some(parts))
                .build();
            s3.complete_multipart_upload()
                .bucket("bucket")
                .key("k")
                .upload_id(&id)
                .multipart_upload(parts)
                .send()
        };
        let mut wrong = parts.clone();
        match &mut wrong[1] {
            part if part.checksum_sha256.is_some() => {
                part.checksum_sha256 = parts[0].checksum_sha256.clone();
            }
            part => part.checksum_crc32 = parts[0].checksum_crc32.clone(),
        }
        assert_eq!(code(complete(wrong).await), "InvalidPart");
        let done = complete(parts.clone()).await.unwrap();
        let head = s3
            .head_object()
            .bucket("bucket")
            .key("k")
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await
            .unwrap();
        if algorithm == ChecksumAlgorithm::Sha256 {
            let of_parts: Vec<u8> = parts
                .iter()
                .flat_map(|part| BASE64.decode(part.checksum_sha256().unwrap()).unwrap())
                .collect();
            let expected = format!("{}-2", BASE64.encode(Sha256::digest(of_parts)));
            assert_eq!(done.checksum_sha256(), Some(expected.as_str()));
            assert_eq!(head.checksum_sha256(), Some(expected.as_str()));
        } else {
            let whole = s3
                .put_object()
                .bucket("bucket")
                .key("whole")
                .checksum_algorithm(algorithm)
                .body(ByteStream::from([&first[..], b"end"].concat()))
                .send()
                .await
                .unwrap();
            assert_eq!(done.checksum_crc32(), whole.checksum_crc32());
            assert_eq!(head.checksum_crc32(), whole.checksum_crc32());
        }
    }
}
