//! `--color`.

use std::io::IsTerminal;

use clap::ValueEnum;
use segfn::report::Palette;

/// When to use colours.
#[derive(Clone, Copy, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    pub fn palette(self, stream: &(impl anstream::stream::RawStream + IsTerminal)) -> Palette {
        Palette::new(match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
        })
    }
}
