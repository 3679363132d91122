//! Reading archives of events.

use std::io;
use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, mpsc};
use std::time::SystemTime;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use bytes::Bytes;
use parking_lot::Mutex;

use super::archive_url::ArchiveUrl;
use super::listed::{ListedChange, ListedPiece, is_plain};
use super::s3_client::{client, failed};
use crate::host::HostOptions;

/// So much of an object is fetched at once, in bytes.
const PIECE: u64 = 4 << 20;
/// So much is fetched at once behind a piece, to the end of its last line.
const LINE: u64 = 64 << 10;
/// Pieces that are fetched ahead.
const AHEAD: usize = 1;

enum Message {
    /// An object begins.
    Object(String),
    Piece(Bytes),
    Failed(io::Error),
}

/// One object.
pub struct ArchiveObject {
    /// `s3://BUCKET/KEY`.
    pub name: String,
    pub content: Box<dyn Read + Send>,
}

/// Lists the objects of an archive and reads them, on a thread of its own.
pub struct S3Archive {
    messages: Arc<Mutex<Receiver<Message>>>,
    /// What came behind the end of the last object.
    next: Arc<Mutex<Option<Message>>>,
}

impl S3Archive {
    /// Begins to list `url`. Objects that can't hold events since `since` are left out.
    ///
    /// # Errors
    /// The machine has no thread for it.
    pub fn open(
        url: ArchiveUrl,
        host: &HostOptions,
        since: Option<SystemTime>,
    ) -> io::Result<S3Archive> {
        let host = host.clone();
        S3Archive::start(move |sender| read(&url, &host, since, sender))
    }

    /// Begins to read pieces of the objects in `bucket`, which were listed before.
    ///
    /// # Errors
    /// The machine has no thread for it.
    pub fn open_pieces(
        bucket: String,
        pieces: Vec<ListedPiece>,
        host: &HostOptions,
    ) -> io::Result<S3Archive> {
        let host = host.clone();
        S3Archive::start(move |sender| read_pieces(&bucket, &pieces, &host, sender))
    }

    fn start(
        read: impl FnOnce(&SyncSender<Message>) -> io::Result<()> + Send + 'static,
    ) -> io::Result<S3Archive> {
        let (sender, messages) = mpsc::sync_channel(AHEAD);
        std::thread::Builder::new()
            .name("segfn-archive".into())
            .spawn(move || {
                if let Err(error) = read(&sender) {
                    // Nobody may be reading any more.
                    let _ = sender.send(Message::Failed(error));
                }
            })?;
        Ok(S3Archive {
            messages: Arc::new(Mutex::new(messages)),
            next: Arc::default(),
        })
    }
}

impl S3Archive {
    /// The next object, in the order of the keys; it is asked for when the one before has been read, or
    /// dropped.
    pub fn next_object(&mut self) -> io::Result<Option<ArchiveObject>> {
        let mut kept = self.next.lock().take();
        loop {
            let message = match kept.take() {
                Some(message) => message,
                None => match self.messages.lock().recv() {
                    Ok(message) => message,
                    Err(_) => return Ok(None),
                },
            };
            match message {
                // What is left of an object that wasn't read to its end.
                Message::Piece(_) => {}
                Message::Failed(error) => return Err(error),
                Message::Object(name) => {
                    let content = Content {
                        messages: self.messages.clone(),
                        next: self.next.clone(),
                        piece: Bytes::new(),
                    };
                    return Ok(Some(ArchiveObject {
                        name,
                        content: Box::new(content),
                    }));
                }
            }
        }
    }
}

struct Content {
    messages: Arc<Mutex<Receiver<Message>>>,
    next: Arc<Mutex<Option<Message>>>,
    piece: Bytes,
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            let mut next = self.next.lock();
            if next.is_some() {
                return Ok(0);
            }
            match self.messages.lock().recv() {
                Ok(Message::Piece(piece)) => self.piece = piece,
                Ok(Message::Failed(error)) => return Err(error),
                Ok(message @ Message::Object(_)) => *next = Some(message),
                Err(_) => return Ok(0),
            }
        }
        let length = buffer.len().min(self.piece.len());
        buffer[..length].copy_from_slice(&self.piece.split_to(length));
        Ok(length)
    }
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

