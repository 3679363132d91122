//! The stores that parts read from and write to, and what becomes of them.

use std::time::Duration;

use super::workspace::archive;
use crate::support::Folder;
use crate::support::moto::{self, Server};
use crate::support::relay::Relay;
use crate::support::served::{FIXED_KEY, Served};

/// A store with the archive and an empty bucket `results`, that can go away.
pub trait Store {
    /// As `--aws` takes it.
    fn aws(&self) -> String;
    /// It is away for so long.
    fn leave(&mut self, time: Duration);
}

/// A folder whose embedded S3 has the archive, and the bucket for results.
fn with_archive(objects: usize, each: usize) -> Folder {
    let folder = Folder::new(&[]);
    archive(&folder, objects, each);
    std::fs::create_dir_all(folder.path().join(".segfn/s3/results")).expect("a bucket");
    folder
}

/// `segfn aws`, which is killed and started again.
pub struct SegfnAws {
    folder: Folder,
    served: Option<Served>,
    port: u16,
}

impl SegfnAws {
    /// With an archive of so many objects of so many events each.
    pub fn start(objects: usize, each: usize) -> SegfnAws {
        let folder = with_archive(objects, each);
        let served = Served::start(&folder, &FIXED_KEY);
        let (_, port) = served.address().rsplit_once(':').expect("a port");
        SegfnAws {
            port: port.parse().expect("a number"),
            served: Some(served),
            folder,
        }
    }
}

impl Store for SegfnAws {
    fn aws(&self) -> String {
        format!("http://test:test@127.0.0.1:{}", self.port)
    }

    fn leave(&mut self, time: Duration) {
        drop(self.served.take());
        std::thread::sleep(time);
        self.served = Some(Served::on_port(&self.folder, self.port, &FIXED_KEY));
    }
}

/// moto, which would forget all if it were killed: so it is the way to it that is cut.
pub struct Moto {
    relay: Relay,
    _server: Server,
}

impl Moto {
    /// With an archive of so many objects of so many events each.
    pub fn start(objects: usize, each: usize) -> Moto {
        let folder = with_archive(objects, each);
        let buckets = folder.path().join(".segfn/s3");
        let server = Server::moto();
        let buckets = buckets.to_str().expect("UTF-8");
        moto::python("scale/fill.py", &[&server.url(), buckets]);
        Moto {
            relay: Relay::before(server.address()),
            _server: server,
        }
    }
}

impl Store for Moto {
    fn aws(&self) -> String {
        format!("http://test:test@{}", self.relay.address())
    }

    fn leave(&mut self, time: Duration) {
        self.relay.cut(time);
    }
}
