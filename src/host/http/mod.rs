//! `http` and `https`: the ops under js/internal/http/.
//!
//! An exchange is one resource, from `op_http_begin` until its request has been sent and its
//! response read, or until `op_http_close`. The ops need a [`Transport`](crate::net::Transport) in the
//! [`OpState`](deno_core::OpState), and for the running invocation a [`Trace`](crate::net::Trace).

mod embedded_aws;
mod exchange;
mod gather;
mod ops;
mod wire;

pub use self::embedded_aws::EmbeddedAws;
pub(super) use self::exchange::{ResponsePart, hand_over};
pub use self::exchange::{awaits_body, close_unread};
pub(super) use self::wire::WireTls;

deno_core::extension!(
    segfn_http,
    ops = [
        ops::op_http_begin,
        ops::op_http_connect,
        ops::op_http_send,
        ops::op_http_write,
        ops::op_http_finish,
        ops::op_http_read,
        ops::op_http_close
    ],
);
