//! The styles of what people read.

use anstyle::{AnsiColor, Style};

use super::words::visible;
use crate::outcome::Class;

/// The styles of the text report; without colours they print nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Palette {
    pub(crate) color: bool,
    pub(crate) good: Style,
    pub(crate) warn: Style,
    pub(crate) bad: Style,
    pub(crate) dim: Style,
    pub(crate) bold: Style,
}

impl Palette {
    pub fn new(color: bool) -> Palette {
        if !color {
            return Palette::default();
        }
        let colored = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
        Palette {
            color,
            good: colored(AnsiColor::Green),
            warn: colored(AnsiColor::Yellow),
            bad: colored(AnsiColor::Red),
            dim: Style::new().dimmed(),
            bold: Style::new().bold(),
        }
    }

    pub fn is_colored(&self) -> bool {
        self.color
    }

    /// The style of what ended as `class`.
    pub(crate) fn class(&self, class: Class) -> Style {
        match class {
            Class::Success => self.good,
            Class::Filtered | Class::Skipped => self.dim,
            Class::Retry => self.warn,
            Class::Discard => self.bad,
        }
    }

    /// `error: MESSAGE`, with the final newline.
    pub fn error(&self, message: &str) -> String {
        let bad = self.bad.bold();
        self.labelled(if self.color { bad } else { self.bad }, "error", message)
    }

    /// `warning: MESSAGE`, with the final newline.
    pub fn warning(&self, message: &str) -> String {
        self.labelled(self.warn, "warning", message)
    }

    /// `hint: MESSAGE`, with the final newline.
    pub fn hint(&self, message: &str) -> String {
        self.labelled(self.bold, "hint", message)
    }

    fn labelled(&self, style: Style, label: &str, message: &str) -> String {
        format!("{style}{label}:{style:#} {}\n", visible(message))
    }
}
