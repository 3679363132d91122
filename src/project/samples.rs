//! Built-in events, for trying a function before one has any of one's own.

use std::sync::mpsc;

use crate::function::Input;

/// A handler's sample: the handler, the input's name and its JSON
/// (docs/platform.md sections 1.6 and 4).
const SAMPLES: [(&str, &str, &str); 9] = [
    (
        "onRequest",
        "sample request",
        include_str!("samples/request.json"),
    ),
    (
        "onIdentify",
        "sample identify",
        include_str!("samples/identify.json"),
    ),
    (
        "onTrack",
        "sample track",
        include_str!("samples/track.json"),
    ),
    ("onPage", "sample page", include_str!("samples/page.json")),
    (
        "onScreen",
        "sample screen",
        include_str!("samples/screen.json"),
    ),
    (
        "onGroup",
        "sample group",
        include_str!("samples/group.json"),
    ),
    (
        "onAlias",
        "sample alias",
        include_str!("samples/alias.json"),
    ),
    (
        "onDelete",
        "sample delete",
        include_str!("samples/delete.json"),
    ),
    (
        "onBatch",
        "sample batch",
        include_str!("samples/batch.json"),
    ),
];

/// One input for each of `handlers`, in the platform's order.
pub fn samples(handlers: &[String]) -> Vec<Input> {
    SAMPLES
        .iter()
        .filter(|(handler, ..)| handlers.iter().any(|defined| defined == handler))
        .map(|(_, name, json)| Input::new(*name, *json))
        .collect()
}

/// Built-in samples that are chosen once it is known which handlers a function has.
pub struct LateSamples(Option<mpsc::Sender<Vec<Input>>>);

/// The samples as inputs of a run that has yet to load its function: none, unless they are `wanted`.
/// The iterator waits until [`LateSamples::choose`] is called, or the other half is dropped.
pub fn late_samples(wanted: bool) -> (LateSamples, impl Iterator<Item = Vec<Input>> + Send) {
    let (chosen, samples) = mpsc::channel();
    (LateSamples(wanted.then_some(chosen)), samples.into_iter())
}

impl LateSamples {
    /// Chooses those for `handlers`. Only the first call counts.
    pub fn choose(&mut self, handlers: &[String]) {
        if let Some(chosen) = self.0.take() {
            // Nobody listens any more where the run has ended already.
            let _ = chosen.send(samples(handlers));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::function::HANDLERS;

    #[test]
    fn each_handler_has_a_sample_that_reaches_it() {
        assert_eq!(SAMPLES.map(|(handler, ..)| handler), HANDLERS);
        for input in samples(&HANDLERS.map(str::to_owned)) {
            let json: Value = serde_json::from_str(&input.json).expect("JSON");
            match input.name.strip_prefix("sample ").expect("a sample") {
                "request" => assert!(json["headers"].is_object() && json["body"].is_object()),
                "batch" => assert!(
                    json.as_array()
                        .is_some_and(|events| events.iter().all(|e| e["type"].is_string()))
                ),
                name => assert_eq!(json["type"], name),
            }
        }
    }

    #[test]
    fn only_what_the_function_handles_is_tried() {
        let inputs = samples(&["onBatch".to_owned(), "onTrack".to_owned()]);
        assert_eq!(
            inputs
                .iter()
                .map(|input| input.name.as_str())
                .collect::<Vec<_>>(),
            ["sample track", "sample batch"]
        );
    }
}
