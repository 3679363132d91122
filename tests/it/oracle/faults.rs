//! A server that answers as no AWS should: how, the first part of a request's path says.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Starts a server that lives as long as the process, and tells its URL.
pub fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    let url = format!("http://{address}");
    let told = url.clone();
    std::thread::spawn(move || {
        let counts = Arc::default();
        for stream in listener.incoming().flatten() {
            let (counts, url) = (Arc::clone(&counts), url.clone());
            // A client that breaks off is what some scripts are about.
            std::thread::spawn(move || serve(stream, &counts, &url));
        }
    });
    told
}

/// How often each fault was met.
type Counts = Mutex<HashMap<String, usize>>;

fn serve(mut stream: TcpStream, counts: &Counts, url: &str) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut head = String::new();
    let mut length = 0;
    while !head.ends_with("\r\n\r\n") {
        let start = head.len();
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
        if let Some(value) = head[start..]
            .to_ascii_lowercase()
            .strip_prefix("content-length:")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink())?;
    let path = head.split(' ').nth(1).unwrap_or_default();
    let fault = path.trim_start_matches('/').split(['/', '?']).next();
    let fault = fault.unwrap_or_default().to_owned();
    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
    let count = counts.entry(fault.clone()).or_default();
    *count += 1;
    let answer = answer(&fault, *count, url);
    drop(counts);
    // A pause stands where the text does. Latin letters are one byte each.
    for (index, part) in answer.split(PAUSE).enumerate() {
        if index > 0 {
            std::thread::sleep(Duration::from_millis(150));
        }
        let bytes: Vec<u8> = part.chars().map(|letter| letter as u8).collect();
        stream.write_all(&bytes)?;
    }
    Ok(())
}

/// Where an answer waits a little.
const PAUSE: char = '\u{1f4a4}';

/// Longer than the requests of these scripts wait.
const LONG: &str = "\u{1f4a4}\u{1f4a4}\u{1f4a4}\u{1f4a4}\u{1f4a4}\u{1f4a4}\u{1f4a4}\u{1f4a4}\u{1f4a4}\u{1f4a4}\u{1f4a4}\u{1f4a4}\u{1f4a4}\u{1f4a4}";

