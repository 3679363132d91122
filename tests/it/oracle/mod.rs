//! `AWS` compared with the real thing: the same scripts run by node with npm's aws-sdk 2.488.0 and
//! by segfn, both against moto, have to print the same. Needs node, what `npm ci` leaves in
//! js/node_modules, and tests/.moto, which `make test` fills.

mod authentication;
mod compare;
mod faults;
mod read_back;
mod scripts;
mod served;
mod servers;
