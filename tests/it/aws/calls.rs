//! What a function sees of its calls, where sending them is not the package's own.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use segfn::host;
use segfn::host::aws::{Ambient, AwsConfig, AwsTarget, Key};
use segfn::host::aws_transport::{HttpOptions, idle_timeout};
use segfn::node_error::NodeError;
use segfn::secrets::Secrets;
use serde_json::json;

use super::isolate;
use super::isolate::{FROZEN, Left, TestTransport};

const KEYS: &str = "accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a secret'";

pub fn answer(status: u16, body: &'static str) -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = status.try_into().expect("a status");
    response
}

fn embedded(transport: &Rc<TestTransport>) -> AwsConfig {
    AwsConfig {
        transport: transport.clone(),
        target: AwsTarget::Embedded,
        ambient: Ambient::None,
        secrets: Arc::new(Secrets::default()),
    }
}

fn run(script: &str, config: AwsConfig) -> Left {
    isolate::run(&format!("{FROZEN}{script}"), |state, _| {
        host::aws::install(state, config);
    })
}

pub fn run_embedded(script: &str, transport: &Rc<TestTransport>) -> Left {
    run(&script.replace("KEYS", KEYS), embedded(transport))
}

pub fn header<'a>(request: &'a http::Request<Bytes>, name: &str) -> &'a str {
    request
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().expect("ASCII"))
}

#[test]
fn retries_are_the_packages_and_each_is_one_request() {
    let transport = Rc::new(TestTransport::new(|_| Some(Ok(answer(500, "")))));
    let left = run_embedded(
        "const s3 = new AWS.S3({ KEYS, retryDelayOptions: { customBackoff: () => 0 } });
         const { error, retryCount } = await new Promise((done) =>
             s3.listBuckets().on('complete', done).send());
         result = [error, error.name, retryCount];",
        &transport,
    );
    assert_eq!(transport.requests.borrow().len(), 4);
    assert_eq!(
        left.result,
        json!([{
            "message": null, "code": 500, "region": null, "time": "2020-01-02T03:04:05.000Z",
            "requestId": null, "statusCode": 500, "retryable": true,
        }, 500, 3])
    );
}

#[test]
fn a_refused_connection_is_nodes_error_in_the_packages_form() {
    let transport = Rc::new(TestTransport::new(|_| {
        Some(Err(NodeError {
            code: "ECONNREFUSED".into(),
            message: "connect ECONNREFUSED 127.0.0.1:1".into(),
            errno: Some(-111),
            syscall: Some("connect".into()),
            address: Some("127.0.0.1".into()),
            port: Some(1),
            ..NodeError::default()
        }))
    }));
    let left = run_embedded(
        "const s3 = new AWS.S3({ KEYS, maxRetries: 0, endpoint: 'http://127.0.0.1:1' });
         try { await s3.listBuckets().promise() }
         catch (error) {
             result = [Object.entries(error), error.name, error.stack.split('\\n')[0]];
         }",
        &transport,
    );
    assert_eq!(
        left.result,
        json!([
            [
                ["message", "connect ECONNREFUSED 127.0.0.1:1"],
                ["errno", -111],
                ["code", "NetworkingError"],
                ["syscall", "connect"],
                ["address", "127.0.0.1"],
                ["port", 1],
                ["region", "us-east-1"],
                ["hostname", "127.0.0.1"],
                ["retryable", true],
                ["time", "2020-01-02T03:04:05.000Z"],
            ],
            "NetworkingError",
            "Error: connect ECONNREFUSED 127.0.0.1:1"
        ])
    );
}

