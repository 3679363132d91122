//! The licences of all that is in the binary, as scripts/licenses.mjs collected them when the
//! bundles were made: crates, npm packages, and what V8 and OpenSSL are built from.

use std::io::Read;

use flate2::read::DeflateDecoder;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Raw deflate of JSON.
const ARCHIVE: &[u8] = include_bytes!("../js/dist/licenses.bin");

/// Something that is in the binary.
#[derive(Debug, Deserialize, Serialize)]
pub struct Component {
    pub name: String,
    /// Empty for notices that were found in the code of several packages.
    pub version: String,
    /// What it says of its licence, mostly in SPDX's words.
    pub license: String,
    /// `crate`, `npm`, or `native` for what is built from C and C++.
    pub from: String,
    /// Which of [`Licenses::texts`] go with it.
    #[serde(skip_serializing)]
    pub texts: Vec<usize>,
}

#[derive(Debug, Deserialize)]
pub struct Licenses {
    pub components: Vec<Component>,
    pub texts: Vec<String>,
}

#[derive(Debug, Error)]
pub enum LicensesError {
    #[error("the licences in the binary can't be read: {0}")]
    Unpack(#[from] std::io::Error),
    #[error("the licences in the binary can't be read: {0}")]
    Parse(#[from] serde_json::Error),
}

impl Licenses {
    /// Those of this binary.
    ///
    /// # Errors
    /// When the binary was built from something that isn't what scripts/licenses.mjs makes.
    pub fn read() -> Result<Licenses, LicensesError> {
        let mut json = String::new();
        DeflateDecoder::new(ARCHIVE).read_to_string(&mut json)?;
        Ok(serde_json::from_str(&json)?)
    }

    /// The components whose name contains `part`, in any case.
    pub fn retain(&mut self, part: &str) {
        let part = part.to_lowercase();
        self.components
            .retain(|each| each.name.to_lowercase().contains(&part));
    }

    /// Each text once, after what it is for.
    pub fn text(&self) -> String {
        let mut result = String::new();
        for (index, text) in self.texts.iter().enumerate() {
            let users = self
                .components
                .iter()
                .filter(|each| each.texts.contains(&index));
            let users: Vec<String> = users
                .map(|each| {
                    let Component {
                        name,
                        version,
                        license,
                        ..
                    } = each;
                    let space = if version.is_empty() { "" } else { " " };
                    format!("{name}{space}{version} ({license})")
                })
                .collect();
            if users.is_empty() {
                continue;
            }
            if !result.is_empty() {
                result.push_str(&format!("\n{}\n\n", "-".repeat(80)));
            }
            result.push_str(&format!("{}\n\n{text}\n", users.join("\n")));
        }
        result
    }
}
