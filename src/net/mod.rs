//! The one door to the network: `fetch`, `https` and the AWS clients all pass it, so this is where
//! traffic is traced, recorded, replayed and refused. [`Transport`] is the door; `live` is where a
//! request becomes bytes on a socket.
//!
//! HTTP/1.1, as Node's client speaks it. Redirects and content codings are not known here: the
//! platform's own packages do these, or nobody does.

mod connect;
mod connection;
mod destination;
mod error;
mod from_cassette;
mod header_case;
mod live;
mod mode;
mod peer;
mod pool;
mod record;
mod replay;
mod request_body;
mod response_body;
mod send_options;
mod tls;
mod trace;
mod transport;

pub(crate) use self::header_case::header_case;
pub use self::mode::{NetMode, Stub};
pub use self::peer::Peer;
pub use self::record::{RecordedTraffic, Recorder};
pub(crate) use self::replay::unanswered_here;
pub use self::replay::{Miss, Nearest, Replayer};
pub use self::request_body::{Body, BodyAborted, BodySender, BodyStream};
pub use self::response_body::ResponseBody;
pub use self::send_options::SendOptions;
pub use self::tls::TlsOptions;
pub use self::trace::{Trace, TraceEntry};
pub use self::transport::Transport;
