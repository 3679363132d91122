//! A refusal.

/// A refusal in AWS's words.
#[derive(Debug, PartialEq)]
pub struct StsError {
    pub status: u16,
    pub code: &'static str,
    pub message: String,
}

impl StsError {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> StsError {
        StsError {
            status,
            code,
            message: message.into(),
        }
    }

    pub fn validation(message: impl Into<String>) -> StsError {
        StsError::new(400, "ValidationError", message)
    }

    pub fn denied(caller: &str, action: &str, role: &str) -> StsError {
        let message = format!(
            "User: {caller} is not authorized to perform: sts:{action} on resource: {role}"
        );
        StsError::new(403, "AccessDenied", message)
    }
}
