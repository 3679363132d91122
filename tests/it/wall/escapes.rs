//! The ways that once led out of a function, and the ops that it would find.

use deno_core::v8;
use serde_json::json;

use crate::support::Run;
use crate::support::isolate::isolate;

/// What the body of `onTrack` returned.
fn value(source: &str) -> serde_json::Value {
    Run::new(source)
        .args(&["--kind", "destination"])
        .track("t")
        .value()
}

#[test]
fn a_getter_for_a_timer_that_deno_core_lacks_was_called_with_all_of_it() {
    let seen = value(
        "async function onTrack() {
           const seen = [];
           Object.defineProperty(Object.prototype, 'createImmediate', { get() { seen.push(Object.keys(this)); }, configurable: true });
           setImmediate(() => {});
           return seen;
         }",
    );
    assert_eq!(seen, json!([]));
}

#[test]
fn a_call_site_gave_the_function_of_a_bundle_and_that_its_arguments() {
    let seen = value(
        "async function onTrack() {
           const seen = [];
           const define = Object.defineProperty;
           Error.prepareStackTrace = (_, sites) => {
             for (const site of sites) {
               try { for (const a of site.getFunction().arguments) if (a && (a.core || a.ops)) seen.push(Object.keys(a)); } catch {}
               if (site.getThis() && site.getThis().op_log) seen.push('ops');
             }
           };
           Object.defineProperty = (...args) => { new Error().stack; return define(...args); };
           void xml; void AWS; void Buffer; void crypto; void zlib.zlib; void https;
           return seen;
         }",
    );
    assert_eq!(seen, json!([]));
}

#[test]
fn a_replaced_call_was_handed_the_op() {
    let seen = value(
        "async function onTrack() {
           const seen = [];
           const apply = Reflect.apply;
           Function.prototype.call = function (self, ...args) {
             if (String(this.name).startsWith('op_') || (self && self.op_log)) seen.push(this.name);
             return apply(this, self, args);
           };
           await fetch('http://127.0.0.1:9/').catch(() => 0);
           await new Blob(['a']).text();
           return seen;
         }",
    );
    assert_eq!(seen, json!([]));
}

#[test]
fn a_replaced_then_was_needed_for_an_answer() {
    let code = value(
        "async function onTrack() {
           Promise.prototype.then = () => undefined;
           const code = new Promise((resolve) => https.get('https://127.0.0.1:9/').on('error', (error) => resolve(error.code)));
           delete Promise.prototype.then;
           return await code;
         }",
    );
    assert_eq!(code, "ECONNREFUSED");
}

#[test]
fn a_setter_for_what_scripts_of_deno_web_are_given_was_called_with_it() {
    let seen = value(
        "async function onTrack() {
           const seen = [];
           for (const object of [Object.prototype, globalThis]) {
             for (const name of ['__bootstrap', 'Deno', '__segfn', '__infra']) {
               Object.defineProperty(object, name, { get() { seen.push(name); }, set() { seen.push(name); }, configurable: true });
             }
           }
           new URL('http://a/'); new Blob(['a']); new ReadableStream(); new AbortController();
           return seen;
         }",
    );
    assert_eq!(seen, json!([]));
}

#[test]
fn packages_can_load_packages_and_nothing_of_segfn() {
    // A sloppy package's `require` can be taken from its `arguments`, as under Node.
    let seen = value(
        "async function onTrack() {
           let require;
           const define = Object.defineProperty;
           Object.defineProperty = function (...args) {
             try {
               for (let f = Object.defineProperty.caller; f && !require; f = f.caller) {
                 for (const a of f.arguments ?? []) if (typeof a === 'function') require = a;
               }
             } catch {}
             return define(...args);
           };
           void xml;
           if (!require) return ['none', 'none'];
           return ['segfn:console', 'ext:deno_web/00_url.js'].map((name) => { try { return Object.keys(require(name)); } catch { return 'none'; } });
         }",
    );
    assert_eq!(seen, json!(["none", "none"]));
}

