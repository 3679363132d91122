//! Coverage in the form of lcov, which many services and editors read.

use std::collections::HashMap;
use std::fmt::Write;

use crate::coverage::{Coverage, Summary};

/// The tracefile of all functions.
pub fn lcov(coverage: &Coverage) -> String {
    let mut out = String::new();
    for (path, file) in coverage.files() {
        let summary = Summary::new(file);
        let total = summary.total();
        // Writing to a string never fails.
        let _ = write_file(&mut out, path, &summary);
        let _ = writeln!(
            out,
            "LF:{}\nLH:{}\nend_of_record",
            total.lines.total, total.lines.covered
        );
    }
    out
}

fn write_file(out: &mut String, path: &str, summary: &Summary) -> std::fmt::Result {
    let total = summary.total();
    writeln!(out, "TN:\nSF:{}", path.replace(['\n', '\r'], " "))?;
    // lcov tells functions apart by their names alone.
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut called = String::new();
    for function in &summary.functions {
        let mut name = function.name.replace(['\n', '\r'], " ");
        let times = seen.entry(name.clone()).or_default();
        *times += 1;
        if *times > 1 || function.name == "(anonymous)" {
            write!(name, "_{times}")?;
        }
        writeln!(out, "FN:{},{name}", function.line)?;
        writeln!(called, "FNDA:{},{name}", function.count)?;
    }
    out.push_str(&called);
    writeln!(
        out,
        "FNF:{}\nFNH:{}",
        total.functions.total, total.functions.covered
    )?;
    for (number, branch) in summary.branches.iter().enumerate() {
        writeln!(out, "BRDA:{},{number},0,{}", branch.line, branch.count)?;
    }
    writeln!(
        out,
        "BRF:{}\nBRH:{}",
        total.branches.total, total.branches.covered
    )?;
    for line in &summary.lines {
        writeln!(out, "DA:{},{}", line.number, line.count)?;
    }
    Ok(())
}
