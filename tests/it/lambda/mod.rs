//! segfn as the runtime of a function of AWS Lambda.

mod api;
mod parts;
mod shadow;