fn read(
    url: &ArchiveUrl,
    host: &HostOptions,
    since: Option<SystemTime>,
    messages: &SyncSender<Message>,
) -> io::Result<()> {
    runtime()?.block_on(async {
        let client = client(host, &url.bucket).await?;
        let mut token = None;
        let mut found = false;
        loop {
            let page = client
                .list_objects_v2()
                .bucket(&url.bucket)
                .prefix(&url.prefix)
                .set_continuation_token(token)
                .send()
                .await
                .map_err(failed)?;
            for object in page.contents() {
                let (key, size) = (object.key().unwrap_or_default(), object.size().unwrap_or(0));
                found = true;
                if size == 0 || !ArchiveUrl::may_hold(key, since) {
                    continue;
                }
                let whole = ListedPiece {
                    key: key.to_owned(),
                    etag: None,
                    size: u64::try_from(size).unwrap_or_default(),
                    range: 0..u64::try_from(size).unwrap_or_default(),
                };
                if !send_piece(&client, &url.bucket, &whole, messages).await? {
                    return Ok(());
                }
            }
            token = page.next_continuation_token().map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        match found {
            true => Ok(()),
            false => Err(url.nothing_found()),
        }
    })
}

fn read_pieces(
    bucket: &str,
    pieces: &[ListedPiece],
    host: &HostOptions,
    messages: &SyncSender<Message>,
) -> io::Result<()> {
    runtime()?.block_on(async {
        let client = client(host, bucket).await?;
        for piece in pieces {
            match send_piece(&client, bucket, piece, messages).await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                // The object has begun, so it is that which fails.
                Err(error) => return Err(error),
            }
        }
        Ok(())
    })
}

/// Reads an object, or a piece of it with the byte before it and to the end of its last line; false when nobody
/// wants more.
async fn send_piece(
    client: &Client,
    bucket: &str,
    piece: &ListedPiece,
    messages: &SyncSender<Message>,
) -> io::Result<bool> {
    let name = format!("s3://{bucket}/{}", piece.key);
    if messages.send(Message::Object(name)).is_err() {
        return Ok(false);
    }
    let mut start = piece.range.start;
    if start > 0 {
        let begin = get(client, bucket, piece, 0..piece.size.min(2)).await?;
        if !is_plain(&begin) {
            return Err(ListedChange::NoLines.into());
        }
        start -= 1;
    }
    let end = piece.range.end;
    let mut ends_a_line = false;
    while start < end {
        let next = end.min(start + PIECE);
        let bytes = get(client, bucket, piece, start..next).await?;
        ends_a_line = bytes.ends_with(b"\n");
        if messages.send(Message::Piece(bytes)).is_err() {
            return Ok(false);
        }
        start = next;
    }
    while start < piece.size && !ends_a_line {
        let next = piece.size.min(start + LINE);
        let bytes = get(client, bucket, piece, start..next).await?;
        ends_a_line = bytes.contains(&b'\n');
        if messages.send(Message::Piece(bytes)).is_err() {
            return Ok(false);
        }
        start = next;
    }
    Ok(true)
}

async fn get(
    client: &Client,
    bucket: &str,
    piece: &ListedPiece,
    range: std::ops::Range<u64>,
) -> io::Result<Bytes> {
    let sent = client
        .get_object()
        .bucket(bucket)
        .key(&piece.key)
        .range(format!("bytes={}-{}", range.start, range.end - 1))
        .set_if_match(piece.etag.clone())
        .send()
        .await;
    let got = sent.map_err(|error| match (&piece.etag, error.code()) {
        (Some(_), Some("PreconditionFailed")) => ListedChange::Other.into(),
        (Some(_), Some("NoSuchKey")) => ListedChange::Gone.into(),
        _ => failed(error),
    })?;
    let bytes = got.body.collect().await.map_err(io::Error::other)?;
    Ok(bytes.into_bytes())
}
