//! Where the server listens, and who is let in.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::sync::Arc;

use segfn::http_server::{LocalAuthority, ServerTls, ServerTlsError};
use segfn::options::HostPattern;
use tokio::net::TcpListener;

use crate::cli::error::{CliError, Exit};

/// Where the certificates are that are made, in the user's folder of data.
const FOLDER: &str = "segfn/tls";

/// The shortest token that a person may choose.
const SHORTEST: usize = 16;

#[derive(clap::Args)]
pub struct ListenArgs {
    /// The port to listen on; 0 takes any free port
    #[arg(long, value_name = "PORT", default_value = "4010", allow_hyphen_values = true, value_parser = parse_port)]
    pub port: u16,
    /// The address to listen on, such as 0.0.0.0 for all of this machine; for other than this machine itself,
    /// a token is wanted
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = parse_host)]
    pub host: IpAddr,
    /// What lets others in, instead of a new token for each start
    #[arg(long, value_name = "TOKEN", value_parser = parse_token)]
    pub token: Option<String>,
    /// Let the panel be asked by this name for this machine, such as mac.local; may be given several times
    #[arg(long, value_name = "HOST")]
    pub allow_host: Vec<HostPattern>,
    /// Speak HTTPS, too, with a certificate that is made once, for SDKs that speak nothing else
    #[arg(long)]
    pub tls: bool,
    /// Speak HTTPS with this certificate, in PEM, and those after it
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The key of the certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

fn parse_port(text: &str) -> Result<u16, &'static str> {
    text.parse()
        .map_err(|_| "expected a number from 0 to 65535")
}

fn parse_host(text: &str) -> Result<IpAddr, &'static str> {
    match text {
        "localhost" => Ok(Ipv4Addr::LOCALHOST.into()),
        text => text
            .parse()
            .map_err(|_| "expected an address of this machine, such as 0.0.0.0 for all of them"),
    }
}

fn parse_token(text: &str) -> Result<String, &'static str> {
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    match is_plain && text.len() >= SHORTEST {
        true => Ok(text.to_owned()),
        false => Err("expected at least 16 letters, digits, `-` and `_`"),
    }
}

impl ListenArgs {
    /// What lets others in, where somebody else than this machine may come.
    pub fn token(&self) -> io::Result<Option<String>> {
        match &self.token {
            None if !self.host.is_loopback() => {
                let bytes = segfn::random::from_system::<16>()?;
                Ok(Some(bytes.map(|byte| format!("{byte:02x}")).concat()))
            }
            given => Ok(given.clone()),
        }
    }

    /// How HTTPS is spoken, if it is.
    pub fn tls(&self) -> Result<Option<Arc<ServerTls>>, CliError> {
        let tls = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => ServerTls::given(certificate, key)?,
            _ if self.tls => {
                let folder = segfn::user_files::data_folder().ok_or(ServerTlsError::NoFolder)?;
                let authority = LocalAuthority::open(&folder.join(FOLDER))?;
                let names = self.allow_host.iter().filter_map(HostPattern::host);
                ServerTls::issued(authority, names.map(str::to_owned))
            }
            _ => return Ok(None),
        };
        Ok(Some(Arc::new(tls)))
    }

    pub async fn listen(&self) -> Result<TcpListener, CliError> {
        let address = SocketAddr::new(self.host, self.port);
        let listener = TcpListener::bind(address).await;
        listener.map_err(|error| cannot_listen(address, error))
    }
}

/// The address of this machine by which others reach a listener.
pub fn reached_at(listening: SocketAddr) -> SocketAddr {
    if !listening.ip().is_unspecified() {
        return listening;
    }
    // Nothing is sent: the system only chooses the address from which it would be.
    let chosen = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        Ok(socket.local_addr()?.ip())
    });
    SocketAddr::new(
        chosen.unwrap_or(Ipv4Addr::LOCALHOST.into()),
        listening.port(),
    )
}

fn cannot_listen(address: SocketAddr, error: io::Error) -> CliError {
    let message = match address.ip().is_loopback() {
        true => format!("can't listen on port {}", address.port()),
        false => format!("can't listen on {address}"),
    };
    let hint = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program has it, perhaps another `segfn serve`; --port 0 takes any port that is free"
        }
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 are for the administrator; take another, such as --port 4010"
        }
        io::ErrorKind::AddrNotAvailable => {
            "--host is an address of this machine, such as 0.0.0.0 for all of them"
        }
        _ => "--port 0 takes any port that is free",
    };
    CliError::new(Exit::Usage, message)
        .with_cause(error)
        .with_hint(Some(hint))
}

impl From<ServerTlsError> for CliError {
    fn from(error: ServerTlsError) -> CliError {
        let hint = error.hint();
        let exit = match &error {
            ServerTlsError::Made(_) | ServerTlsError::OpenSsl(_) => Exit::Internal,
            _ => Exit::Usage,
        };
        CliError::from_error(exit, error).with_hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_below_1024_is_told() {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 80));
        let told = cannot_listen(address, io::ErrorKind::PermissionDenied.into());
        assert_eq!(told.exit, Exit::Usage);
        assert_eq!(told.text(), "can't listen on port 80: permission denied");
        let hint = told.hint.expect("a hint");
        assert!(
            hint.starts_with("ports below 1024 are for the administrator"),
            "{hint}"
        );
    }
}
