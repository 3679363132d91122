//! Which operations go through the Rust SDK's typed clients, and how to call them by name.

#[expect(deprecated, reason = "functions may use what S3 has since replaced")]
mod s3;
mod sts;

use std::future::Future;
use std::pin::Pin;

use super::client::Attempt;
use super::params::{ParamError, Params};

/// A request under way. What came of it has by then gone by the connector, if the SDK sent any.
pub(super) type Sending = Pin<Box<dyn Future<Output = ()> + Send>>;

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
                        // What the SDK says of a stand-in for the answer is of no interest.
                        let _ = sending.await;
                    })))
                },
            },
        )*];
    };
}

use operations;
