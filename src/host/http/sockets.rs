//! The sockets of a function's requests: js/internal/http/socket.js.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::net::IpAddr;
use std::rc::Rc;

use deno_core::{
    AsyncRefCell, CancelFuture, CancelHandle, JsBuffer, OpState, RcRef, Resource, ResourceId,
    ToJsBuffer, op2,
};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::OwnedSemaphorePermit;

use super::resources::resources_that;
use super::wire::{Ends, OpReply, WireTls, gone};
use crate::host::invocation_log::trace_of;
use crate::net::{SocketLook, SocketStream, SocketTarget, TlsFacts, Transport, socket_error};

const NAME: &str = "segfnSocket";

/// How much is read at once, in bytes; as much as Node reads.
const AT_ONCE: usize = 64 * 1024;

struct SocketResource {
    reader: AsyncRefCell<ReadHalf<SocketStream>>,
    writer: AsyncRefCell<WriteHalf<SocketStream>>,
    cancel: CancelHandle,
    look: SocketLook,
    /// Held while an exchange is under way.
    turn: RefCell<Option<OwnedSemaphorePermit>>,
    /// A response has begun to come, and has not been read to its end.
    unread: Cell<bool>,
    /// A request has begun, and the function has not written it to its end.
    sending: Cell<bool>,
}

impl Resource for SocketResource {
    fn name(&self) -> Cow<'_, str> {
        NAME.into()
    }

    fn close(self: Rc<Self>) {
        self.cancel.cancel();
    }
}

/// Where a socket is to lead.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireTarget {
    host: String,
    port: u16,
    tls: Option<WireTls>,
    resume: bool,
    local_address: Option<String>,
    family: Option<u8>,
}

/// An open socket.
#[derive(Serialize)]
pub(super) struct Opened {
    rid: ResourceId,
    #[serde(flatten)]
    ends: Ends,
    tls: Option<WireFacts>,
}

#[derive(Serialize)]
pub(super) struct WireFacts {
    #[serde(flatten)]
    facts: TlsFacts,
    certificates: Vec<ToJsBuffer>,
}

/// What was read. Without a chunk, the other side has ended.
#[derive(Serialize)]
pub(super) struct SocketRead {
    chunk: Option<ToJsBuffer>,
}

fn find(state: &RefCell<OpState>, rid: ResourceId) -> Option<Rc<SocketResource>> {
    state.borrow().resource_table.get(rid).ok()
}

#[op2]
#[serde]
pub(super) async fn op_socket_connect(
    state: Rc<RefCell<OpState>>,
    #[serde] target: WireTarget,
) -> OpReply<Opened> {
    let net = state.borrow().try_borrow::<Transport>().cloned();
    let Some(net) = net else {
        return OpReply::Failed { error: gone() };
    };
    let address = target.local_address.as_deref();
    let target = SocketTarget {
        host: target.host,
        port: target.port,
        tls: target.tls.map(WireTls::convert),
        resume: target.resume,
        local_address: address.and_then(|address| address.parse::<IpAddr>().ok()),
        family: target.family,
    };
    match net.open(&target).await {
        Err(error) => OpReply::Failed { error },
        Ok((mut socket, turn)) => {
            let ends = Ends::new(Some(&socket.peer));
            let tls = socket.tls.take().map(|mut facts| WireFacts {
                certificates: std::mem::take(&mut facts.certificates)
                    .into_iter()
                    .map(ToJsBuffer::from)
                    .collect(),
                facts,
            });
            let stream = socket.into_stream();
            let look = stream.look();
            let (reader, writer) = tokio::io::split(stream);
            let rid = state.borrow_mut().resource_table.add(SocketResource {
                reader: AsyncRefCell::new(reader),
                writer: AsyncRefCell::new(writer),
                cancel: CancelHandle::new(),
                look,
                turn: RefCell::new(Some(turn)),
                unread: Cell::new(false),
                sending: Cell::new(false),
            });
            OpReply::Done(Opened { rid, ends, tls })
        }
    }
}

