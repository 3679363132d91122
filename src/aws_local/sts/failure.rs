//! A refusal.

/// A refusal in AWS's words.
#[derive(Debug, PartialEq)]
pub struct Failure {
    pub status: u16,
    pub code: &'static str,
    pub message: String,
}

impl Failure {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Failure {
        Failure {
            status,
            code,
            message: message.into(),
        }
    }

    pub fn validation(message: impl Into<String>) -> Failure {
        Failure::new(400, "ValidationError", message)
    }

    pub fn denied(caller: &str, action: &str, role: &str) -> Failure {
        let message = format!(
            "User: {caller} is not authorized to perform: sts:{action} on resource: {role}"
        );
        Failure::new(403, "AccessDenied", message)
    }
}
