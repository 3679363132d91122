//! What goes into a part beside its inputs, so that parts of different runs aren't added up.

use segfn::engine::v8_version;
use segfn::json::Json;
use segfn::project::Project;
use segfn::text::hex;
use sha2::{Digest, Sha256};

/// What runs functions.
pub fn segfn_versions() -> Vec<(&'static str, String)> {
    vec![
        ("segfn", env!("CARGO_PKG_VERSION").to_owned()),
        ("V8", v8_version().to_owned()),
    ]
}

/// What tells bytes from others.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// What tells a version of a function from others: its code, its settings but for the secret ones, and how it is
/// called.
pub fn version_digest(project: &Project) -> String {
    let function = &project.function;
    let mut settings = Json::Object((*function.settings).clone());
    project.secrets().redact_value(&mut settings);
    let kind = function.kind.map(|kind| kind.name());
    let all = Json::object([
        ("code", (&*function.source).into()),
        ("kind", Json::of(&kind)),
        ("handler", Json::of(&project.handler)),
        ("settings", settings),
    ]);
    digest(all.to_string().as_bytes())
}