#[test]
fn timeouts_reach_the_transport_and_come_back_by_the_packages_name() {
    let idle = Duration::from_millis(300);
    let transport = Rc::new(TestTransport::new(move |_| Some(Err(idle_timeout(idle)))));
    let left = run_embedded(
        "const s3 = new AWS.S3({ KEYS, maxRetries: 0, httpOptions: { timeout: 300, connectTimeout: 20 } });
         try { await s3.listBuckets().promise() }
         catch (error) { result = [error.code, error.message, error.retryable]; }",
        &transport,
    );
    assert_eq!(
        transport.options.take(),
        [HttpOptions {
            connect: Some(Duration::from_millis(20)),
            idle: Some(idle),
            ..HttpOptions::default()
        }]
    );
    assert_eq!(
        left.result,
        json!(["TimeoutError", "Connection timed out after 300ms", true])
    );
}

#[test]
fn an_object_comes_back_as_the_package_reads_it() {
    let transport = Rc::new(TestTransport::new(|_| {
        let mut response = answer(200, "h\u{e9}llo");
        for (name, value) in [
            ("content-length", "6"),
            ("etag", "\"abc\""),
            ("last-modified", "Wed, 01 Jan 2020 00:00:00 GMT"),
            ("x-amz-meta-foo", "bar"),
        ] {
            response
                .headers_mut()
                .insert(name, value.parse().expect("a value"));
        }
        Some(Ok(response))
    }));
    let left = run_embedded(
        "const s3 = new AWS.S3({ KEYS });
         const data = await s3.getObject({ Bucket: 'bkt', Key: 'k' }).promise();
         const chunks = [];
         for await (const chunk of s3.getObject({ Bucket: 'bkt', Key: 'k' }).createReadStream()) {
             chunks.push(String(chunk));
         }
         const { statusCode, statusMessage, headers } = data.$response.httpResponse;
         result = [Object.keys(data), data.LastModified, data.Metadata, data.Body.toString(),
             chunks, statusCode, statusMessage, headers.etag,
             /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\\/20200102\\/us-east-1\\/s3\\/aws4_request, SignedHeaders=\\S+, Signature=[0-9a-f]{64}$/
                 .test(data.$response.request.httpRequest.headers.Authorization)];",
        &transport,
    );
    assert_eq!(
        left.result,
        json!([
            ["LastModified", "ContentLength", "ETag", "Metadata", "Body"],
            "2020-01-01T00:00:00.000Z",
            { "foo": "bar" },
            "héllo",
            ["héllo"],
            200,
            "OK",
            "\"abc\"",
            true
        ])
    );
}

#[test]
fn an_error_answer_is_read_by_the_package() {
    let transport = Rc::new(TestTransport::new(|_| {
        Some(Ok(answer(
            404,
            "<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>",
        )))
    }));
    let left = run_embedded(
        "const s3 = new AWS.S3({ KEYS });
         try { await s3.getObject({ Bucket: 'bkt', Key: 'k' }).promise() }
         catch (error) { result = [error.code, error.message, error.statusCode, error.retryable]; }",
        &transport,
    );
    assert_eq!(left.result, json!(["NoSuchKey", "gone", 404, false]));
}

#[test]
fn an_aborted_request_ends_and_lets_go_of_the_transport() {
    let transport = Rc::new(TestTransport::new(|_| None));
    let left = run_embedded(
        "const s3 = new AWS.S3({ KEYS });
         const request = s3.listBuckets();
         const ended = new Promise((done) => request.send((error) => done(error)));
         // By then it is on its way.
         setTimeout(() => request.abort(), 1000);
         const error = await ended;
         result = [error.code, error.message, error.retryable];",
        &transport,
    );
    assert_eq!(
        left.result,
        json!(["RequestAbortedError", "Request aborted by user", false])
    );
    assert_eq!(transport.requests.borrow().len(), 1);
}

#[test]
fn a_request_aborted_when_its_headers_came_hung() {
    let transport = Rc::new(TestTransport::new(|_| Some(Ok(answer(200, "hello")))));
    let left = run_embedded(
        "const s3 = new AWS.S3({ KEYS });
         const events = [];
         const request = s3.getObject({ Bucket: 'bkt', Key: 'k' });
         request.on('httpHeaders', () => request.abort()).on('httpData', () => events.push('data'));
         const error = await request.promise().catch((thrown) => thrown);
         result = [error.code, error.statusCode, events];",
        &transport,
    );
    assert_eq!(left.result, json!(["RequestAbortedError", 200, []]));
}

