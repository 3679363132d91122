//! The package's descriptions of AWS services, compressed: most functions need none of them.

use std::collections::HashMap;
use std::io::Read;
use std::sync::LazyLock;

use flate2::read::DeflateDecoder;

/// Written by js/aws/bundling.mjs: the length of the index (32 bits, little endian), the index (JSON,
/// a name to the start and length of its data) and the data, each raw deflate of one JSON file.
static ARCHIVE: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/js/dist/aws-models.bin"
));

static INDEX: LazyLock<Option<Index>> = LazyLock::new(|| Index::read(ARCHIVE));

struct Index {
    places: HashMap<String, (usize, usize)>,
    data: &'static [u8],
}

impl Index {
    fn read(archive: &'static [u8]) -> Option<Index> {
        let (length, rest) = archive.split_first_chunk::<4>()?;
        let (index, data) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        Some(Index {
            places: serde_json::from_slice(index).ok()?,
            data,
        })
    }
}

/// The JSON text of the model `name`, such as `s3-2006-03-01.min`.
pub fn model(name: &str) -> Option<String> {
    let index = INDEX.as_ref()?;
    let &(start, length) = index.places.get(name)?;
    let mut text = String::new();
    let data = index.data.get(start..start.checked_add(length)?)?;
    DeflateDecoder::new(data).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_can_be_read() {
        let index = INDEX.as_ref().expect("the archive is whole");
        assert!(index.places.contains_key("sts-2011-06-15.min"));
        for name in index.places.keys() {
            let text = model(name).expect(name);
            assert!(
                serde_json::from_str::<serde_json::Value>(&text).is_ok(),
                "{name}"
            );
        }
        assert_eq!(model("no such service"), None);
    }
}
