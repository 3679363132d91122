//! Lines as JavaScript counts them.

/// The lines of `source` as JavaScript counts them, without what ends them. There is none after the
/// last line end.
pub(crate) fn js_lines(source: &str) -> impl Iterator<Item = &str> {
    source
        .split_inclusive(['\n', '\u{2028}', '\u{2029}'])
        .flat_map(|line| {
            let line = line
                .strip_suffix("\r\n")
                .or_else(|| line.strip_suffix(['\n', '\r', '\u{2028}', '\u{2029}']))
                .unwrap_or(line);
            line.split('\r')
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_end_where_javascript_ends_them() {
        let lines: Vec<_> = js_lines("a\r\nb\rc\u{2028}d\n\ne").collect();
        assert_eq!(lines, ["a", "b", "c", "d", "", "e"]);
    }

    proptest! {
        #[test]
        fn lines_and_what_ends_them_make_up_the_text(
            text in prop_oneof![any::<String>(), "[a\r\n\u{2028}\u{2029}é]{0,12}"],
        ) {
            // As JavaScript's `text.split(/\r\n|[\n\r\u2028\u2029]/)`, but that an empty end
            // is no line.
            let one = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
            let mut expected: Vec<&str> = one.split('\n').collect();
            if expected.last() == Some(&"") {
                expected.pop();
            }
            let lines: Vec<&str> = js_lines(&text).collect();
            prop_assert_eq!(lines, expected);
        }
    }
}