#[test]
fn of_some_headers_a_second_one_was_joined_where_node_drops_it() {
    let transport = Rc::new(TestTransport::new(|_| {
        let mut response = answer(200, "");
        for (name, value) in [
            ("server", "one"),
            ("server", "two"),
            ("x-other", "one"),
            ("x-other", "two"),
        ] {
            let value = value.parse().expect("a value");
            response.headers_mut().append(name, value);
        }
        Some(Ok(response))
    }));
    let left = run_embedded(
        "const { $response } = await new AWS.S3({ KEYS }).headBucket({ Bucket: 'bkt' }).promise();
         result = $response.httpResponse.headers;",
        &transport,
    );
    assert_eq!(
        left.result,
        json!({ "server": "one", "x-other": "one, two" })
    );
}

#[test]
fn the_embedded_aws_names_what_it_does_not_have() {
    let transport = Rc::new(TestTransport::new(|_| Some(Ok(answer(200, "{}")))));
    let left = run_embedded(
        "const lambda = new AWS.Lambda({ KEYS, region: 'us-west-2' });
         const errors = [];
         await lambda.invoke({ FunctionName: 'f' }).promise().catch((error) => errors.push(error));
         await lambda.invoke({}).promise().catch((error) => errors.push(error));
         await new AWS.DynamoDB.DocumentClient({ KEYS, region: 'us-west-2' })
             .get({ TableName: 't', Key: { id: 1 } }).promise().catch((error) => errors.push(error));
         result = errors.map(({ code, message, retryable }) => [code, message, retryable]);",
        &transport,
    );
    let text = |call| {
        format!(
            "segfn's embedded AWS has only S3 and STS, so {call} can't be called; --aws URL sends \
             it to a server such as LocalStack, and --aws real sends it to AWS"
        )
    };
    assert_eq!(
        left.result,
        json!([
            ["SegfnUnsupportedService", text("lambda.invoke"), false],
            [
                "MissingRequiredParameter",
                "Missing required key 'FunctionName' in params",
                null
            ],
            ["SegfnUnsupportedService", text("dynamodb.getItem"), false],
        ])
    );
    assert!(transport.requests.borrow().is_empty());
}

#[test]
fn without_credentials_the_ambient_key_signs_and_s3_is_warned_of() {
    let transport = Rc::new(TestTransport::new(|_| Some(Ok(answer(200, "")))));
    let config = AwsConfig {
        ambient: Ambient::Key(Key {
            access_key_id: "AMBIENT".into(),
            secret_access_key: "not so secret".into(),
            session_token: Some("a token".into()),
        }),
        ..embedded(&transport)
    };
    let script = "
        const before = [AWS.config.credentials, AWS.config.region];
        await new AWS.STS().getCallerIdentity().promise().catch(() => {});
        const s3 = new AWS.S3();
        await s3.listBuckets().promise();
        await s3.listBuckets().promise();
        result = [before, s3.config.credentials.constructor.name];";
    let left = run(script, config);
    assert_eq!(left.result, json!([[null, null], "EnvironmentCredentials"]));
    let requests = transport.requests.take();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        assert!(header(request, "authorization").contains("Credential=AMBIENT/"));
        assert_eq!(header(request, "x-amz-security-token"), "a token");
    }
    assert_eq!(left.warnings.len(), 1, "{:?}", left.warnings);
    assert!(left.warnings[0].starts_with("AWS.S3 was created without credentials"));
}

