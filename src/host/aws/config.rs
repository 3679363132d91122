//! How a worker's functions reach AWS.

use std::rc::Rc;
use std::sync::Arc;

use super::credentials::Ambient;
use crate::host::aws_transport::AwsTransport;
use crate::secrets::Secrets;

/// How a worker's functions reach AWS.
pub struct AwsConfig {
    pub transport: Rc<dyn AwsTransport>,
    pub target: AwsTarget,
    pub ambient: Ambient,
    pub secrets: Arc<Secrets>,
}

/// What stands for AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AwsTarget {
    /// S3 and STS inside the process take what would go to a host of AWS; other services are
    /// refused by name.
    Embedded,
    /// A server such as moto or LocalStack takes what would go to a host of AWS: an absolute URL
    /// without a slash at its end.
    Url(String),
    /// AWS itself.
    Real,
}
