//! What is written is there as a whole or not at all.

mod kills;
mod no_room;
mod shown;
