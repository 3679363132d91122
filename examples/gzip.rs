//! Packs a file as gzip does, only smaller: `gzip FILE PACKED`. What is published is fetched more often than it is made.

use std::error::Error;
use std::fs;

use libdeflater::{CompressionLvl, Compressor};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (file, packed) = match (arguments.next(), arguments.next()) {
        (Some(file), Some(packed)) => (file, packed),
        _ => return Err("name a file, and what it is packed into".into()),
    };
    let bytes = fs::read(file)?;
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut room = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let len = compressor.gzip_compress(&bytes, &mut room)?;
    fs::write(packed, &room[..len])?;
    Ok(())
}