/// What a function would find if it got at the ops after all. An op that is new here needs a reason.
#[test]
fn the_ops_are_these() {
    let mut runtime = isolate();
    let names = {
        deno_core::scope!(scope, runtime);
        let script = v8::String::new(scope, "Object.keys(Deno.core.ops).sort().join('\\n')")
            .expect("a text");
        let script = v8::Script::compile(scope, script, None).expect("a script");
        script
            .run(scope)
            .expect("a value")
            .to_rust_string_lossy(scope)
    };
    insta::assert_snapshot!(names, @"
    op_ada_can_parse
    op_ada_domain
    op_ada_format
    op_ada_idna
    op_ada_parse
    op_ada_update
    op_aws_abort
    op_aws_ambient
    op_aws_call
    op_aws_endpoint
    op_aws_is_aws
    op_aws_model
    op_brotli_compress_new
    op_brotli_decompress_new
    op_brotli_write
    op_buffer_from_string
    op_buffer_is_utf8
    op_buffer_to_string
    op_bundle
    op_cache_delete
    op_cache_dropped
    op_cache_find
    op_cache_store
    op_clock_elapsed
    op_clock_now
    op_crypto_agree
    op_crypto_cipher_aad
    op_crypto_cipher_final
    op_crypto_cipher_info
    op_crypto_cipher_new
    op_crypto_cipher_padding
    op_crypto_cipher_set_tag
    op_crypto_cipher_tag
    op_crypto_cipher_update
    op_crypto_copy
    op_crypto_derive
    op_crypto_derive_sync
    op_crypto_dh_check
    op_crypto_dh_generate
    op_crypto_dh_group
    op_crypto_dh_prime
    op_crypto_dh_public
    op_crypto_dh_secret
    op_crypto_digest
    op_crypto_ec_check
    op_crypto_ec_convert
    op_crypto_ec_generate
    op_crypto_ec_holds
    op_crypto_ec_public
    op_crypto_ec_secret
    op_crypto_equal
    op_crypto_generate_pair
    op_crypto_generate_pair_sync
    op_crypto_hash
    op_crypto_hash_new
    op_crypto_hash_size
    op_crypto_hash_text
    op_crypto_hmac
    op_crypto_hmac_new
    op_crypto_key_details
    op_crypto_key_equals
    op_crypto_key_export_private
    op_crypto_key_export_public
    op_crypto_key_from_jwk
    op_crypto_key_kind
    op_crypto_key_parse_private
    op_crypto_key_parse_public
    op_crypto_key_public
    op_crypto_key_to_jwk
    op_crypto_prime
    op_crypto_prime_check
    op_crypto_prime_check_sync
    op_crypto_prime_sync
    op_crypto_private_decrypt
    op_crypto_private_encrypt
    op_crypto_public_decrypt
    op_crypto_public_encrypt
    op_crypto_random
    op_crypto_scrypt_check
    op_crypto_sign
    op_crypto_sign_hash
    op_crypto_spkac_challenge
    op_crypto_spkac_key
    op_crypto_spkac_verify
    op_crypto_update
    op_crypto_verify
    op_crypto_verify_hash
    op_crypto_x509
    op_crypto_x509_facts
    op_crypto_x509_issued
    op_crypto_x509_key
    op_crypto_x509_matches
    op_crypto_x509_pem
    op_crypto_x509_raw
    op_crypto_x509_verify
    op_encoding_decode
    op_encoding_decode_single
    op_encoding_decode_utf8
    op_encoding_decode_utf8_ascii_only
    op_encoding_encode_into
    op_encoding_encode_into_fallback
    op_encoding_new_decoder
    op_encoding_normalize_label
    op_evaluation_begins
    op_evaluation_ends
    op_get_constructor_name
    op_get_non_index_property_names
    op_http_begin
    op_http_close
    op_http_connect
    op_http_finish
    op_http_heard
    op_http_parse
    op_http_parse_end
    op_http_parser
    op_http_read
    op_http_send
    op_http_use
    op_http_watch
    op_http_watch_came
    op_http_watch_head
    op_http_watch_headers
    op_http_watch_over
    op_http_watch_sent
    op_http_write
    op_json_depth
    op_log
    op_now
    op_preview_entries
    op_random_unit
    op_ref_op
    op_socket_close
    op_socket_connect
    op_socket_ended
    op_socket_exchange
    op_socket_read
    op_socket_shutdown
    op_socket_write
    op_time_origin
    op_timer_now
    op_uncaught
    op_unref_op
    op_warn
    op_zlib_crc32
    op_zlib_deflate_new
    op_zlib_dictionary
    op_zlib_inflate_new
    op_zlib_level
    op_zlib_message
    op_zlib_write
    ");
}

#[test]
fn what_deno_core_has_and_segfn_needs_not_does_nothing() {
    let mut runtime = isolate();
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    // `print` is an op's only caller that is still there.
    let script =
        v8::String::new(scope, "Deno.core.print('written by the function')").expect("a text");
    let script = v8::Script::compile(scope, script, None).expect("a script");
    assert!(script.run(scope).is_none());
    let thrown = scope
        .exception()
        .expect("an exception")
        .to_rust_string_lossy(scope);
    insta::assert_snapshot!(thrown, @"Error: op is disabled");
}
