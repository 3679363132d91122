//! Reading archives of events.

use std::io;
use std::io::Read;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::archive_url::ArchiveUrl;
use super::listed::ListedPiece;
use super::read_ahead::{Message, read_archive, read_pieces};
use super::s3_bucket::S3Bucket;
use crate::host::HostOptions;

/// What may wait to be read. What it holds is bounded where it is fetched.
const AHEAD: usize = 16;

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
        S3Archive::start(async move |sender| {
            let bucket = S3Bucket::open(&host, &url.bucket).await?;
            read_archive(bucket, url, since, sender).await
        })
    }

    /// Begins to read pieces of the objects in `bucket`, which were listed before.
    ///
    /// # Errors
    /// The machine has no thread for it.
    pub fn open_pieces(
        bucket: String,
        pieces: impl Iterator<Item = ListedPiece> + Send + 'static,
        host: &HostOptions,
    ) -> io::Result<S3Archive> {
        let host = host.clone();
        S3Archive::start(async move |sender| {
            let bucket = S3Bucket::open(&host, &bucket).await?;
            read_pieces(bucket, pieces, sender).await
        })
    }

    fn start(
        read: impl AsyncFnOnce(&Sender<Message>) -> io::Result<()> + Send + 'static,
    ) -> io::Result<S3Archive> {
        let (sender, messages) = mpsc::channel(AHEAD);
        std::thread::Builder::new()
            .name("segfn-archive".into())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let ended = runtime.and_then(|runtime| runtime.block_on(read(&sender)));
                if let Err(error) = ended {
                    // Nobody may be reading any more.
                    let _ = sender.blocking_send(Message::Failed(error));
                }
            })?;
        Ok(S3Archive {
            messages: Arc::new(Mutex::new(messages)),
            next: Arc::default(),
        })
    }
}

impl S3Archive {
    /// The next object, in the order of the keys.
    pub fn next_object(&mut self) -> io::Result<Option<ArchiveObject>> {
        let mut kept = self.next.lock().take();
        loop {
            let message = match kept.take() {
                Some(message) => message,
                None => match self.messages.lock().blocking_recv() {
                    Some(message) => message,
                    None => return Ok(None),
                },
            };
            match message {
                // What is left of an object that wasn't read to its end.
                Message::Piece(..) => {}
                Message::Failed(error) => return Err(error),
                Message::Object(name) => {
                    let content = Content {
                        messages: self.messages.clone(),
                        next: self.next.clone(),
                        piece: Bytes::new(),
                        room: None,
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
    /// What the piece holds, until it has been read.
    room: Option<OwnedSemaphorePermit>,
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            self.room = None;
            let mut next = self.next.lock();
            if next.is_some() {
                return Ok(0);
            }
            match self.messages.lock().blocking_recv() {
                Some(Message::Piece(piece, room)) => {
                    self.piece = piece;
                    self.room = Some(room);
                }
                Some(Message::Failed(error)) => return Err(error),
                Some(message @ Message::Object(_)) => *next = Some(message),
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.piece.len());
        buffer[..length].copy_from_slice(&self.piece.split_to(length));
        Ok(length)
    }
}
