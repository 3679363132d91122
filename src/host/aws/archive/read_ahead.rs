//! The objects of an archive, fetched ahead of who reads them: listed, asked for several at a time, and handed on in
//! their order.

use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc::{self, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::archive_url::ArchiveUrl;
use super::listed::{ListedChange, ListedPiece, is_plain};
use super::object_sum::ObjectSum;
use super::s3_bucket::{S3Bucket, Wanted};

/// So much of an object is fetched at once, in bytes.
const PIECE: u64 = 4 << 20;
/// So much is fetched at once behind a piece, to the end of its last line.
const LINE: u64 = 64 << 10;
/// Requests at the same time: small objects come as fast as they are answered.
const AT_ONCE: usize = 16;
/// So much may be fetched and not yet read, in kilobytes: three large pieces.
const ROOM: usize = 13 << 10;
/// So many objects are listed ahead: S3 tells a thousand at once.
const LISTED: usize = 1000;

/// What comes to who reads.
pub(super) enum Message {
    /// An object begins.
    Object(String),
    /// It gives its room back when it is dropped.
    Piece(Bytes, OwnedSemaphorePermit),
    Failed(io::Error),
}

/// What has to be done for an object, one after the other.
enum Step {
    Begin,
    /// Makes sure that it can be read in pieces.
    BeSplittable,
    /// Asks what all pieces have to come to.
    Sum,
    /// All of it in one request.
    Whole,
    Range(u64, u64),
    /// A range, and what lies behind it to the end of the line.
    Last(u64, u64),
    /// All of it has come.
    End,
}

/// What came of a step.
enum Came {
    Nothing,
    Object(String),
    Sum(Option<ObjectSum>),
    Piece(Bytes, OwnedSemaphorePermit),
    End,
}

/// Lists the objects of `url` and hands on all that may hold events since `since`.
pub(super) async fn read_archive(
    bucket: S3Bucket,
    url: ArchiveUrl,
    since: Option<SystemTime>,
    messages: &Sender<Message>,
) -> io::Result<()> {
    let (sender, mut listed) = mpsc::channel(LISTED);
    let listing = bucket.clone();
    tokio::spawn(async move {
        if let Err(error) = list(&listing, &url, since, &sender).await {
            // Nobody may be reading any more.
            let _ = sender.send(Err(error)).await;
        }
    });
    let objects = stream::poll_fn(move |context| listed.poll_recv(context));
    hand_on(bucket, objects.boxed(), messages).await
}

/// Hands on pieces of objects that were listed before.
pub(super) async fn read_pieces(
    bucket: S3Bucket,
    pieces: impl Iterator<Item = ListedPiece> + Send + 'static,
    messages: &Sender<Message>,
) -> io::Result<()> {
    hand_on(bucket, stream::iter(pieces).map(Ok).boxed(), messages).await
}

async fn list(
    bucket: &S3Bucket,
    url: &ArchiveUrl,
    since: Option<SystemTime>,
    objects: &Sender<io::Result<ListedPiece>>,
) -> io::Result<()> {
    let mut token = None;
    let mut found = false;
    loop {
        let (page, next) = bucket.list_page(&url.prefix, token).await?;
        found |= !page.is_empty();
        let wanted = page.into_iter();
        for object in
            wanted.filter(|object| object.size > 0 && ArchiveUrl::may_hold(&object.key, since))
        {
            let whole = ListedPiece {
                range: 0..object.size,
                size: object.size,
                etag: object.etag,
                key: object.key,
            };
            if objects.send(Ok(whole)).await.is_err() {
                return Ok(());
            }
        }
        token = next;
        if token.is_none() {
            return match found {
                true => Ok(()),
                false => Err(url.nothing_found()),
            };
        }
    }
}

async fn hand_on(
    bucket: S3Bucket,
    objects: BoxStream<'static, io::Result<ListedPiece>>,
    messages: &Sender<Message>,
) -> io::Result<()> {
    let room = Arc::new(Semaphore::new(ROOM));
    let steps = objects.flat_map(|object| match object {
        Ok(object) => steps(Arc::new(object)).map(Ok).boxed(),
        Err(error) => stream::iter([Err(error)]).boxed(),
    });
    let came = steps.map(|step| {
        let (bucket, room) = (bucket.clone(), room.clone());
        async move {
            let (object, step) = step?;
            come(&bucket, &object, step, room).await
        }
    });
    let mut came = came.buffered(AT_ONCE);
    let mut sum: Option<ObjectSum> = None;
    while let Some(next) = came.next().await {
        let message = match next? {
            Came::Nothing => continue,
            Came::Object(name) => Message::Object(name),
            Came::Sum(said) => {
                sum = said;
                continue;
            }
            Came::Piece(bytes, permit) => {
                if let Some(sum) = &mut sum {
                    sum.add(&bytes);
                }
                Message::Piece(bytes, permit)
            }
            Came::End => {
                sum.take().map_or(Ok(()), ObjectSum::check)?;
                continue;
            }
        };
        if messages.send(message).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// The steps for an object. A piece of one has the byte before it, and goes on to the end of its last line.
fn steps(object: Arc<ListedPiece>) -> impl Stream<Item = (Arc<ListedPiece>, Step)> + Send {
    let (first, end) = (object.range.start, object.range.end);
    let is_whole = first == 0 && end == object.size;
    let mut before = vec![Step::Begin];
    let mut after = Vec::new();
    if is_whole && end <= PIECE {
        before.push(Step::Whole);
    } else if is_whole {
        before.push(Step::Sum);
        after.push(Step::End);
    } else if first > 0 {
        before.push(Step::BeSplittable);
    }
    let first = first.saturating_sub(1);
    let count = match is_whole && end <= PIECE {
        true => 0,
        false => (end - first).div_ceil(PIECE),
    };
    let ranges = (0..count).map(move |number| {
        let start = first + number * PIECE;
        match number + 1 == count && !is_whole {
            true => Step::Last(start, end),
            false => Step::Range(start, end.min(start + PIECE)),
        }
    });
    let steps = before.into_iter().chain(ranges).chain(after);
    stream::iter(steps.map(move |step| (object.clone(), step)))
}

async fn come(
    bucket: &S3Bucket,
    object: &ListedPiece,
    step: Step,
    room: Arc<Semaphore>,
) -> io::Result<Came> {
    let wanted = |range| Wanted {
        key: &object.key,
        etag: object.etag.as_deref(),
        range,
    };
    let piece = |start, end, whole: bool| async move {
        // In the order of the steps, so that the piece that is read next is never the one that waits.
        let kilobytes = u32::try_from((end - start) / 1024 + 1).unwrap_or(u32::MAX);
        let permit = room
            .acquire_many_owned(kilobytes)
            .await
            .map_err(io::Error::other)?;
        let range = (!whole).then_some((start, end));
        io::Result::Ok((bucket.fetch(wanted(range)).await?, permit))
    };
    Ok(match step {
        Step::Begin => Came::Object(format!("s3://{}/{}", bucket.name, object.key)),
        Step::BeSplittable => {
            let begin = bucket.fetch(wanted(Some((0, object.size.min(2))))).await?;
            if !is_plain(&begin) {
                return Err(ListedChange::NoLines.into());
            }
            Came::Nothing
        }
        Step::Sum => Came::Sum(bucket.sum(&object.key, object.etag.as_deref()).await),
        Step::Whole => {
            let (bytes, permit) = piece(0, object.size, true).await?;
            Came::Piece(bytes, permit)
        }
        Step::Range(start, end) => {
            let (bytes, permit) = piece(start, end, false).await?;
            Came::Piece(bytes, permit)
        }
        Step::Last(start, end) => {
            let (bytes, permit) = piece(start, end, false).await?;
            let mut bytes = Vec::from(bytes);
            let mut end = end;
            let mut ends_a_line = bytes.ends_with(b"\n");
            while end < object.size && !ends_a_line {
                let next = object.size.min(end + LINE);
                let more = bucket.fetch(wanted(Some((end, next)))).await?;
                ends_a_line = more.contains(&b'\n');
                bytes.extend_from_slice(&more);
                end = next;
            }
            Came::Piece(bytes.into(), permit)
        }
        Step::End => Came::End,
    })
}
