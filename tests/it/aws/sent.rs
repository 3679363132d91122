//! What goes out of a request: what the package built, and what the function made of it.

use std::rc::Rc;

use super::calls::{answer, header, run_embedded};
use super::isolate::TestTransport;

#[test]
fn what_listeners_change_is_sent_and_signed() {
    let transport = Rc::new(TestTransport::new(|_| Some(Ok(answer(200, "")))));
    run_embedded(
        "const s3 = new AWS.S3({ KEYS });
         await s3.putObject({ Bucket: 'bkt', Key: 'k', Body: 'x' }).on('build', (request) => {
             request.httpRequest.headers['x-amz-of-mine'] = 'yes';
             request.httpRequest.path += '?tagging';
         }).promise();",
        &transport,
    );
    let requests = transport.requests.borrow();
    assert_eq!(requests[0].uri(), "https://bkt.s3.amazonaws.com/k?tagging");
    assert_eq!(header(&requests[0], "x-amz-of-mine"), "yes");
    assert!(header(&requests[0], "authorization").contains(";x-amz-of-mine"));
}

#[test]
fn a_request_without_a_body_had_no_content_length() {
    let transport = Rc::new(TestTransport::new(|_| Some(Ok(answer(200, "")))));
    run_embedded(
        "const s3 = new AWS.S3({ KEYS });
         await s3.listBuckets().promise();
         await s3.putObject({ Bucket: 'bkt', Key: 'k' }).promise();
         await s3.putObject({ Bucket: 'bkt', Key: 'k', Body: 'four' }).promise();",
        &transport,
    );
    let requests = transport.requests.take();
    let lengths: Vec<&str> = requests
        .iter()
        .map(|request| header(request, "content-length"))
        .collect();
    assert_eq!(lengths, ["0", "0", "4"]);
}

#[test]
fn a_body_or_method_that_a_listener_changed_was_not_sent() {
    let transport = Rc::new(TestTransport::new(|_| Some(Ok(answer(200, "")))));
    run_embedded(
        "const s3 = new AWS.S3({ KEYS });
         await s3.listObjects({ Bucket: 'bkt' }).on('build', ({ httpRequest }) => {
             httpRequest.method = 'PUT';
             httpRequest.body = 'of mine';
         }).promise();
         await s3.putBucketTagging({ Bucket: 'bkt', Tagging: { TagSet: [] } }).on('build', ({ httpRequest }) => {
             httpRequest.body = '<Mine/>';
         }).promise();",
        &transport,
    );
    let requests = transport.requests.take();
    assert_eq!(requests[0].method(), "PUT");
    assert_eq!(requests[0].body(), "of mine");
    assert_eq!(requests[1].body(), "<Mine/>");
}

#[test]
fn parameters_that_the_rust_sdk_cannot_say_were_refused() {
    let transport = Rc::new(TestTransport::new(|_| Some(Ok(answer(200, "")))));
    run_embedded(
        "const s3 = new AWS.S3({ KEYS, paramValidation: false });
         await s3.putBucketTagging({ Bucket: 'bkt', Tagging: { TagSet: [{ Key: 'alone' }] } }).promise();",
        &transport,
    );
    let requests = transport.requests.take();
    let body = std::str::from_utf8(requests[0].body()).expect("UTF-8");
    assert!(body.contains("<Tag><Key>alone</Key></Tag>"), "{body}");
    assert!(header(&requests[0], "authorization").starts_with("AWS4-HMAC-SHA256 "));
}

#[test]
fn a_client_that_asks_for_signature_version_2_signed_in_version_4() {
    let transport = Rc::new(TestTransport::new(|_| Some(Ok(answer(200, "")))));
    run_embedded(
        "const s3 = new AWS.S3({ KEYS, signatureVersion: 's3' });
         await s3.getObject({ Bucket: 'bkt', Key: 'k' }).promise();",
        &transport,
    );
    let authorization = header(&transport.requests.borrow()[0], "authorization").to_owned();
    assert!(
        authorization.starts_with("AWS AKIDEXAMPLE:"),
        "{authorization}"
    );
}

#[test]
fn a_proxy_was_ignored() {
    let transport = Rc::new(TestTransport::new(|_| Some(Ok(answer(200, "")))));
    run_embedded(
        "const s3 = new AWS.S3({ KEYS, httpOptions: { proxy: 'http://proxy.example:3128' } });
         await s3.listBuckets().promise();",
        &transport,
    );
    let options = transport.options.take();
    let proxy = options[0].proxy.as_ref().expect("a proxy");
    assert_eq!(proxy.to_string(), "http://proxy.example:3128/");
}

#[test]
fn bodies_arrive_byte_for_byte() {
    let transport = Rc::new(TestTransport::new(|_| Some(Ok(answer(200, "")))));
    run_embedded(
        "const s3 = new AWS.S3({ KEYS });
         const bytes = Uint8Array.from([0, 255, 128, 10]);
         const put = (Body, more) => s3.putObject({ Bucket: 'bkt', Key: 'k', Body, ...more }).promise();
         await put(bytes);
         await put(bytes.subarray(1, 3));
         await put('h\\u00e9');
         await put(stream.Readable.from([bytes, bytes]), { ContentLength: 8 });
         await put(undefined);
         await s3.upload({ Bucket: 'bkt', Key: 'k', Body: bytes }).promise();",
        &transport,
    );
    let bodies: Vec<Vec<u8>> = transport
        .requests
        .take()
        .iter()
        .map(|request| request.body().to_vec())
        .collect();
    let bytes = [0, 255, 128, 10];
    assert_eq!(
        bodies,
        [
            bytes.to_vec(),
            vec![255, 128],
            "hé".as_bytes().to_vec(),
            [bytes, bytes].concat(),
            vec![],
            bytes.to_vec()
        ]
    );
}
