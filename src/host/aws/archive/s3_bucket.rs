//! One bucket, as segfn itself reads it: what comes is whole, whatever happens on the way.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::types::{ChecksumMode, ServerSideEncryption};
use bytes::Bytes;

use super::listed::ListedChange;
use super::object_sum::{ObjectSum, SaidChecksums};
use super::s3_client::client;
use super::s3_error::{S3Use, failed};
use crate::host::HostOptions;
use crate::host::aws::connector::AsItComes;

/// How often a body may break off.
const BREAKS: u32 = 5;
/// So long is waited before it is gone on with the first time, and twice as long each time after.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// A bucket that segfn itself reads or writes. Clones have their connections in common.
#[derive(Clone)]
pub(super) struct S3Bucket {
    pub client: Client,
    pub name: Arc<str>,
}

/// An object as a listing has it.
#[derive(Clone, Debug)]
pub struct ArchiveEntry {
    pub key: String,
    /// In bytes.
    pub size: u64,
    /// With its quotes.
    pub etag: Option<String>,
}

/// What is to be read of an object.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub key: &'a str,
    /// What the object has to be.
    pub etag: Option<&'a str>,
    /// In bytes; all when absent, which is then compared with what S3 says of it.
    pub range: Option<(u64, u64)>,
}

/// What GET and HEAD both tell of an object.
macro_rules! sum_of {
    ($output:expr) => {{
        let output = $output;
        let said: SaidChecksums = [
            ("CRC64NVME", output.checksum_crc64_nvme()),
            ("CRC32C", output.checksum_crc32_c()),
            ("CRC32", output.checksum_crc32()),
            ("SHA256", output.checksum_sha256()),
            ("SHA1", output.checksum_sha1()),
        ];
        let by_md5 = matches!(
            output.server_side_encryption(),
            None | Some(ServerSideEncryption::Aes256)
        ) && output.sse_customer_algorithm().is_none();
        ObjectSum::of(said, output.e_tag(), by_md5)
    }};
}

impl S3Bucket {
    /// To be called in a runtime of one thread, in which all calls are made.
    ///
    /// # Errors
    /// There are no credentials.
    pub async fn open(host: &HostOptions, name: &str) -> io::Result<S3Bucket> {
        Ok(S3Bucket {
            client: client(host, name).await?,
            name: name.into(),
        })
    }

    /// A page of the objects whose keys begin with `prefix`, and what the next one is asked for by.
    pub async fn list_page(
        &self,
        prefix: &str,
        token: Option<String>,
    ) -> io::Result<(Vec<ArchiveEntry>, Option<String>)> {
        let page = self
            .client
            .list_objects_v2()
            .bucket(&*self.name)
            .prefix(prefix)
            .set_continuation_token(token)
            .send()
            .await
            .map_err(|error| failed(error, &self.name, S3Use::List))?;
        let entries = page.contents().iter().map(|object| ArchiveEntry {
            key: object.key().unwrap_or_default().to_owned(),
            size: object
                .size()
                .unwrap_or_default()
                .try_into()
                .unwrap_or_default(),
            etag: object.e_tag().map(str::to_owned),
        });
        let next = page.next_continuation_token().map(str::to_owned);
        Ok((entries.collect(), next))
    }

    /// What a whole object has to come to, as far as S3 knows it.
    pub async fn sum(&self, key: &str, etag: Option<&str>) -> Option<ObjectSum> {
        let head = self
            .client
            .head_object()
            .bucket(&*self.name)
            .key(key)
            .set_if_match(etag.map(str::to_owned))
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await;
        // What is wrong is told where it is read.
        sum_of!(&head.ok()?)
    }

    /// Reads it.
    pub async fn fetch(&self, wanted: Wanted<'_>) -> io::Result<Bytes> {
        let room = wanted.range.map_or(0, |(start, end)| end - start);
        let mut bytes = Vec::with_capacity(usize::try_from(room).unwrap_or_default());
        let take = |piece: Bytes| {
            bytes.extend_from_slice(&piece);
            io::Result::Ok(())
        };
        self.fetch_in_pieces(wanted, take).await?;
        Ok(bytes.into())
    }

