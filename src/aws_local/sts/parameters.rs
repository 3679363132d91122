//! The parameters of a query-protocol request, and AWS's validation of them: all violations are
//! gathered into one `ValidationError`.

use super::error::StsError;

/// The parameters that have not been taken yet, and what was wrong with those that have.
pub struct Parameters {
    given: Vec<(String, String)>,
    violations: Vec<String>,
}

impl Parameters {
    /// Reads query and form body.
    pub fn read(query: &[u8], body: &[u8]) -> Parameters {
        let given = [query, body]
            .into_iter()
            .flat_map(url::form_urlencoded::parse)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Parameters {
            given,
            violations: Vec::new(),
        }
    }

    /// A parameter's value, if it was given.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let index = self.given.iter().position(|(given, _)| given == name)?;
        Some(self.given.swap_remove(index).1)
    }

    /// A text that must be there, of `shortest` to `longest` characters.
    pub fn required(&mut self, name: &str, shortest: usize, longest: usize) -> String {
        match self.take(name) {
            Some(value) => {
                self.length(name, &value, shortest, longest);
                value
            }
            None => {
                let member = member(name);
                self.violations.push(format!(
                    "Value null at '{member}' failed to satisfy constraint: Member must not be null"
                ));
                String::new()
            }
        }
    }

    /// A name of letters, digits and `_+=,.@-`.
    pub fn session_name(&mut self, name: &str, shortest: usize, longest: usize) -> String {
        let value = self.required(name, shortest, longest);
        self.pattern(name, &value, "_+=,.@-", "[\\w+=,.@-]*");
        value
    }

    /// `ExternalId`, if given.
    pub fn external_id(&mut self) -> Option<String> {
        let value = self.take("ExternalId")?;
        self.length("ExternalId", &value, 2, 1224);
        self.pattern("ExternalId", &value, "_+=,.@:/-", "[\\w+=,.@:\\/-]*");
        Some(value)
    }

    /// `Policy`, if given.
    pub fn policy(&mut self) -> Option<String> {
        let value = self.take("Policy")?;
        self.length("Policy", &value, 1, 2048);
        Some(value)
    }

    /// `DurationSeconds`, from 900 to `longest`.
    pub fn duration(&mut self, usual: u64, longest: u64) -> u64 {
        let Some(value) = self.take("DurationSeconds") else {
            return usual;
        };
        let Ok(seconds) = value.parse::<i64>() else {
            self.violation("DurationSeconds", &value, "Member must be an integer");
            return usual;
        };
        match u64::try_from(seconds) {
            Ok(seconds) if seconds > longest => {
                self.violation(
                    "DurationSeconds",
                    &value,
                    &format!("Member must have value less than or equal to {longest}"),
                );
                seconds
            }
            Ok(seconds) if seconds >= 900 => seconds,
            _ => {
                self.violation(
                    "DurationSeconds",
                    &value,
                    "Member must have value greater than or equal to 900",
                );
                usual
            }
        }
    }

    /// Fails if anything was wrong.
    pub fn check(&self) -> Result<(), StsError> {
        let errors = match self.violations.len() {
            0 => return Ok(()),
            1 => "1 validation error".to_owned(),
            count => format!("{count} validation errors"),
        };
        Err(StsError::validation(format!(
            "{errors} detected: {}",
            self.violations.join("; ")
        )))
    }

    fn length(&mut self, name: &str, value: &str, shortest: usize, longest: usize) {
        let length = value.chars().count();
        if length < shortest {
            self.violation(
                name,
                value,
                &format!("Member must have length greater than or equal to {shortest}"),
            );
        } else if length > longest {
            self.violation(
                name,
                value,
                &format!("Member must have length less than or equal to {longest}"),
            );
        }
    }

    fn pattern(&mut self, name: &str, value: &str, others: &str, pattern: &str) {
        if !value
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || others.contains(character))
        {
            self.violation(
                name,
                value,
                &format!("Member must satisfy regular expression pattern: {pattern}"),
            );
        }
    }

    fn violation(&mut self, name: &str, value: &str, constraint: &str) {
        let member = member(name);
        self.violations.push(format!(
            "Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
        ));
    }
}

/// A parameter's name as AWS's messages have it.
fn member(name: &str) -> String {
    let mut member = name.to_owned();
    // ASCII: parameter names have no other letters, except the acronym that stays as it is.
    if name != "SAMLAssertion"
        && let Some(first) = member.get_mut(..1)
    {
        first.make_ascii_lowercase();
    }
    member
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(given: &[(String, String)]) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(given);
        form.finish()
    }

    fn read(name: &str, value: &str) -> Parameters {
        let form = encoded(&[(name.to_owned(), value.to_owned())]);
        Parameters::read(b"", form.as_bytes())
    }

    proptest! {
        #[test]
        fn what_was_given_is_taken_once(
            given in proptest::collection::btree_map(any::<String>(), any::<String>(), 0..6),
            in_query in 0_usize..6,
        ) {
            let given: Vec<(String, String)> = given.into_iter().collect();
            let (query, body) = given.split_at(in_query.min(given.len()));
            let mut parameters =
                Parameters::read(encoded(query).as_bytes(), encoded(body).as_bytes());
            for (name, value) in &given {
                prop_assert_eq!(parameters.take(name), Some(value.clone()));
                prop_assert_eq!(parameters.take(name), None);
            }
            prop_assert_eq!(parameters.check(), Ok(()));
        }

        #[test]
        fn a_session_name_is_taken_if_length_and_letters_are_right(
            name in prop_oneof!["[a-z0-9_+=,.@-]{0,70}", "[ -~é]{0,8}", any::<String>()],
        ) {
            let mut parameters = read("RoleSessionName", &name);
            prop_assert_eq!(&parameters.session_name("RoleSessionName", 2, 64), &name);
            let letters = regex::Regex::new("^[a-zA-Z0-9_+=,.@-]{2,64}$").expect("a pattern");
            prop_assert_eq!(parameters.check().is_ok(), letters.is_match(&name));
        }

        #[test]
        fn a_duration_is_taken_from_900_to_the_longest(
            text in prop_oneof![
                (800_i64..1100).prop_map(|seconds| seconds.to_string()),
                any::<i64>().prop_map(|seconds| seconds.to_string()),
                "[-+0-9a-z. ]{0,6}",
            ],
        ) {
            let mut parameters = read("DurationSeconds", &text);
            let taken = parameters.duration(3600, 1000);
            match text.parse::<i64>() {
                Ok(seconds @ 900..=1000) => {
                    prop_assert_eq!(taken, seconds.unsigned_abs());
                    prop_assert_eq!(parameters.check(), Ok(()));
                }
                _ => {
                    let error = parameters.check().expect_err("a violation");
                    prop_assert!(error.message.starts_with("1 validation error detected: "));
                }
            }
        }

        #[test]
        fn any_name_of_a_parameter_can_be_missing(name in any::<String>()) {
            let mut parameters = Parameters::read(b"", b"");
            parameters.required(&name, 0, usize::MAX);
            prop_assert!(parameters.check().is_err());
        }
    }
}
