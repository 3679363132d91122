//! What a destination's filters make of an event.

use crate::fql::Expression;
use crate::json::{Json, JsonObject};
use crate::project::config::{FieldGroups, FilterAction, WorkspaceFilter};

/// The event after filters; `None` where it goes on as it was.
///
/// # Errors
/// A filter drops it: why.
pub fn filtered(
    filters: &[WorkspaceFilter],
    json: &str,
    chance: impl Fn() -> f64,
) -> Result<Option<String>, String> {
    if filters.is_empty() {
        return Ok(None);
    }
    let Ok(mut event) = Json::parse(json) else {
        return Ok(None);
    };
    // They see the event as it came to them: each the one that the filters before it left.
    let mut changed = false;
    for filter in filters {
        let condition = &filter.condition;
        match condition.matches(&event) {
            Ok(false) => continue,
            Ok(true) => {}
            // The platform drops rather than leaks.
            Err(error) => return Err(told(condition, &format!("can't be asked: {error}"))),
        }
        match &filter.action {
            FilterAction::Drop => return Err(told(condition, "drops it")),
            FilterAction::Sample(percent) => {
                if chance() * 100.0 >= *percent {
                    return Err(told(condition, &format!("lets {percent}% through")));
                }
            }
            FilterAction::Allow(groups) => {
                each_group(&mut event, groups, |fields, names| {
                    let kept = fields
                        .iter()
                        .filter(|(name, _)| names.contains(name))
                        .map(|(name, value)| (name.clone(), value.clone()));
                    *fields = kept.collect();
                });
                changed = true;
            }
            FilterAction::Remove(groups) => {
                each_group(&mut event, groups, |fields, names| {
                    for name in names {
                        fields.remove(name);
                    }
                });
                changed = true;
            }
        }
    }
    Ok(changed.then(|| event.to_string()))
}

fn told(condition: &Expression, what: &str) -> String {
    format!("the filter `{}` {what}", condition.text())
}

fn each_group(event: &mut Json, groups: &FieldGroups, change: impl Fn(&mut JsonObject, &[String])) {
    for (group, names) in groups {
        // `context.app` leads to a group within another.
        let place = group
            .split('.')
            .try_fold(&mut *event, |place, part| place.get_mut(part));
        if let Some(Json::Object(fields)) = place {
            change(fields, names);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(action: FilterAction, condition: &str, event: &str) -> Result<Option<String>, String> {
        let filters = [WorkspaceFilter {
            condition: condition.parse().expect("a condition"),
            action,
        }];
        filtered(&filters, event, || 0.5)
    }

    #[test]
    fn what_a_condition_is_true_of_is_acted_on() {
        let event = r#"{"type":"track","event":"E","properties":{"a":1,"b":2},"context":{"app":{"c":3,"d":4}}}"#;
        let groups = |group: &str, name: &str| vec![(group.to_owned(), vec![name.to_owned()])];
        let condition = "type = 'track'";
        let dropped = after(FilterAction::Drop, condition, event).expect_err("it is dropped");
        assert_eq!(dropped, "the filter `type = 'track'` drops it");
        assert_eq!(after(FilterAction::Drop, "type = 'page'", event), Ok(None));
        assert!(after(FilterAction::Sample(50.0), condition, event).is_err());
        assert_eq!(
            after(FilterAction::Sample(51.0), condition, event),
            Ok(None)
        );
        let allowed = after(
            FilterAction::Allow(groups("properties", "a")),
            condition,
            event,
        );
        let wanted = event.replace(r#","b":2"#, "");
        assert_eq!(allowed, Ok(Some(wanted)));
        let removed = after(
            FilterAction::Remove(groups("context.app", "c")),
            condition,
            event,
        );
        let wanted = event.replace(r#""c":3,"#, "");
        assert_eq!(removed, Ok(Some(wanted)));
        // What is neither true nor false lets nothing through.
        assert!(after(FilterAction::Drop, "properties.a > event", event).is_err());
    }
}
