//! TLS: certificates good and bad, and servers that don't speak it. The expected codes and texts are
//! what Node 20 says to the same servers.

mod protocol;
mod secure;
mod trust;
