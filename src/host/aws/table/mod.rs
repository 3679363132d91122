//! Which operations go through the Rust SDK's typed clients, and how to call them by name.

#[expect(deprecated, reason = "functions may use what S3 has since replaced")]
mod s3;
mod sts;

use std::error::Error;
use std::future::Future;
use std::pin::Pin;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;

use super::client::Attempt;
use super::params::ParamError;
use super::params::Params;

/// A request under way. What was answered has by then gone by the connector; what is left to say
/// is why the SDK sent none.
pub(super) type Sending = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// One operation of a client of type `C`.
pub(super) struct Operation<C> {
    /// The package's name, such as `putObject`.
    pub name: &'static str,
    pub send: fn(&C, &mut Params, Attempt) -> Result<Sending, ParamError>,
}

/// The operation `name`, if the crates have it.
pub(super) fn find<C>(table: &'static [Operation<C>], name: &str) -> Option<&'static Operation<C>> {
    let index = table
        .binary_search_by(|operation| operation.name.cmp(name))
        .ok()?;
    Some(&table[index])
}

pub(super) use s3::OPERATIONS as S3;
pub(super) use sts::OPERATIONS as STS;

/// An error that is not about an answer means that there was no request.
fn sent<T, E>(result: Result<T, SdkError<E, HttpResponse>>) -> Result<(), String>
where
    E: Error + Send + Sync + 'static,
{
    match result {
        Err(error @ SdkError::ConstructionFailure(_)) => {
            Err(DisplayErrorContext(error).to_string())
        }
        _ => Ok(()),
    }
}

/// `OPERATIONS`: each calls its builder's setters and sends.
macro_rules! operations {
    ($krate:ident; $($name:literal $method:ident { $($setter:ident $member:tt,)* })*) => {
        pub(in crate::host::aws) const OPERATIONS:
            &[crate::host::aws::table::Operation<$krate::Client>] = &[$(
            crate::host::aws::table::Operation {
                name: $name,
                send: |client, params, attempt| {
                    let _ = &params; // some operations have no members
                    let request = client.$method()
                        $(.$setter(crate::host::aws::params::member!(params, $member)))*
                        .customize();
                    let time = attempt.time;
                    let sending = request.interceptor(attempt).send();
                    Ok(Box::pin(crate::host::aws::client::at(time, async move {
                        crate::host::aws::table::sent(sending.await)
                    })))
                },
            },
        )*];
    };
}

use operations;
