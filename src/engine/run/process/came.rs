//! What has come while a supervisor waited.

pub enum Came {
    Something,
    /// Nothing more will.
    End,
    NothingYet,
}
