//! A bucket for segfn itself: listings of archives, and results of parts.

use std::io;
use std::sync::Arc;

use aws_sdk_s3::Client;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use tokio::runtime::Runtime;

use super::s3_client::{client, failed};
use crate::host::HostOptions;

/// Objects that are fetched at the same time.
const AT_ONCE: usize = 32;

/// An object as a listing has it.
#[derive(Clone, Debug)]
pub struct ArchiveEntry {
    pub key: String,
    /// In bytes.
    pub size: u64,
    /// With its quotes.
    pub etag: Option<String>,
}

/// A bucket. Each call waits for its answer.
pub struct S3Store {
    runtime: Runtime,
    client: Client,
    bucket: Arc<str>,
}

impl S3Store {
    /// # Errors
    /// There are no credentials.
    pub fn open(bucket: &str, host: &HostOptions) -> io::Result<S3Store> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let client = runtime.block_on(client(host, bucket))?;
        Ok(S3Store {
            runtime,
            client,
            bucket: bucket.into(),
        })
    }

    /// The objects whose keys begin with `prefix`, in the order of the keys.
    ///
    /// # Errors
    /// What S3 says.
    pub fn list(&self, prefix: &str) -> io::Result<Vec<ArchiveEntry>> {
        self.runtime.block_on(async {
            let mut entries = Vec::new();
            let mut token = None;
            loop {
                let page = self
                    .client
                    .list_objects_v2()
                    .bucket(&*self.bucket)
                    .prefix(prefix)
                    .set_continuation_token(token)
                    .send()
                    .await
                    .map_err(failed)?;
                entries.extend(page.contents().iter().map(|object| {
                    ArchiveEntry {
                        key: object.key().unwrap_or_default().to_owned(),
                        size: object
                            .size()
                            .unwrap_or_default()
                            .try_into()
                            .unwrap_or_default(),
                        etag: object.e_tag().map(str::to_owned),
                    }
                }));
                token = page.next_continuation_token().map(str::to_owned);
                if token.is_none() {
                    return Ok(entries);
                }
            }
        })
    }

    /// Writes an object, as a whole.
    ///
    /// # Errors
    /// What S3 says.
    pub fn put(&self, key: &str, bytes: Vec<u8>) -> io::Result<()> {
        let put = self.client.put_object().bucket(&*self.bucket).key(key);
        let put = put.body(bytes.into()).send();
        self.runtime.block_on(put).map_err(failed)?;
        Ok(())
    }

    /// Reads objects, some at the same time, and hands them on in their order.
    ///
    /// # Errors
    /// What `take` gives.
    pub fn get_each<E>(
        &self,
        keys: &[String],
        mut take: impl FnMut(&str, io::Result<Bytes>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.runtime.block_on(async {
            let gets = keys
                .iter()
                .map(|key| async move { (key, self.fetch(key).await) });
            let mut got = stream::iter(gets).buffered(AT_ONCE);
            while let Some((key, bytes)) = got.next().await {
                take(key, bytes)?;
            }
            Ok(())
        })
    }

    /// Reads an object.
    ///
    /// # Errors
    /// What S3 says.
    pub fn get(&self, key: &str) -> io::Result<Bytes> {
        self.runtime.block_on(self.fetch(key))
    }

    async fn fetch(&self, key: &str) -> io::Result<Bytes> {
        let get = self.client.get_object().bucket(&*self.bucket).key(key);
        let got = get.send().await.map_err(failed)?;
        let bytes = got.body.collect().await.map_err(io::Error::other)?;
        Ok(bytes.into_bytes())
    }
}