/// Waits for bytes, or for the other side to end.
#[op2]
#[serde]
pub(super) async fn op_socket_read(
    state: Rc<RefCell<OpState>>,
    #[smi] rid: ResourceId,
) -> OpReply<SocketRead> {
    let Some(socket) = find(&state, rid) else {
        return OpReply::Failed { error: gone() };
    };
    let reading = async {
        let mut reader = RcRef::map(&socket, |socket| &socket.reader)
            .borrow_mut()
            .await;
        let mut bytes = vec![0; AT_ONCE];
        let count = reader.read(&mut bytes).await?;
        bytes.truncate(count);
        bytes.shrink_to_fit();
        Ok::<_, std::io::Error>(bytes)
    };
    let cancel = RcRef::map(&socket, |socket| &socket.cancel);
    match reading.or_cancel(cancel).await {
        Err(_) => OpReply::Failed { error: gone() },
        Ok(Err(error)) => OpReply::Failed {
            error: socket_error(&error, "read"),
        },
        Ok(Ok(bytes)) => {
            trace_of(&state.borrow()).received(bytes.len() as u64);
            OpReply::Done(SocketRead {
                chunk: (!bytes.is_empty()).then(|| bytes.into()),
            })
        }
    }
}

/// Writes all of `bytes`.
#[op2]
#[serde]
pub(super) async fn op_socket_write(
    state: Rc<RefCell<OpState>>,
    #[smi] rid: ResourceId,
    #[buffer] bytes: JsBuffer,
) -> OpReply<()> {
    let Some(socket) = find(&state, rid) else {
        return OpReply::Failed { error: gone() };
    };
    let writing = async {
        let mut writer = RcRef::map(&socket, |socket| &socket.writer)
            .borrow_mut()
            .await;
        writer.write_all(&bytes).await?;
        writer.flush().await
    };
    let cancel = RcRef::map(&socket, |socket| &socket.cancel);
    match writing.or_cancel(cancel).await {
        Err(_) => OpReply::Failed { error: gone() },
        Ok(Err(error)) => OpReply::Failed {
            error: socket_error(&error, "write"),
        },
        Ok(Ok(())) => {
            trace_of(&state.borrow()).sent(bytes.len() as u64);
            OpReply::Done(())
        }
    }
}

/// Tells the other side that no more will come.
#[op2]
pub(super) async fn op_socket_shutdown(state: Rc<RefCell<OpState>>, #[smi] rid: ResourceId) {
    let Some(socket) = find(&state, rid) else {
        return;
    };
    let ending = async {
        let mut writer = RcRef::map(&socket, |socket| &socket.writer)
            .borrow_mut()
            .await;
        // The other side may have gone already.
        let _ = writer.shutdown().await;
    };
    let cancel = RcRef::map(&socket, |socket| &socket.cancel);
    let _ = ending.or_cancel(cancel).await;
}

#[op2(fast)]
pub(super) fn op_socket_close(state: &mut OpState, #[smi] rid: ResourceId) {
    close(state, rid);
}

/// How far an exchange over the socket is: 0 it begins, 1 its response's head came, 2 it is over, 3 its request
/// is complete.
#[op2(fast)]
pub(super) fn op_socket_exchange(state: &mut OpState, #[smi] rid: ResourceId, #[smi] phase: u32) {
    let Ok(socket) = state.resource_table.get::<SocketResource>(rid) else {
        return;
    };
    match phase {
        0 => socket.sending.set(true),
        1 => socket.unread.set(true),
        3 => return socket.sending.set(false),
        _ => {
            socket.sending.set(false);
            socket.unread.set(false);
        }
    }
    if phase == 2 {
        socket.turn.take();
    } else if phase == 0 && socket.turn.borrow().is_none() {
        let net = state.try_borrow::<Transport>();
        socket.turn.replace(net.and_then(Transport::turn));
    }
}

/// Whether the other side has ended or broken the connection: JavaScript may not have been told yet, when no
/// invocation has run for a while.
#[op2(fast)]
pub(super) fn op_socket_ended(state: &mut OpState, #[smi] rid: ResourceId) -> bool {
    match state.resource_table.get::<SocketResource>(rid) {
        Ok(socket) => socket.look.has_ended(),
        Err(_) => true,
    }
}

fn close(state: &mut OpState, rid: ResourceId) {
    // It may be closed already.
    if let Ok(socket) = state.resource_table.take::<SocketResource>(rid) {
        socket.close();
    }
}

/// Closes the sockets with a response that nobody is reading.
pub(super) fn close_unread_sockets(state: &mut OpState) {
    for rid in resources_that(state, NAME, |socket: &SocketResource| socket.unread.get()) {
        close(state, rid);
    }
}

/// Whether there is a socket with a request that the function has not written to its end.
pub(super) fn awaits_request(state: &OpState) -> bool {
    let sending = |socket: &SocketResource| socket.sending.get();
    !resources_that(state, NAME, sending).is_empty()
}
