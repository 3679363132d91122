//! The parser of responses, given its bytes in pieces of every size. What it makes of bad ones is held against Node
//! itself in tests/it/as_node.

use segfn::net::{Asked, ParseError, ParsedHead, ParsedPiece, ResponseParser};

/// What came of some bytes, whatever the pieces were.
#[derive(Debug, Default, PartialEq)]
struct Read {
    heads: Vec<ParsedHead>,
    body: Vec<u8>,
    trailers: Vec<Vec<String>>,
    rest: Vec<u8>,
    failure: Option<(&'static str, &'static str)>,
}

fn read(bytes: &[u8], asked: Asked, size: usize) -> Read {
    let mut parser = ResponseParser::new(16 * 1024, false);
    parser.ask(asked);
    let mut read = Read::default();
    let mut take = |pieces: Vec<ParsedPiece>, bytes: &[u8]| {
        for piece in pieces {
            match piece {
                ParsedPiece::Head(head) => read.heads.push(head),
                ParsedPiece::Body { start, end } => read.body.extend(&bytes[start..end]),
                ParsedPiece::Complete { trailers } => read.trailers.push(trailers),
                ParsedPiece::Upgraded { rest } => read.rest.extend(&bytes[rest..]),
                ParsedPiece::Failed(ParseError { code, reason, .. }) => {
                    read.failure.get_or_insert((code, reason));
                }
            }
        }
    };
    for piece in bytes.chunks(size) {
        take(parser.read(piece), piece);
    }
    take(parser.end(), &[]);
    read
}

const SAMPLES: [(&str, Asked); 9] = [
    (
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-A:  b \r\n\r\nabc",
        Asked::Other,
    ),
    (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\na\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n",
        Asked::Other,
    ),
    ("HTTP/1.0 200\r\n\r\nuntil the end", Asked::Other),
    (
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
        Asked::Other,
    ),
    (
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        Asked::Head,
    ),
    ("HTTP/1.1 200 OK\r\n\r\nanything", Asked::Connect),
    (
        "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nanything",
        Asked::Other,
    ),
    (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd",
        Asked::Other,
    ),
    (
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\naHTTP",
        Asked::Other,
    ),
];

#[test]
fn pieces_of_any_size_give_the_same() {
    for (text, asked) in SAMPLES {
        let whole = read(text.as_bytes(), asked, text.len());
        assert!(!whole.heads.is_empty(), "{text:?}");
        for size in 1..text.len() {
            assert_eq!(read(text.as_bytes(), asked, size), whole, "{size} {text:?}");
        }
    }
}

#[test]
fn bodies_and_what_follows_are_told_apart() {
    let of = |index: usize| {
        let (text, asked) = SAMPLES[index];
        read(text.as_bytes(), asked, 7)
    };
    assert_eq!(of(0).body, b"abc");
    assert_eq!(of(0).heads[0].headers, ["Content-Length", "3", "X-A", "b"]);
    assert_eq!(of(1).body, b"abc0123456789");
    assert_eq!(of(1).trailers, [["X-T", "1"]]);
    assert_eq!(of(2).body, b"until the end");
    assert_eq!(of(3).heads.len(), 2);
    assert_eq!((of(4).heads.len(), of(4).body.len()), (2, 0));
    assert_eq!(of(5).rest, b"anything");
    assert_eq!(of(6).rest, b"anything");
    assert_eq!(
        of(7).failure,
        Some(("HPE_STRICT", "Expected LF after chunk data"))
    );
    assert_eq!(
        of(8).failure,
        Some(("HPE_CLOSED_CONNECTION", "Data after `Connection: close`"))
    );
}
