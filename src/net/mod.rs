//! The one door to the network: `fetch`, `https` and the AWS clients all pass it, so this is where
//! traffic is traced, recorded, replayed and refused. [`Transport`] is the door; `live` is where a
//! request becomes bytes on a socket.
//!
//! HTTP/1.1, as Node's client speaks it. Redirects and content codings are not known here: the
//! platform's own packages do these, or nobody does.

mod answered;
mod connect;
mod connection;
mod destination;
mod error;
mod fault;
mod from_cassette;
mod handover;
mod header_case;
mod kept;
mod live;
mod metadata;
mod mode;
mod peer;
mod pool;
mod record;
mod replay;
mod reply;
mod request_body;
mod response_body;
mod response_parser;
mod send_options;
mod size;
mod socket;
mod tls;
mod trace;
mod transport;
mod watched;

pub use self::error::socket_error;
pub use self::fault::{Fault, FaultError, FaultKind, FaultTable, Faults, PendingFault};
pub use self::handover::{NetModeHandover, NetProgress};
pub(crate) use self::header_case::header_case;
pub use self::kept::Keep;
pub use self::metadata::is_metadata;
pub use self::mode::{NetMode, Stub};
pub use self::peer::Peer;
pub use self::record::{RecordedAnswers, RecordedTraffic, Recorder};
pub use self::replay::{AssumedRequest, Miss, Nearest, Replayer};
pub use self::reply::{
    ConditionError, Replies, RepliesHandover, Reply, ReplyAnswer, ReplyCondition, ReplyContent,
    ReplyFailure, ReplyFailureError, ReplyTarget, TargetError, UnusedReply,
};
pub(crate) use self::reply::{give_due, next_answer, waiting_here, watch_waiting};
pub use self::request_body::{Body, BodyAborted, BodySender, BodyStream};
pub use self::response_body::ResponseBody;
pub use self::response_parser::{Asked, ParseError, ParsedHead, ParsedPiece, ResponseParser};
pub use self::send_options::SendOptions;
pub use self::size::{request_head, response_head};
pub use self::socket::{Socket, SocketLook, SocketStream, SocketTarget};
pub use self::tls::{TlsFacts, TlsOptions};
pub use self::trace::{Trace, TraceClock, TraceEntry, Traced};
pub use self::transport::{SocketUse, Transport, TransportOptions};
pub use self::watched::WatchedExchange;
