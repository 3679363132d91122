//! Responses as bytes, read by the rules of llhttp 9, which is Node 20's parser: what it takes, what it refuses, and
//! its codes and words for that.

use serde::Serialize;

/// What came of the bytes, in order.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ParsedPiece {
    Head(ParsedHead),
    /// A part of the body, as a range of the bytes given.
    Body {
        start: usize,
        end: usize,
    },
    /// The message is complete. Trailers are names and values in turn.
    Complete {
        trailers: Vec<String>,
    },
    /// What follows, from this index of the bytes given on, is another protocol.
    Upgraded {
        rest: usize,
    },
    Failed(ParseError),
}

/// The head of a response.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ParsedHead {
    pub major: u8,
    pub minor: u8,
    pub status: u16,
    /// Each character is one byte, as in headers.
    pub reason: String,
    /// Names and values in turn, as they were sent.
    pub headers: Vec<String>,
    /// The connection goes on with another protocol.
    pub upgrade: bool,
    /// The connection may take another request.
    pub keep_alive: bool,
}

/// Why the bytes are no response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ParseError {
    /// Such as `HPE_INVALID_CONSTANT`.
    pub code: &'static str,
    /// Without the words `Parse Error: `.
    pub reason: &'static str,
    /// How many of the bytes given come before the fault.
    pub at: usize,
}

/// What the request was that is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// HEAD: no body follows, whatever the head says.
    Head,
    /// CONNECT: another protocol follows.
    Connect,
    Other,
}

/// Reads the responses of one connection.
#[derive(Debug)]
pub struct ResponseParser {
    state: State,
    asked: Asked,
    /// Node's `insecureHTTPParser`.
    lenient: bool,
    /// How many bytes names and values may have together.
    limit: usize,
    size: usize,
    head: ParsedHead,
    name: Vec<u8>,
    value: Vec<u8>,
    flags: Flags,
    /// The bytes of the body, or of the chunk, that are still to come.
    left: u64,
    trailers: Option<Vec<String>>,
    /// Whether the connection goes on after this message.
    keep: bool,
}

/// What the headers of a message say of its framing.
#[derive(Debug, Default)]
struct Flags {
    keep_alive: bool,
    close: bool,
    upgrade: bool,
    upgrade_to: bool,
    transfer_encoding: bool,
    chunked: bool,
    length: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// So many bytes of `HTTP/` were read.
    Start(usize),
    Major,
    Dot,
    Minor,
    AfterVersion,
    /// So many digits were read.
    Status(usize),
    AfterStatus,
    Reason,
    LineEnd,
    FirstField,
    FieldStart,
    Field,
    ValueStart,
    EmptyValueEnd,
    AfterEmptyValue,
    Value,
    ValueEnd,
    AfterValue,
    HeadEnd,
    Body,
    UntilEnd,
    ChunkStart,
    ChunkSize,
    ChunkExtension,
    ChunkSizeEnd,
    Chunk,
    ChunkEnd,
    ChunkLineEnd,
    /// The message said that it is the connection's last.
    Closed,
    Upgraded,
    Failed(ParseError),
}

const START: &[u8] = b"HTTP/";

type Step = Result<(), (&'static str, &'static str)>;

impl ResponseParser {
    /// `limit` is Node's `maxHeaderSize`, in bytes.
    pub fn new(limit: usize, lenient: bool) -> ResponseParser {
        ResponseParser {
            state: State::Start(0),
            asked: Asked::Other,
            lenient,
            limit,
            size: 0,
            head: ParsedHead::default(),
            name: Vec::new(),
            value: Vec::new(),
            flags: Flags::default(),
            left: 0,
            trailers: None,
            keep: true,
        }
    }

    /// What the next response answers.
    pub fn ask(&mut self, asked: Asked) {
        self.asked = asked;
    }