/// An answer with its length, and with a request id.
fn whole(status: &str, headers: &str, body: &str) -> String {
    let length = body.chars().count();
    format!(
        "HTTP/1.1 {status}\r\n{headers}x-amz-request-id: REQUEST\r\nx-amz-id-2: EXTENDED\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

fn error(status: &str, code: &str) -> String {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>told by the \
         server</Message><RequestId>IN-BODY</RequestId><HostId>HOST</HostId></Error>"
    );
    whole(status, "content-type: application/xml\r\n", &body)
}

fn answer(fault: &str, count: usize, url: &str) -> String {
    let xml = "content-type: application/xml\r\n";
    let json = "content-type: application/x-amz-json-1.0\r\nx-amzn-requestid: JSON-REQUEST\r\n";
    match fault {
        "empty-200" => whole("200 OK", "", ""),
        "empty-304" => whole("304 Not Modified", "", ""),
        "empty-400" => whole("400 Bad Request", "", ""),
        "empty-403" => whole("403 Forbidden", "", ""),
        "empty-500" => whole("500 Internal Server Error", "", ""),
        "empty-503" => whole("503 Slow Down", "", ""),
        "odd-status" => whole("418 I'm a teapot", "", ""),
        "no-ids" => {
            "HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".into()
        }
        "html" => whole(
            "502 Bad Gateway",
            "content-type: text/html\r\n",
            "<html><body><h1>502</h1><br></body></html>",
        ),
        "text" => whole("400 Bad Request", "", "plain text"),
        "text-200" => whole("200 OK", "", "plain text"),
        "cut-xml" => whole(
            "200 OK",
            xml,
            "<ListBucketResult><Name>b</Name><Contents><Key>a",
        ),
        "cut-error" => whole("400 Bad Request", xml, "<Error><Code>Cut"),
        "no-code" => whole(
            "400 Bad Request",
            xml,
            "<Error><Message>only this</Message></Error>",
        ),
        "denied" => error("403 Forbidden", "AccessDenied"),
        "slow-down" => error("503 Slow Down", "SlowDown"),
        "throttled" => error("400 Bad Request", "ThrottlingException"),
        "expired" => error("400 Bad Request", "ExpiredToken"),
        "skewed" => error("403 Forbidden", "RequestTimeTooSkewed"),
        "timeout" => error("400 Bad Request", "RequestTimeout"),
        "error-200" => error("200 OK", "InternalError"),
        "flaky" if count < 3 => error("500 Internal Server Error", "InternalError"),
        "flaky" => whole("200 OK", "etag: \"flaky\"\r\n", "third time"),
        "region" => whole(
            "400 Bad Request",
            &format!("{xml}x-amz-bucket-region: eu-west-3\r\n"),
            "<Error><Code>AuthorizationHeaderMalformed</Code><Message>m</Message><Region>eu-west-3</Region></Error>",
        ),
        "moved" => whole(
            "301 Moved Permanently",
            &format!("{xml}x-amz-bucket-region: eu-west-3\r\n"),
            "<Error><Code>PermanentRedirect</Code><Message>m</Message><Endpoint>b.s3.eu-west-3.amazonaws.com</Endpoint></Error>",
        ),
        "redirect" => whole(
            "307 Temporary Redirect",
            &format!("location: {url}/empty-200/there\r\n"),
            "",
        ),
        "relative" if count < 2 => whole(
            "307 Temporary Redirect",
            "location: /empty-200/there\r\n",
            "",
        ),
        "relative" => whole("200 OK", "etag: \"relative\"\r\n", "again"),
        "circle" => whole(
            "307 Temporary Redirect",
            &format!("location: {url}/circle/again\r\n"),
            "",
        ),
        "broken" => String::new(),
        "no-length" => "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nuntil the end".into(),
        "chunked" => "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n\
                      5\r\nhello\r\n6\r\n there\r\n0\r\n\r\n"
            .into(),
        "pieces" => format!(
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\n{PAUSE}one{PAUSE}two\
             {PAUSE}six"
        ),
        "chunked-pieces" => format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n{PAUSE}\
             3\r\none\r\n{PAUSE}3\r\ntwo\r\n{PAUSE}0\r\n\r\n"
        ),
        "slow-pieces" => {
            format!("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{PAUSE}one{LONG}twosix")
        }
        "slow-head" => format!("{LONG}{}", whole("200 OK", "", "late")),
        "slow-error" => format!(
            "HTTP/1.1 500 Oh No\r\ncontent-length: 9\r\nconnection: close\r\n\r\n{PAUSE}one{PAUSE}twosix"
        ),
        "cut-length" if count < 3 => {
            format!("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{PAUSE}one{PAUSE}")
        }
        "cut-length" => whole("200 OK", "", "at last"),
        "cut-chunks" => {
            format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n{PAUSE}")
        }
        "cut-head" => "HTTP/1.1 200 OK\r\ncontent-le".into(),
        "no-text" => "HTTP/1.1 404 \r\ncontent-length: 0\r\n\r\n".into(),
        "no-text-either" => "HTTP/1.1 500\r\ncontent-length: 0\r\n\r\n".into(),
        "latin-header" => {
            "HTTP/1.1 200 OK\r\nx-amz-meta-n: gr\u{fc}n \u{c3}\u{bc}\r\ncontent-length: 0\r\n\r\n"
                .into()
        }
        "status-299" => whole("299 Odd", "", "odd"),
        "status-300" => whole("300 Multiple Choices", "", ""),
        "status-302" => whole("302 Found", "location: http://127.0.0.1:1/\r\n", ""),
        "status-599" => whole("599 Network", "", ""),
        "status-429" => error("429 Too Many Requests", "TooManyRequestsException"),
        "bandwidth" => error("400 Bad Request", "BandwidthLimitExceeded"),
        "continue" => format!(
            "HTTP/1.1 100 Continue\r\n\r\n{}",
            whole("200 OK", "", "went on")
        ),
        "early-hints" => format!(
            "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n{}",
            whole("200 OK", "", "after hints")
        ),
        "xml-declared" => whole(
            "400 Bad Request",
            xml,
            "\u{ef}\u{bb}\u{bf}<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- note -->\n<Error xmlns=\"urn:x\"><Code> \
             Spaced </Code><Message><![CDATA[a <b> & c]]></Message><Extra>e</Extra></Error>",
        ),
        "headers" => whole(
            "200 Fine",
            "X-Amz-Meta-Foo: one\r\nX-AMZ-META-FOO: two\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\
             Content-Encoding: gzip\r\nX-Amz-Version-Id: v1\r\nX-Amz-Delete-Marker: true\r\n\
             X-Amz-Missing-Meta: 5\r\nLast-Modified: Thu, 02 Jan 2020 03:04:05 GMT\r\nExpires: never\r\n",
            "not gzipped",
        ),
        "json-throttled" => whole(
            "400 Bad Request",
            json,
            "{\"__type\":\"com.amazon.coral#ProvisionedThroughputExceededException\",\"message\":\"slower\"}",
        ),
        "json-error" => whole(
            "400 Bad Request",
            json,
            "{\"__type\":\"aws#ResourceNotFoundException\",\"Message\":\"no table\"}",
        ),
        "json-crc" => whole(
            "200 OK",
            &format!("{json}x-amz-crc32: 1\r\n"),
            "{\"TableNames\":[]}",
        ),
        "query-error" => whole(
            "400 Bad Request",
            "content-type: text/xml\r\nx-amzn-requestid: QUERY-REQUEST\r\n",
            "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>no</Message></Error>\
             <RequestId>IN-BODY</RequestId></ErrorResponse>",
        ),
        other => whole("404 Not Found", "", other),
    }
}
