//! Which cipher a name means, and what it is like.

use deno_core::op2;
use openssl::cipher::Cipher;
use openssl::cipher_ctx::CipherCtx;
use openssl::nid::Nid;
use openssl::symm;
use serde::Serialize;

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    Cbc,
    Ccm,
    Cfb,
    Ctr,
    Ecb,
    Gcm,
    Ocb,
    Ofb,
    Stream,
    Wrap,
    Xts,
}

/// A cipher by any of its names, and the mode that its main name tells.
pub struct CipherKind {
    pub cipher: Cipher,
    /// OpenSSL's short one, which Node shows.
    pub name: String,
    pub mode: Mode,
    /// Encrypts and authenticates at once.
    pub authenticated: bool,
}

impl CipherKind {
    /// The cipher of that name.
    pub fn find(name: &str) -> Option<CipherKind> {
        if name.contains('\0') {
            return None;
        }
        let cipher = Cipher::fetch(None, name, None).ok()?;
        let lower = cipher.nid().long_name().ok()?.to_ascii_lowercase();
        let mode = match lower.as_str() {
            "chacha20" | "chacha20-poly1305" => Mode::Stream,
            "des-ede" | "des-ede3" => Mode::Ecb,
            _ if lower.contains("-wrap") || lower.ends_with("3deswrap") => Mode::Wrap,
            _ => lower.split('-').skip(1).find_map(|part| {
                Some(match part {
                    "cbc" => Mode::Cbc,
                    "ccm" => Mode::Ccm,
                    "cfb" | "cfb1" | "cfb8" => Mode::Cfb,
                    "ctr" => Mode::Ctr,
                    "ecb" => Mode::Ecb,
                    "gcm" => Mode::Gcm,
                    "ocb" => Mode::Ocb,
                    "ofb" => Mode::Ofb,
                    "xts" => Mode::Xts,
                    _ => return None,
                })
            })?,
        };
        let authenticated =
            matches!(mode, Mode::Ccm | Mode::Gcm | Mode::Ocb) || lower == "chacha20-poly1305";
        Some(CipherKind {
            name: cipher.nid().short_name().ok()?.to_ascii_lowercase(),
            cipher,
            mode,
            authenticated,
        })
    }
}

/// The cipher that encrypts an exported key.
pub fn for_keys(name: &str) -> Option<symm::Cipher> {
    symm::Cipher::from_nid(CipherKind::find(name)?.cipher.nid())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CipherInfo {
    mode: Mode,
    name: String,
    nid: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    block_size: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iv_length: Option<usize>,
    key_length: usize,
}

/// What Node's getCipherInfo gives; nothing where the wanted lengths don't fit.
#[op2]
#[serde]
pub fn op_crypto_cipher_info(
    #[string] name: &str,
    key_length: i32,
    iv_length: i32,
) -> Option<CipherInfo> {
    // A number is one of OpenSSL's.
    let kind = match name.parse() {
        Ok(number) => CipherKind::find(Nid::from_raw(number).long_name().ok()?)?,
        Err(_) => CipherKind::find(name)?,
    };
    let given = |length: i32| usize::try_from(length).ok();
    if given(key_length).is_some_and(|length| length != kind.cipher.key_length()) {
        return None;
    }
    let mut ivs = kind.cipher.iv_length();
    if let Some(length) = given(iv_length) {
        let mut context = CipherCtx::new().ok()?;
        context.encrypt_init(Some(&kind.cipher), None, None).ok()?;
        let fits = match kind.mode {
            Mode::Ccm => (7..=13).contains(&length),
            _ if kind.authenticated => context.set_iv_length(length).is_ok(),
            _ => length == ivs,
        };
        if !fits {
            return None;
        }
        ivs = length;
    }
    Some(CipherInfo {
        mode: kind.mode,
        name: kind.name,
        nid: kind.cipher.nid().as_raw(),
        block_size: (kind.mode != Mode::Stream).then(|| kind.cipher.block_size()),
        iv_length: (ivs != 0).then_some(ivs),
        key_length: kind.cipher.key_length(),
    })
}
