//! A bucket for segfn itself: listings of archives, and results of parts.

use std::io;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use tokio::runtime::Runtime;

use super::s3_bucket::{ArchiveEntry, S3Bucket, Wanted};
use crate::host::HostOptions;

/// Objects that are fetched at the same time.
const AT_ONCE: usize = 32;

/// A bucket. Each call waits for its answer.
pub struct S3Store {
    runtime: Runtime,
    bucket: S3Bucket,
}

impl S3Store {
    /// # Errors
    /// There are no credentials.
    pub fn open(bucket: &str, host: &HostOptions) -> io::Result<S3Store> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let bucket = runtime.block_on(S3Bucket::open(host, bucket))?;
        Ok(S3Store { runtime, bucket })
    }

    /// Hands on the objects whose keys begin with `prefix`, in the order of the keys.
    ///
    /// # Errors
    /// What S3 says.
    pub fn list_each(&self, prefix: &str, mut take: impl FnMut(ArchiveEntry)) -> io::Result<()> {
        self.runtime.block_on(async {
            let mut token = None;
            loop {
                let (page, next) = self.bucket.list_page(prefix, token).await?;
                page.into_iter().for_each(&mut take);
                token = next;
                if token.is_none() {
                    return Ok(());
                }
            }
        })
    }

    /// Writes an object, as a whole.
    ///
    /// # Errors
    /// What S3 says.
    pub fn put(&self, key: &str, bytes: Vec<u8>) -> io::Result<()> {
        self.runtime.block_on(self.bucket.put(key, bytes))
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
                .map(|key| async move { (key, self.bucket.fetch(whole(key)).await) });
            let mut got = stream::iter(gets).buffered(AT_ONCE);
            while let Some((key, bytes)) = got.next().await {
                take(key, bytes)?;
            }
            Ok(())
        })
    }

    /// Reads an object and hands on what comes. Whether it came as S3 has it is known at the end.
    ///
    /// # Errors
    /// What S3 says, or what `take` gives.
    pub fn get_in_pieces<E: From<io::Error>>(
        &self,
        key: &str,
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let got = self
            .bucket
            .fetch_in_pieces(whole(key), |piece| take(&piece));
        self.runtime.block_on(got)
    }
}

/// All of an object, whatever it is.
fn whole(key: &str) -> Wanted<'_> {
    Wanted {
        key,
        etag: None,
        range: None,
    }
}
