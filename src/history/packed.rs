//! Lines of JSON, as a column has them: as they are while they are few, and packed by LZ4 when they are many. What
//! isn't written costs nothing, and of events that came together most is alike.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};

/// From so many bytes on they are packed: most single events aren't, and can be read with any tool.
const MANY: usize = 4 << 10;

/// So many bytes may come of one that is packed.
const MOST_OF_A_BYTE: usize = 255;

/// Lines that were read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lines(String);

impl Lines {
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.lines()
    }
}

/// Lines as they are written.
pub(super) fn packed(lines: &[u8]) -> PackedLines<'_> {
    PackedLines(match lines.len() < MANY {
        true => ToSqlOutput::Borrowed(ValueRef::Text(lines)),
        false => {
            let packed = lz4_flex::compress_prepend_size(lines);
            ToSqlOutput::Owned(Value::Blob(packed))
        }
    })
}

impl FromSql for Lines {
    fn column_result(value: ValueRef) -> FromSqlResult<Lines> {
        let bytes = match value {
            ValueRef::Null => Vec::new(),
            ValueRef::Text(text) => text.to_vec(),
            ValueRef::Blob(packed) => unpacked(packed)?,
            ValueRef::Integer(_) | ValueRef::Real(_) => return Err(FromSqlError::InvalidType),
        };
        Ok(Lines(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }))
    }
}

/// A damaged file may say any size: no more memory is taken than LZ4 can fill.
fn unpacked(packed: &[u8]) -> FromSqlResult<Vec<u8>> {
    let damaged = |error| FromSqlError::Other(Box::new(error));
    let (size, block) = lz4_flex::block::uncompressed_size(packed).map_err(damaged)?;
    if size / MOST_OF_A_BYTE > block.len() {
        return Err(FromSqlError::OutOfRange(
            i64::try_from(size).unwrap_or(i64::MAX),
        ));
    }
    lz4_flex::decompress(block, size).map_err(damaged)
}

/// Lines on their way into a column.
pub(super) struct PackedLines<'l>(ToSqlOutput<'l>);

impl PackedLines<'_> {
    /// In bytes.
    pub fn len(&self) -> usize {
        match &self.0 {
            ToSqlOutput::Borrowed(ValueRef::Text(bytes)) => bytes.len(),
            ToSqlOutput::Owned(Value::Blob(bytes)) => bytes.len(),
            _ => 0,
        }
    }
}

impl ToSql for PackedLines<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match &self.0 {
            ToSqlOutput::Borrowed(value) => ToSqlOutput::Borrowed(*value),
            ToSqlOutput::Owned(value) => ToSqlOutput::Borrowed(ValueRef::from(value)),
            _ => ToSqlOutput::Owned(Value::Null),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_as_they_were_and_many_take_little_room() {
        let connection = rusqlite::Connection::open_in_memory().expect("a database");
        let number = |n: usize| format!("{{\"type\":\"track\",\"userId\":\"é-{n}\"}}\n");
        for (count, is_small) in [(0, false), (1, false), (1000, true)] {
            let text: String = (0..count).map(number).collect();
            let packed = packed(text.as_bytes());
            let read = connection.query_row("SELECT ?1", [&packed], |row| row.get::<_, Lines>(0));
            let read = read.expect("lines");
            assert_eq!((read.iter().count(), &read.0), (count, &text));
            assert_eq!(packed.len() < text.len() / 3, is_small, "{}", packed.len());
        }
    }

    #[test]
    fn a_damaged_file_asked_for_four_gigabytes() {
        let whole = lz4_flex::compress_prepend_size(&[b'a'; 5000]);
        let mut large = whole.clone();
        large[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(unpacked(&whole), Ok(vec![b'a'; 5000]));
        assert_eq!(
            unpacked(&large),
            Err(FromSqlError::OutOfRange(u32::MAX.into()))
        );
        assert!(unpacked(&whole[..9]).is_err() && unpacked(&whole[..3]).is_err());
    }
}
