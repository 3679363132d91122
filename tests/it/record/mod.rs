//! `segfn record`: events and traffic become cases that `segfn test` passes, and nothing secret
//! reaches the disk.

mod aws;
mod by_meaning;
mod cases;
mod odd_json;
mod personal;
mod recorded;
mod secrets;
mod wrong_use;
