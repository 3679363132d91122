//! Outcomes for programs: one a line (docs/outcome.md).

use crate::outcome::Outcome;

/// What stands around the value of an outcome that has nothing else, in bytes.
const FRAME: usize = 160;

/// The outcome as one line of JSON, with its newline. Secrets are still in it.
pub fn line(outcome: &Outcome) -> serde_json::Result<Vec<u8>> {
    let value = outcome.value.as_ref().map_or(0, |value| value.get().len());
    let mut line = Vec::with_capacity(FRAME + outcome.input.len() + value);
    serde_json::to_writer(&mut line, outcome)?;
    line.push(b'\n');
    Ok(line)
}

#[cfg(test)]
mod tests {
    use crate::outcome::Outcome;

    /// The schema is made from the types, so that the two can't part.
    #[test]
    fn the_schema_in_the_documentation_is_that_of_the_type() {
        let schema =
            serde_json::to_string_pretty(&schemars::schema_for!(Outcome)).expect("JSON") + "\n";
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/outcome.schema.json");
        if std::env::var_os("SEGFN_WRITE_SCHEMA").is_some() {
            std::fs::write(path, &schema).expect("the schema");
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            written == schema,
            "repair with: SEGFN_WRITE_SCHEMA=1 cargo test --lib schema"
        );
    }
}