    /// Reads what came.
    pub fn read(&mut self, bytes: &[u8]) -> Vec<ParsedPiece> {
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            match &self.state {
                State::Failed(error) => {
                    pieces.push(ParsedPiece::Failed(ParseError {
                        at,
                        ..error.clone()
                    }));
                    return pieces;
                }
                State::Upgraded => {
                    pieces.push(ParsedPiece::Upgraded { rest: at });
                    return pieces;
                }
                State::Body | State::Chunk | State::UntilEnd => {
                    at = self.body(bytes.len(), at, &mut pieces);
                    continue;
                }
                _ => {}
            }
            if let Err((code, reason)) = self.step(bytes[at], &mut pieces) {
                let error = ParseError { code, reason, at };
                self.state = State::Failed(error.clone());
                pieces.push(ParsedPiece::Failed(error));
                return pieces;
            }
            at += 1;
        }
        if self.state == State::Upgraded
            && !matches!(pieces.last(), Some(ParsedPiece::Upgraded { .. }))
        {
            let ends_now = matches!(pieces.last(), Some(ParsedPiece::Complete { .. }));
            if ends_now {
                pieces.push(ParsedPiece::Upgraded { rest: bytes.len() });
            }
        }
        pieces
    }

    /// The connection has ended: a body without a length is complete.
    pub fn end(&mut self) -> Vec<ParsedPiece> {
        let mut pieces = Vec::new();
        if self.state == State::UntilEnd {
            self.complete(&mut pieces);
        }
        pieces
    }

    fn body(&mut self, len: usize, at: usize, pieces: &mut Vec<ParsedPiece>) -> usize {
        if self.state == State::UntilEnd {
            pieces.push(ParsedPiece::Body {
                start: at,
                end: len,
            });
            return len;
        }
        let there = (len - at) as u64;
        let take = there.min(self.left);
        // No more than what is there.
        let end = at + take as usize;
        if take > 0 {
            pieces.push(ParsedPiece::Body { start: at, end });
        }
        self.left -= take;
        if self.left == 0 {
            if self.state == State::Chunk {
                self.state = State::ChunkEnd;
            } else {
                self.complete(pieces);
            }
        }
        end
    }

    fn step(&mut self, byte: u8, pieces: &mut Vec<ParsedPiece>) -> Step {
        match self.state {
            State::Start(0) if matches!(byte, b'\r' | b'\n') => {}
            State::Start(matched) => {
                if START[matched] != byte {
                    return Err(("HPE_INVALID_CONSTANT", "Expected HTTP/, RTSP/ or ICE/"));
                }
                if matched == 0 {
                    self.begin();
                }
                self.state = match matched + 1 == START.len() {
                    true => State::Major,
                    false => State::Start(matched + 1),
                };
            }
            State::Major => {
                self.head.major = digit(byte).ok_or(version("Invalid major version"))?;
                self.state = State::Dot;
            }
            State::Dot => {
                expect(byte == b'.', version("Expected dot"))?;
                self.state = State::Minor;
            }
            State::Minor => {
                self.head.minor = digit(byte).ok_or(version("Invalid minor version"))?;
                let number = (self.head.major, self.head.minor);
                let known = matches!(number, (0, 9) | (1, 0) | (1, 1) | (2, 0));
                expect(known || self.lenient, version("Invalid HTTP version"))?;
                self.state = State::AfterVersion;
            }
            State::AfterVersion => {
                expect(byte == b' ', version("Expected space after version"))?;
                self.state = State::Status(0);
            }
            State::Status(count) => {
                let digit = digit(byte).ok_or(("HPE_INVALID_STATUS", "Invalid status code"))?;
                self.head.status = self.head.status * 10 + u16::from(digit);
                self.state = match count {
                    2 => State::AfterStatus,
                    _ => State::Status(count + 1),
                };
            }
            State::AfterStatus => match byte {
                b' ' => self.state = State::Reason,
                b'\r' => self.state = State::LineEnd,
                b'\n' => self.bare_line("Missing expected CR after response line")?,
                _ => return Err(("HPE_INVALID_STATUS", "Invalid response status")),
            },
            State::Reason => match byte {
                b'\r' => self.state = State::LineEnd,
                b'\n' => self.bare_line("Missing expected CR after response line")?,
                _ => {
                    self.count()?;
                    self.head.reason.push(char::from(byte));
                }
            },
            State::LineEnd => {
                expect(byte == b'\n', ("HPE_STRICT", "Expected LF after CR"))?;
                self.state = State::FirstField;
            }
            State::FirstField if byte == b' ' && !self.lenient => {
                let reason = "Unexpected space after start line";
                return Err(("HPE_UNEXPECTED_SPACE", reason));
            }
            State::FirstField | State::FieldStart => self.field_start(byte, pieces)?,
            State::Field => match byte {
                b':' => {
                    self.named()?;
                    self.state = State::ValueStart;
                }
                _ => {
                    expect(is_token(byte), token("Invalid header token"))?;
                    self.count()?;
                    self.name.push(byte);
                }
            },
            State::ValueStart => match byte {
                b' ' | b'\t' => {}
                b'\r' => self.state = State::EmptyValueEnd,
                b'\n' => self.bare_value(State::AfterEmptyValue)?,
                _ => {
                    self.state = State::Value;
                    return self.step(byte, pieces);
                }
            },
            State::EmptyValueEnd => {
                expect(byte == b'\n', ("HPE_STRICT", "Expected LF after CR"))?;
                self.state = State::AfterEmptyValue;
            }
            State::AfterEmptyValue => {
                if matches!(byte, b' ' | b'\t') {
                    expect(self.lenient, token("Invalid header value char"))?;
                    self.state = State::ValueStart;
                    return Ok(());
                }
                self.header()?;
                self.state = State::FieldStart;
                return self.step(byte, pieces);
            }
            State::Value => match byte {
                b'\r' => self.state = State::ValueEnd,
                b'\n' => self.bare_value(State::AfterValue)?,
                _ => {
                    let allowed = byte == b'\t' || (byte >= 0x20 && byte != 0x7f);
                    let allowed = allowed || (self.lenient && byte != 0);
                    expect(allowed, token("Invalid header value char"))?;
                    self.count()?;
                    self.value.push(byte);
                }
            },
            State::ValueEnd => {
                let reason = "Missing expected LF after header value";
                expect(byte == b'\n', ("HPE_LF_EXPECTED", reason))?;
                self.state = State::AfterValue;
            }
            State::AfterValue => {
                if matches!(byte, b' ' | b'\t') {
                    let reason = "Unexpected whitespace after header value";
                    expect(self.lenient, token(reason))?;
                    self.state = State::Value;
                    self.value.push(byte);
                    return Ok(());
                }
                self.header()?;
                self.state = State::FieldStart;
                return self.step(byte, pieces);
            }
            State::HeadEnd => {
                expect(byte == b'\n', ("HPE_STRICT", "Expected LF after headers"))?;
                self.headers_end(pieces);
            }
            State::ChunkStart => {
                let digit = hex(byte).ok_or(chunk("Invalid character in chunk size"))?;
                self.left = digit;
                self.size = 0;
                self.state = State::ChunkSize;
            }
            State::ChunkSize => match byte {
                b'\r' => self.state = State::ChunkSizeEnd,
                b';' => self.state = State::ChunkExtension,
                b'\n' => {
                    let reason = "Missing expected CR after chunk size";
                    expect(self.lenient, ("HPE_CR_EXPECTED", reason))?;
                    self.chunk_begins();
                }
                b' ' if self.lenient => {}
                _ => {
                    let digit = hex(byte).ok_or(chunk("Invalid character in chunk size"))?;
                    let size = self.left.checked_mul(16);
                    self.left = size.ok_or(chunk("Chunk size overflow"))? + digit;
                }
            },
            State::ChunkExtension => match byte {
                b'\r' => self.state = State::ChunkSizeEnd,
                b'\n' => {
                    let reason = "Missing expected CR after chunk extension name";
                    return Err(("HPE_CR_EXPECTED", reason));
                }
                b'\t' | 0x20..=0x7e | 0x80.. => self.count()?,
                _ => return Err(("HPE_STRICT", "Invalid character in chunk extensions")),
            },
            State::ChunkSizeEnd => {
                expect(
                    byte == b'\n',
                    ("HPE_STRICT", "Expected LF after chunk size"),
                )?;
                self.chunk_begins();
            }
            State::ChunkEnd => match byte {
                b'\r' => self.state = State::ChunkLineEnd,
                b'\n' => {
                    let reason = "Missing expected CR after chunk data";
                    expect(self.lenient, ("HPE_CR_EXPECTED", reason))?;
                    self.state = State::ChunkStart;
                }
                _ => return Err(("HPE_STRICT", "Expected LF after chunk data")),
            },
            State::ChunkLineEnd => {
                expect(
                    byte == b'\n',
                    ("HPE_STRICT", "Expected LF after chunk data"),
                )?;
                self.state = State::ChunkStart;
            }
            State::Closed => {
                let reason = "Data after `Connection: close`";
                let allowed = matches!(byte, b'\r' | b'\n') || self.lenient;
                expect(allowed, ("HPE_CLOSED_CONNECTION", reason))?;
            }
            // These are read as wholes.
            State::Body | State::UntilEnd | State::Chunk | State::Upgraded | State::Failed(_) => {}
        }
        Ok(())
    }

    fn begin(&mut self) {
        self.head = ParsedHead::default();
        self.flags = Flags::default();
        self.trailers = None;
        self.size = 0;
    }

    /// One more byte of a name or a value.
    fn count(&mut self) -> Step {
        self.size += 1;
        expect(
            self.size < self.limit,
            ("HPE_HEADER_OVERFLOW", "Header overflow"),
        )
    }

    fn bare_line(&mut self, reason: &'static str) -> Step {
        expect(self.lenient, ("HPE_CR_EXPECTED", reason))?;
        self.state = State::FirstField;
        Ok(())
    }

    fn bare_value(&mut self, next: State) -> Step {
        let reason = "Missing expected CR after header value";
        expect(self.lenient, ("HPE_CR_EXPECTED", reason))?;
        self.state = next;
        Ok(())
    }

    fn field_start(&mut self, byte: u8, pieces: &mut Vec<ParsedPiece>) -> Step {
        match byte {
            b'\r' => self.state = State::HeadEnd,
            b'\n' if self.lenient => self.headers_end(pieces),
            b'\n' => return Err(token("Invalid header field char")),
            _ => {
                expect(is_token(byte), token("Invalid header token"))?;
                self.count()?;
                self.name.clear();
                self.value.clear();
                self.name.push(byte);
                self.state = State::Field;
            }
        }
        Ok(())
    }

    /// A header's name is there: what may not come twice, or not together.
    fn named(&mut self) -> Step {
        if self.trailers.is_some() {
            return Ok(());
        }
        if self.name.eq_ignore_ascii_case(b"content-length") {
            let twice = self.flags.length.is_some();
            let reason = "Duplicate Content-Length";
            expect(!twice, ("HPE_UNEXPECTED_CONTENT_LENGTH", reason))?;
            let reason = "Content-Length can't be present with Transfer-Encoding";
            let apart = !self.flags.transfer_encoding || self.lenient;
            expect(apart, ("HPE_INVALID_CONTENT_LENGTH", reason))?;
        } else if self.name.eq_ignore_ascii_case(b"transfer-encoding") {
            let reason = "Transfer-Encoding can't be present with Content-Length";
            let apart = self.flags.length.is_none() || self.lenient;
            expect(apart, ("HPE_INVALID_TRANSFER_ENCODING", reason))?;
        }
        Ok(())
    }

    /// A header is complete.
    fn header(&mut self) -> Step {
        let value = self.value.trim_ascii_end();
        let text = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
        let pair = [text(&self.name), text(value)];
        if let Some(trailers) = &mut self.trailers {
            trailers.extend(pair);
            return Ok(());
        }
        let name = self.name.to_ascii_lowercase();
        let value = value.to_ascii_lowercase();
        let tokens = || value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
        let flags = &mut self.flags;
        match name.as_slice() {
            b"connection" | b"proxy-connection" => {
                flags.keep_alive |= tokens().any(|token| token == b"keep-alive");
                flags.close |= tokens().any(|token| token == b"close");
                flags.upgrade |= tokens().any(|token| token == b"upgrade");
            }
            b"upgrade" => flags.upgrade_to = true,
            b"transfer-encoding" => {
                flags.transfer_encoding = true;
                flags.chunked = tokens().next_back() == Some(b"chunked".as_slice());
            }
            b"content-length" => flags.length = Some(length(&value)?),
            _ => {}
        }
        self.head.headers.extend(pair);
        Ok(())
    }

    fn headers_end(&mut self, pieces: &mut Vec<ParsedPiece>) {
        if self.trailers.is_some() {
            self.complete(pieces);
            return;
        }
        let Flags {
            upgrade,
            upgrade_to,
            chunked,
            length,
            ..
        } = self.flags;
        let status = self.head.status;
        let switches = upgrade && upgrade_to && status == 101;
        self.size = 0;
        self.head.upgrade = switches || self.asked == Asked::Connect;
        self.keep = self.keeps_alive();
        self.head.keep_alive = self.keep;
        let other_protocol = self.head.upgrade || status == 101;
        pieces.push(ParsedPiece::Head(std::mem::take(&mut self.head)));
        if other_protocol {
            let trailers = Vec::new();
            pieces.push(ParsedPiece::Complete { trailers });
            self.state = State::Upgraded;
        } else if self.has_no_body(status) {
            self.complete(pieces);
        } else if chunked {
            self.state = State::ChunkStart;
        } else if self.needs_end(status) {
            self.state = State::UntilEnd;
        } else {
            match length.unwrap_or(0) {
                0 => self.complete(pieces),
                length => {
                    self.left = length;
                    self.state = State::Body;
                }
            }
        }
    }

    fn chunk_begins(&mut self) {
        self.state = match self.left {
            0 => {
                self.trailers = Some(Vec::new());
                State::FieldStart
            }
            _ => State::Chunk,
        };
    }

    fn complete(&mut self, pieces: &mut Vec<ParsedPiece>) {
        let trailers = self.trailers.take().unwrap_or_default();
        pieces.push(ParsedPiece::Complete { trailers });
        self.state = match self.keep {
            true => State::Start(0),
            false => State::Closed,
        };
    }

    fn has_no_body(&self, status: u16) -> bool {
        self.asked == Asked::Head || status / 100 == 1 || matches!(status, 204 | 304)
    }

    /// Whether the body ends with the connection.
    fn needs_end(&self, status: u16) -> bool {
        if self.has_no_body(status) {
            return false;
        }
        match self.flags.transfer_encoding {
            true => !self.flags.chunked,
            false => self.flags.length.is_none(),
        }
    }

    fn keeps_alive(&self) -> bool {
        let keeps = match (self.head.major, self.head.minor) {
            (1.., 1..) => !self.flags.close,
            _ => self.flags.keep_alive,
        };
        keeps && !self.needs_end(self.head.status)
    }
}

