//! The globals that functions have. `scripts/` holds a function for each of the platform's packages:
//! it has to print, and to ask of the vendor's server, the same under segfn as under node with the
//! same packages. Needs node, and what `npm ci` leaves in js/node_modules.

mod insert_source;
mod names;
mod scripts;
