//! What a function holds outside of V8's heap counts against the one limit of memory.

use crate::support::Run;

/// A function whose `body` keeps what it makes in `keep` ends as out of memory.
fn is_bounded(body: &str) {
    let source = format!(
        "const keep = [];
         async function onTrack(event) {{ if (event.event === 'after') return 'alive'; {body} }}"
    );
    let run = Run::new(&source).args(&[
        "--timeout",
        "60s",
        "--kind",
        "destination",
        "--memory",
        "64",
    ]);
    let outcomes = run.track("attack").track("after").outcomes();
    assert_eq!(
        outcomes[0]["error"]["name"], "MemoryLimit",
        "{body}: {:#}",
        outcomes[0]
    );
    assert_eq!(outcomes[1]["value"], "alive");
}

#[test]
fn buffers_made_of_texts_did_not_count() {
    is_bounded(
        "const text = 'x'.repeat(1e6); for (let i = 0; i < 300; i++) keep.push(Buffer.from(text))",
    );
    is_bounded(
        "const text = 'x'.repeat(1e6); for (let i = 0; i < 300; i++) keep.push(Buffer.from(text, 'latin1'))",
    );
    is_bounded(
        "const coder = new TextEncoder(); const text = 'x'.repeat(1e6); for (let i = 0; i < 300; i++) keep.push(coder.encode(text))",
    );
    is_bounded(
        "const bytes = new Uint8Array(1e6); for (let i = 0; i < 300; i++) keep.push(new Blob([bytes]))",
    );
}

#[test]
fn compressing_streams_did_not_count() {
    is_bounded(
        "for (let i = 0; i < 2000; i++) keep.push(zlib.zlib.createDeflateRaw({ memLevel: 9 }))",
    );
    is_bounded(
        "const data = crypto.randomBytes(3e6);
         for (let i = 0; i < 100; i++) {
           const stream = zlib.zlib.createBrotliCompress({ params: { [zlib.zlib.constants.BROTLI_PARAM_QUALITY]: 5, [zlib.zlib.constants.BROTLI_PARAM_LGWIN]: 24 } });
           stream.on('data', () => {});
           stream.write(data);
           keep.push(stream);
           await new Promise((resolve) => setTimeout(resolve, 1));
         }",
    );
}

#[test]
fn buffers_that_v8_makes_without_asking_did_not_count() {
    is_bounded(
        "for (let i = 0; i < 60; i++) { const b = new ArrayBuffer(0, { maxByteLength: 1e7 }); b.resize(1e7); new Uint8Array(b).fill(1); keep.push(b) }",
    );
}

#[test]
fn the_heap_and_buffers_had_a_limit_each() {
    is_bounded(
        "for (let i = 0; i < 1e5; i++) keep.push({ i, text: `text ${i} `.repeat(10), list: [i, i, i] });
         for (let i = 0; i < 60; i++) keep.push(new Uint8Array(1e6))",
    );
}

#[test]
fn a_buffer_kept_of_each_event_went_on_for_ever() {
    let source = "const keep = [];
        async function onTrack() { keep.push(Buffer.from('x'.repeat(20000))); return keep.length }";
    let mut run = Run::new(source).args(&["--kind", "destination", "--memory", "32"]);
    for _ in 0..3000 {
        run = run.track("t");
    }
    let outcomes = run.outcomes();
    let ended = outcomes
        .iter()
        .position(|outcome| outcome["error"]["name"] == "MemoryLimit");
    let ended = ended.expect("an end");
    assert!((200..1600).contains(&ended), "it ended after {ended}");
}

#[test]
fn streams_and_buffers_that_nobody_keeps_do_not_end_a_function() {
    let source = "async function onTrack() {
        for (let i = 0; i < 2000; i++) {
          zlib.zlib.createDeflateRaw({ memLevel: 9 });
          Buffer.from('x'.repeat(1e5));
          zlib.zlib.gunzipSync(zlib.zlib.gzipSync('text'));
        }
        for (let i = 0; i < 40; i++) zlib.zlib.brotliDecompressSync(zlib.zlib.brotliCompressSync('text'.repeat(1e4)));
        for (let i = 0; i < 1e4; i++) crypto.createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
        return 'done';
      }";
    let outcome = Run::new(source)
        .args(&[
            "--timeout",
            "120s",
            "--kind",
            "destination",
            "--memory",
            "64",
        ])
        .track("t")
        .outcome();
    assert_eq!(outcome["value"], "done", "{outcome:#}");
}