fn version(reason: &'static str) -> (&'static str, &'static str) {
    ("HPE_INVALID_VERSION", reason)
}

fn token(reason: &'static str) -> (&'static str, &'static str) {
    ("HPE_INVALID_HEADER_TOKEN", reason)
}

fn chunk(reason: &'static str) -> (&'static str, &'static str) {
    ("HPE_INVALID_CHUNK_SIZE", reason)
}

fn expect(holds: bool, otherwise: (&'static str, &'static str)) -> Step {
    match holds {
        true => Ok(()),
        false => Err(otherwise),
    }
}

fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

fn hex(byte: u8) -> Option<u64> {
    char::from(byte).to_digit(16).map(u64::from)
}

/// The value of `Content-Length`.
fn length(value: &[u8]) -> Result<u64, (&'static str, &'static str)> {
    let refused = |reason| ("HPE_INVALID_CONTENT_LENGTH", reason);
    if value.is_empty() {
        return Err(refused("Empty Content-Length"));
    }
    let mut length = 0_u64;
    for &byte in value {
        let digit = digit(byte).ok_or(refused("Invalid character in Content-Length"))?;
        let next = length.checked_mul(10);
        let next = next.and_then(|length| length.checked_add(digit.into()));
        length = next.ok_or(refused("Content-Length overflow"))?;
    }
    Ok(length)
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
