//! The way to a server, which can be cut.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::Duration;

/// Hands on what clients and a server say, until it is cut.
pub struct Relay {
    address: SocketAddr,
    way: Arc<Mutex<Way>>,
}

#[derive(Default)]
struct Way {
    is_cut: bool,
    open: Vec<Weak<TcpStream>>,
}

impl Relay {
    /// In front of a server.
    pub fn before(server: String) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let way: Arc<Mutex<Way>> = Arc::default();
        let of_thread = way.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.expect("a connection");
                // Where it is cut, the client is dropped, or the server has gone.
                let _ = connect(client, &server, &of_thread);
            }
        });
        Relay { address, way }
    }

    /// As clients find it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Breaks all that is under way, and lets nothing through for so long.
    pub fn cut(&self, time: Duration) {
        let mut way = self.way.lock().expect("no panic");
        way.is_cut = true;
        for stream in way.open.drain(..).filter_map(|stream| stream.upgrade()) {
            // It may have ended by itself.
            let _ = stream.shutdown(Shutdown::Both);
        }
        drop(way);
        thread::sleep(time);
        self.way.lock().expect("no panic").is_cut = false;
    }
}

fn connect(client: TcpStream, server: &str, way: &Mutex<Way>) -> io::Result<()> {
    let (client, server) = (Arc::new(client), Arc::new(TcpStream::connect(server)?));
    let mut way = way.lock().expect("no panic");
    if way.is_cut {
        return Ok(());
    }
    way.open.retain(|stream| stream.strong_count() > 0);
    way.open.extend([&client, &server].map(Arc::downgrade));
    for (from, to) in [(&client, &server), (&server, &client)] {
        let (from, to) = (from.clone(), to.clone());
        thread::spawn(move || hand_on(&from, &to));
    }
    Ok(())
}

/// Either end may go at any time.
fn hand_on(mut from: &TcpStream, mut to: &TcpStream) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer)
        && to.write_all(&buffer[..length]).is_ok()
    {}
    let _ = to.shutdown(Shutdown::Both);
}
