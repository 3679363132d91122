//! The styles of what people read.

use anstyle::AnsiColor;
use anstyle::Style;

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
        format!(
            "{style}{label}:{style:#} {}\n",
            super::writer::visible(message)
        )
    }
}

/// A time in milliseconds for people: `<0.1 ms`, `0.4 ms`, `12 ms`, `1.53 s`.
pub(crate) fn duration(ms: f64) -> String {
    if ms < 0.1 {
        "<0.1 ms".to_owned()
    } else if ms < 9.95 {
        format!("{ms:.1} ms")
    } else if ms < 999.5 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.2} s", ms / 1000.0)
    }
}