    /// Reads it and hands on what comes. A body that breaks off is gone on with where it did, if the object is still
    /// the same. Whether all of it came as S3 has it is known at the end.
    pub async fn fetch_in_pieces<E: From<io::Error>>(
        &self,
        wanted: Wanted<'_>,
        mut take: impl FnMut(Bytes) -> Result<(), E>,
    ) -> Result<(), E> {
        let Wanted { key, etag, range } = wanted;
        let (mut start, mut end) = range.map_or((0, None), |(start, end)| (start, Some(end)));
        let mut etag = etag.map(str::to_owned);
        let mut sum = None;
        for breaks in 0..=BREAKS {
            let is_part = range.is_some() || breaks > 0;
            let part = is_part.then_some((start, end));
            let mut got = self.get(key, etag.clone(), part).await?;
            if !is_part {
                sum = sum_of!(&got);
                end = got.content_length().and_then(|end| end.try_into().ok());
            }
            etag = etag.or_else(|| got.e_tag().map(str::to_owned));
            let read = loop {
                match got.body.try_next().await {
                    Ok(Some(piece)) => {
                        if let Some(sum) = &mut sum {
                            sum.add(&piece);
                        }
                        start += piece.len() as u64;
                        take(piece)?;
                    }
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(io::Error::from(error)),
                }
            };
            match (end.unwrap_or_default().checked_sub(start), read) {
                (Some(0), _) => break,
                (None, _) => {
                    return Err(io::Error::other("the server sends more than there is").into());
                }
                (Some(_), Err(error)) if breaks == BREAKS => return Err(error.into()),
                (Some(_), Ok(())) => {
                    return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
                }
                (Some(_), Err(_)) => tokio::time::sleep(FIRST_WAIT * 2_u32.pow(breaks)).await,
            }
        }
        Ok(sum.map_or(Ok(()), ObjectSum::check)?)
    }

    /// Asks for all of an object, or for what begins in the middle of it.
    async fn get(
        &self,
        key: &str,
        etag: Option<String>,
        part: Option<(u64, Option<u64>)>,
    ) -> io::Result<GetObjectOutput> {
        let is_listed = etag.is_some();
        let range = part.map(|(start, end)| match end {
            Some(end) => format!("bytes={start}-{}", end - 1),
            None => format!("bytes={start}-"),
        });
        let request = self
            .client
            .get_object()
            .bucket(&*self.name)
            .key(key)
            .set_range(range)
            .set_if_match(etag)
            .customize()
            .mutate_request(|request| {
                // Asked by its own flag, the SDK would check each answer, and not what comes of several.
                let headers = request.headers_mut();
                headers.insert("x-amz-checksum-mode", "ENABLED");
                request.add_extension(AsItComes);
            });
        let got = request.send().await.map_err(|error| match error.code() {
            Some("PreconditionFailed") if is_listed => ListedChange::Other.into(),
            Some("NoSuchKey") if is_listed => ListedChange::Gone.into(),
            _ => failed(error, &self.name, S3Use::Get(key)),
        })?;
        let begins = part.map(|(start, _)| format!("bytes {start}-"));
        let is_it = begins.is_none_or(|begins| {
            let range = got.content_range();
            range.is_some_and(|range| range.starts_with(&begins))
        });
        match is_it {
            true => Ok(got),
            false => Err(io::Error::other(
                "the server doesn't give pieces of objects",
            )),
        }
    }

    /// Writes an object, as a whole.
    pub async fn put(&self, key: &str, bytes: Vec<u8>) -> io::Result<()> {
        let put = self.client.put_object().bucket(&*self.name).key(key);
        let put = put.body(bytes.into()).send().await;
        put.map_err(|error| failed(error, &self.name, S3Use::Put(key)))?;
        Ok(())
    }
}
