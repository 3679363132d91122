//! Node's crypto for js/node/crypto.js, by the library that Node has: OpenSSL. So algorithms,
//! key formats and the texts of errors are Node's without our writing them.

mod background;
mod cipher;
mod der;
mod dh;
mod error;
mod hash;
mod kdf;
mod keys;
mod prime;
mod random;
mod rsa;
mod sign;
mod spkac;
mod x509;

pub use background::Deadline;

deno_core::extension!(
    segfn_crypto,
    ops = [
        cipher::ops::op_crypto_cipher_aad,
        cipher::ops::op_crypto_cipher_final,
        cipher::kind::op_crypto_cipher_info,
        cipher::ops::op_crypto_cipher_new,
        cipher::ops::op_crypto_cipher_padding,
        cipher::ops::op_crypto_cipher_set_tag,
        cipher::ops::op_crypto_cipher_tag,
        cipher::ops::op_crypto_cipher_update,
        dh::op_crypto_agree,
        dh::op_crypto_dh_check,
        dh::op_crypto_dh_generate,
        dh::op_crypto_dh_group,
        dh::op_crypto_dh_prime,
        dh::op_crypto_dh_public,
        dh::op_crypto_dh_secret,
        dh::op_crypto_ec_check,
        dh::op_crypto_ec_convert,
        dh::op_crypto_ec_generate,
        dh::op_crypto_ec_holds,
        dh::op_crypto_ec_public,
        dh::op_crypto_ec_secret,
        hash::op_crypto_copy,
        hash::op_crypto_digest,
        hash::op_crypto_hash,
        hash::op_crypto_hash_new,
        hash::op_crypto_hash_size,
        hash::op_crypto_hash_text,
        hash::op_crypto_hmac,
        hash::op_crypto_hmac_new,
        hash::op_crypto_update,
        kdf::op_crypto_derive,
        kdf::op_crypto_derive_sync,
        kdf::op_crypto_scrypt_check,
        keys::key_handle::op_crypto_key_details,
        keys::key_handle::op_crypto_key_equals,
        keys::key_handle::op_crypto_key_kind,
        keys::key_handle::op_crypto_key_public,
        keys::export::op_crypto_key_export_private,
        keys::export::op_crypto_key_export_public,
        keys::generate::op_crypto_generate_pair,
        keys::generate::op_crypto_generate_pair_sync,
        keys::jwk::op_crypto_key_from_jwk,
        keys::jwk::op_crypto_key_to_jwk,
        keys::parse::op_crypto_key_parse_private,
        keys::parse::op_crypto_key_parse_public,
        prime::op_crypto_prime,
        prime::op_crypto_prime_check,
        prime::op_crypto_prime_check_sync,
        prime::op_crypto_prime_sync,
        random::op_crypto_equal,
        random::op_crypto_random,
        rsa::op_crypto_private_decrypt,
        rsa::op_crypto_private_encrypt,
        rsa::op_crypto_public_decrypt,
        rsa::op_crypto_public_encrypt,
        sign::op_crypto_sign,
        sign::op_crypto_sign_hash,
        sign::op_crypto_verify,
        sign::op_crypto_verify_hash,
        spkac::op_crypto_spkac_challenge,
        spkac::op_crypto_spkac_key,
        spkac::op_crypto_spkac_verify,
        x509::op_crypto_x509,
        x509::op_crypto_x509_facts,
        x509::op_crypto_x509_issued,
        x509::op_crypto_x509_key,
        x509::op_crypto_x509_matches,
        x509::op_crypto_x509_pem,
        x509::op_crypto_x509_raw,
        x509::op_crypto_x509_verify,
    ]
);
