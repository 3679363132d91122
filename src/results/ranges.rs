//! Numbers of parts for people.

/// `3`, `3 and 5`, `3, 5 to 9 and 12`. The numbers are in order.
pub fn ranges(numbers: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let shown = ranges.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        _ => format!("{first} to {last}"),
    });
    let shown: Vec<String> = shown.collect();
    match shown.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn numbers_that_follow_each_other_are_one_range() {
        assert_eq!(ranges(&[3]), "3");
        assert_eq!(ranges(&[3, 5]), "3 and 5");
        assert_eq!(ranges(&[3, 5, 6, 7, 12]), "3, 5 to 7 and 12");
    }
}