#[test]
fn without_any_credentials_the_error_is_the_packages() {
    let transport = Rc::new(TestTransport::new(|_| Some(Ok(answer(200, "")))));
    let left = run_embedded(
        "try { await new AWS.S3().listBuckets().promise() }
         catch (error) { result = [error.code, error.message, error.originalError.message]; }",
        &transport,
    );
    assert_eq!(
        left.result,
        json!([
            "CredentialsError",
            "Missing credentials in config",
            "Could not load credentials from any providers"
        ])
    );
}

#[test]
fn the_machines_own_key_is_never_shown_and_never_presigns() {
    let transport = Rc::new(TestTransport::new(|_| Some(Ok(answer(200, "")))));
    let config = AwsConfig {
        target: AwsTarget::Real,
        ambient: Ambient::Machine,
        ..embedded(&transport)
    };
    let script = "
        const s3 = new AWS.S3();
        await new Promise((done) => s3.config.getCredentials(done));
        const { accessKeyId, secretAccessKey, sessionToken } = s3.config.credentials;
        let code;
        try { s3.getSignedUrl('getObject', { Bucket: 'bkt', Key: 'k' }) } catch (error) { code = error.code }
        result = [accessKeyId, secretAccessKey, sessionToken, code];";
    assert_eq!(
        run(script, config).result,
        json!([
            "SEGFN-MACHINE-CREDENTIALS",
            "SEGFN-MACHINE-CREDENTIALS",
            null,
            "SegfnAmbientCredentials"
        ])
    );
}

#[test]
fn a_server_in_the_place_of_aws_gets_all_services_and_buckets_by_path() {
    let transport = Rc::new(TestTransport::new(|request| {
        let json = request.method() == http::Method::POST;
        Some(Ok(answer(200, if json { "{}" } else { "" })))
    }));
    let config = AwsConfig {
        target: AwsTarget::Url("http://127.0.0.1:5000".into()),
        ..embedded(&transport)
    };
    let script = format!(
        "const settings = {{ {KEYS}, region: 'eu-west-1', maxRetries: 0 }};
         await new AWS.S3(settings).putObject({{ Bucket: 'bkt', Key: 'a b', Body: 'x' }}).promise();
         await new AWS.S3({{ ...settings, endpoint: 'http://elsewhere.test', s3ForcePathStyle: true }})
             .headBucket({{ Bucket: 'bkt' }}).promise();
         await new AWS.SQS(settings).listQueues().promise().catch(() => {{}});
         await new AWS.Lambda(settings).invoke({{ FunctionName: 'f', Payload: '{{}}' }}).promise();
         await new AWS.DynamoDB.DocumentClient(settings)
             .put({{ TableName: 't', Item: {{ id: 1, tags: ['a'] }} }}).promise();
         result = new AWS.S3(settings).endpoint.href;"
    );
    let left = run(&script, config);
    assert_eq!(left.result, json!("https://s3.eu-west-1.amazonaws.com/"));
    let requests = transport.requests.take();
    let lines: Vec<String> = requests
        .iter()
        .map(|request| format!("{} {}", request.method(), request.uri()))
        .collect();
    assert_eq!(
        lines,
        [
            "PUT http://127.0.0.1:5000/bkt/a%20b",
            "HEAD http://elsewhere.test/bkt",
            "POST http://127.0.0.1:5000/",
            "POST http://127.0.0.1:5000/2015-03-31/functions/f/invocations",
            "POST http://127.0.0.1:5000/"
        ]
    );
    let scopes: Vec<&str> = requests
        .iter()
        .filter_map(|request| header(request, "authorization").split('/').nth(3))
        .collect();
    assert_eq!(scopes, ["s3", "s3", "sqs", "lambda", "dynamodb"]);
    assert_eq!(
        header(&requests[4], "x-amz-target"),
        "DynamoDB_20120810.PutItem"
    );
    assert_eq!(
        requests[4].body(),
        r#"{"TableName":"t","Item":{"id":{"N":"1"},"tags":{"L":[{"S":"a"}]}}}"#
    );
}
