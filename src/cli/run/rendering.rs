//! What comes of an input, made ready to be written in the process in which it ran.

use std::sync::Arc;

use segfn::cost::InvocationCost;
use segfn::coverage::ScriptCoverage;
use segfn::engine::{InputResult, Ran, Rendering};
use segfn::function::Function;
use segfn::report::Palette;
use segfn::report::text::TextReport;
use segfn::secrets::Secrets;
use serde::{Deserialize, Serialize};

use super::outcomes::RenderedOutcome;

#[derive(Serialize, Deserialize)]
pub struct OutcomeRendering {
    pub json: bool,
    /// Whether it is counted what it cost.
    pub stats: bool,
    pub color: bool,
    /// The columns that there are for text.
    pub width: usize,
}

impl Rendering for OutcomeRendering {
    type Output = (
        RenderedOutcome,
        Option<InvocationCost>,
        Option<ScriptCoverage>,
    );

    fn of(
        self,
        function: &Function,
        secrets: &Arc<Secrets>,
    ) -> impl Fn(Ran) -> Self::Output + Send + Sync + 'static {
        let text = TextReport {
            path: function.path.clone(),
            source: function.source.clone(),
            palette: Palette::new(self.color),
            width: self.width,
            secrets: secrets.clone(),
        };
        move |ran| {
            let cost = match &ran.result {
                InputResult::Outcome(outcome) if self.stats => {
                    Some(InvocationCost::new(outcome, &ran.usage))
                }
                _ => None,
            };
            let rendered = RenderedOutcome::new(ran.result, self.json, &text);
            (rendered, cost, ran.coverage)
        }
    }
}
