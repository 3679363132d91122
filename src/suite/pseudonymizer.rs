//! Pseudonyms for one case: in its input, and in what answers its requests.

use std::sync::Arc;

use crate::cassette::{RecordedExchange, Redactor};
use crate::pseudonyms::{PseudonymKey, Pseudonyms};

/// Puts pseudonyms into what belongs to one case. What was met in one of its texts is known in the others.
pub(super) struct Pseudonymizer {
    pseudonyms: Arc<Pseudonyms>,
    redactor: Redactor,
}

impl Pseudonymizer {
    /// `redactor` takes out the secrets.
    pub fn new(key: &PseudonymKey, redactor: &Redactor) -> Pseudonymizer {
        let pseudonyms = Arc::new(Pseudonyms::new(key.clone()));
        Pseudonymizer {
            redactor: redactor.with_pseudonyms(pseudonyms.clone()),
            pseudonyms,
        }
    }

    /// The input of a case that has no traffic yet.
    pub fn only_input(key: &PseudonymKey, redactor: &Redactor, json: &str) -> String {
        let pseudonymizer = Pseudonymizer::new(key, redactor);
        pseudonymizer.learn(json, &[]);
        pseudonymizer.input(json)
    }

    /// Meets what is personal in an input and in what answered its requests.
    pub fn learn(&self, json: &str, exchanges: &[RecordedExchange]) {
        self.pseudonyms.learning(|| self.go_over(json, exchanges));
    }

    /// What is personal there stands for something already.
    pub fn keep(&self, json: &str, exchanges: &[RecordedExchange]) {
        self.pseudonyms.keeping(|| self.go_over(json, exchanges));
    }

    fn go_over(&self, json: &str, exchanges: &[RecordedExchange]) {
        self.redactor.input(json);
        for exchange in exchanges {
            self.redactor.answer(&mut exchange.answer.clone());
        }
    }

    /// An input, as it is written down.
    pub fn input(&self, json: &str) -> String {
        self.redactor.input(json).into_owned()
    }

    /// An exchange, as it is looked up and answered.
    pub fn exchange(&self, exchange: &mut RecordedExchange) {
        self.redactor.exchange(exchange);
    }
}
