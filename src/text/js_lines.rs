//! Lines as JavaScript counts them.

/// The lines of `source` as JavaScript counts them.
pub(crate) fn js_lines(source: &str) -> impl Iterator<Item = &str> {
    source
        .split_inclusive(['\n', '\u{2028}', '\u{2029}'])
        .flat_map(|line| {
            let line = line
                .strip_suffix("\r\n")
                .or_else(|| line.strip_suffix(['\n', '\u{2028}', '\u{2029}']))
                .unwrap_or(line);
            line.split('\r')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_javascript_ends_them() {
        let lines: Vec<_> = js_lines("a\r\nb\rc\u{2028}d\n\ne").collect();
        assert_eq!(lines, ["a", "b", "c", "d", "", "e"]);
    }
}
