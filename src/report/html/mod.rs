//! What the pages are made of. A page is one file that needs nothing beside it: no script, no font, no
//! picture. Whatever stands in it as text is escaped by maud, and the page's own policy forbids a browser
//! to load or run anything, should a text be taken for markup nevertheless.

mod blocks;
mod page;

pub use self::blocks::{RequestBar, diff, facts, waterfall};
pub use self::page::page;
