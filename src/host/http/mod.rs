//! `http` and `https`: the ops under js/internal/http/.
//!
//! An exchange is one resource, from `op_http_begin` until its request has been sent and its
//! response read, or until `op_http_close`. Exchanges are made so where something else than the network may
//! answer. Else JavaScript makes them by itself over sockets (`sockets`), reads the responses by `parser`,
//! and tells what it does by `watch`. The ops need a [`Transport`](crate::net::Transport) in the
//! [`OpState`](deno_core::OpState), and for the running invocation a [`Trace`](crate::net::Trace).

mod embedded_aws;
mod exchange;
mod gather;
mod ops;
mod parser;
mod resources;
mod sockets;
mod watch;
mod wire;

pub use self::embedded_aws::EmbeddedAws;
pub(super) use self::exchange::{ResponsePart, hand_over};
pub(super) use self::wire::WireTls;

/// Closes what holds a response that has begun to come and that nobody is reading, as at the end of an
/// invocation: functions often look at no more than the status, and what they leave unread would hold
/// connections for ever.
pub fn close_unread(state: &mut deno_core::OpState) {
    exchange::close_unread_exchanges(state);
    sockets::close_unread_sockets(state);
}

/// Whether there is a request whose body the function has not written to its end: what is under way
/// may be waiting for that.
pub fn awaits_body(state: &deno_core::OpState) -> bool {
    exchange::awaits_exchange(state) || sockets::awaits_request(state)
}

deno_core::extension!(
    segfn_http,
    ops = [
        ops::op_http_begin,
        ops::op_http_connect,
        ops::op_http_send,
        ops::op_http_write,
        ops::op_http_finish,
        ops::op_http_read,
        ops::op_http_heard,
        ops::op_http_close,
        parser::op_http_parser,
        parser::op_http_parse,
        parser::op_http_parse_end,
        sockets::op_socket_connect,
        sockets::op_socket_read,
        sockets::op_socket_write,
        sockets::op_socket_shutdown,
        sockets::op_socket_close,
        sockets::op_socket_exchange,
        sockets::op_socket_ended,
        watch::op_http_use,
        watch::op_http_watch,
        watch::op_http_watch_sent,
        watch::op_http_watch_head,
        watch::op_http_watch_headers,
        watch::op_http_watch_came,
        watch::op_http_watch_over
    ],
);
