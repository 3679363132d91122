//! What is read of Terraform files.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// What Git Sync writes.
const GIT_SYNC: &str = r#"
import {
  to = segment_function.id-dfn_1
  id = "dfn_1"
}

resource "segment_function" "id-dfn_1" {
  code          = "// 1\nasync function onTrack(event, settings) {\n\tlog(`$${settings.a} \"x\" \\d %%{}`);\n}\n"
  description   = null
  display_name  = "My destination"
  logo_url      = "https://example.com/logo.png"
  resource_type = "DESTINATION"
  settings = [
    {
      description = "d"
      label       = "l"
      name        = "apiKey"
      required    = true
      sensitive   = true
      type        = "STRING"
    },
    { name = "map", type = "TEXT_MAP", required = false, sensitive = false },
  ]
}
resource "segment_source" "x" { name = "y" }
"#;

/// The other ways to give the code.
const BY_HAND: &str = "resource \"segment_function\" \"a\" {\n  resource_type = \"SOURCE\"\n  code = <<-EOT\n    x(`$${y} \\n`);\n      z();\n  EOT\n}\n\
        resource \"segment_function\" \"b\" {\n  resource_type = \"INSERT_SOURCE\"\n  code = file(\"${path.module}/b.js\")\n  settings = []\n}\n\
        resource \"segment_function\" \"c\" {\n  resource_type = \"INSERT_DESTINATION\"\n  code = (file(\"./c.js\"))\n}";

fn parsed(text: &str) -> Vec<Resource> {
    parse(Path::new("tf/f.tf"), text).expect("functions")
}

fn problem(text: &str) -> String {
    let error = parse(Path::new("f.tf"), text).expect_err("a problem");
    format!("{error} ({})", error.hint().unwrap_or_default())
}

#[test]
fn what_git_sync_writes_is_read() {
    let found = parsed(GIT_SYNC);
    assert_eq!(found.len(), 1);
    let function = &found[0];
    assert_eq!(function.name, "id-dfn_1");
    assert_eq!(function.display_name.as_deref(), Some("My destination"));
    assert_eq!(function.kind, Kind::Destination);
    let Code::Text { text, line } = &function.code else {
        panic!("a text")
    };
    assert_eq!(
        text,
        "// 1\nasync function onTrack(event, settings) {\n\tlog(`${settings.a} \"x\" \\d %{}`);\n}\n"
    );
    assert_eq!(*line, None);
    assert_eq!(function.settings.len(), 2);
    assert!(function.settings[0].sensitive && function.settings[0].required);
    assert_eq!(function.settings[1].empty, Json::Object(Default::default()));
}

#[test]
fn code_may_be_a_heredoc_or_a_file() {
    let found = parsed(BY_HAND);
    let Code::Text { text, line } = &found[0].code else {
        panic!("a text")
    };
    assert_eq!(text, "x(`${y} \\n`);\n  z();\n");
    assert_eq!(*line, Some(4));
    let path = |index: usize| match &found[index].code {
        Code::File(path) => path.clone(),
        Code::Text { .. } => panic!("a file"),
    };
    assert_eq!(path(1), Path::new("b.js"));
    assert_eq!(path(2), Path::new("c.js"));
}

#[test]
fn what_can_t_be_read_is_told_with_its_place() {
    let with = |inside: &str| {
        problem(&format!(
            "resource \"segment_function\" \"f\" {{\n{inside}\n}}"
        ))
    };
    assert!(
        with("code = \"x\"").starts_with("f.tf:1:1: the function f: `resource_type` is missing")
    );
    assert!(
        with("resource_type = \"SINK\"")
            .starts_with("f.tf:2:17: the function f: expected one of: SOURCE")
    );
    assert!(
        with("resource_type = \"SOURCE\"\ncode = local.x")
            .contains("f.tf:3:8: the function f: expected the code in quotes")
    );
    assert!(
        with("resource_type = \"SOURCE\"\ncode = \"a ${b}\"")
            .contains("(JavaScript's ${ is written $${")
    );
    assert!(
        with("resource_type = \"SOURCE\"\ncode = <<EOT\na\n ${b}\nEOT").starts_with("f.tf:5:2: "),
        "{}",
        with("resource_type = \"SOURCE\"\ncode = <<EOT\na\n ${b}\nEOT")
    );
    assert!(problem("resource {").starts_with("f.tf:1:"));
    assert_eq!(
        with("resource_type = \"SOURCE\"\ncode = <<-EOT\n  x();\n  EOT.x();\n  EOT"),
        "f.tf:5:8: expected newline or eof (a line of the code begins with the heredoc's name: choose another name for the heredoc)"
    );
}

/// The texts in Terraform's quotes, written by its rules and not by those of what reads them.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in templated(text).chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            char if char.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(char))),
            char => quoted.push(char),
        }
    }
    quoted + "\""
}

/// What begins an expression or a directive of a template is doubled where it begins none.
fn templated(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

fn resource(code: &str) -> String {
    format!(
        "resource \"segment_function\" \"f\" {{\n  resource_type = \"SOURCE\"\n  code = {code}\n}}\n"
    )
}

fn only_code(text: &str) -> (String, Option<u32>) {
    match parsed(text).remove(0).code {
        Code::Text { text, line } => (text, line),
        Code::File(path) => panic!("a file: {}", path.display()),
    }
}

/// A line of a function's code, with all that means something in Terraform.
fn code_line() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => proptest::sample::select(vec![
            "${", "%{", "$", "%", "{", "}", "\\", "\\n", "\\u0041", "\"", "'", "`", "#", "//", "/*", "<<EOT", "EO", "=", "\t", "  ",
        ]).prop_map(str::to_owned),
        1 => "[ -~é😀\u{2028}]{0,6}",
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

/// Whether a line begins with the heredoc's name as a word (see [`early_end`]).
fn ends_heredoc(lines: &[String]) -> bool {
    let mut after = lines
        .iter()
        .filter_map(|line| line.trim().strip_prefix("EOT"));
    after.any(|after| {
        !after.starts_with(|char: char| char == '-' || char == '_' || char.is_alphanumeric())
    })
}

fn code_lines() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(code_line(), 1..6)
}

proptest! {
    #[test]
    fn code_in_quotes_comes_back(code in prop_oneof![
        code_lines().prop_map(|lines| lines.join("\n")),
        any::<String>(),
    ]) {
        prop_assert_eq!(only_code(&resource(&quoted(&code))), (code, None));
    }

    #[test]
    fn code_in_a_heredoc_comes_back(lines in code_lines()) {
        let code = lines.join("\n") + "\n";
        prop_assume!(!ends_heredoc(&lines));
        let text = resource(&format!("<<EOT\n{}EOT", templated(&code)));
        prop_assert_eq!(only_code(&text), (code, Some(4)));
    }

    #[test]
    fn code_in_an_indented_heredoc_comes_back(lines in code_lines(), indent in 0..6_usize) {
        // Something that isn't indented, so that the rest keeps what it has.
        let lines = [vec!["{".to_owned()], lines].concat();
        prop_assume!(!ends_heredoc(&lines));
        let indented = lines.iter().map(|line| format!("{}{}\n", " ".repeat(indent), templated(line)));
        let text = resource(&format!("<<-EOT\n{}  EOT", indented.collect::<String>()));
        prop_assert_eq!(only_code(&text), (lines.join("\n") + "\n", Some(4)));
    }

    #[test]
    fn a_path_comes_back(path in "[a-z$%{}\"\\\\é ][a-z./$%{}\"\\\\é ]{0,9}", module in any::<bool>()) {
        let quoted = quoted(&path);
        let given = match module {
            true => format!("\"${{path.module}}/{}", &quoted[1..]),
            false => quoted,
        };
        let found = parsed(&resource(&format!("file({given})"))).remove(0).code;
        let Code::File(found) = found else { panic!("a file") };
        prop_assert_eq!(found, PathBuf::from(path));
    }

    #[test]
    fn a_broken_file_is_told_with_a_place_in_it(
        base in proptest::sample::select(vec![GIT_SYNC, BY_HAND]),
        changes in proptest::collection::vec((any::<Index>(), 0..4_usize, proptest::sample::select(vec![
            "", "\"", "{", "}", "[", "]", "(", ")", "${", "%{", "<<EOT\n", "<<-X", "\n", "EOT", "\\", "\\u", "=", ",", "null", "é", "\r", "#", "/*",
        ])), 1..4),
    ) {
        let mut chars: Vec<char> = base.chars().collect();
        for (at, removed, added) in changes {
            let start = at.index(chars.len() + 1);
            let end = (start + removed).min(chars.len());
            chars.splice(start..end, added.chars());
        }
        let text: String = chars.into_iter().collect();
        if let Err(error) = parse(Path::new("f.tf"), &text) {
            let SourceError::Terraform { place, .. } = &error else { panic!("{error}") };
            let lines: Vec<&str> = text.split('\n').collect();
            let line = lines.get(place.line as usize - 1);
            prop_assert!(line.is_some_and(|line| place.column as usize <= line.len() + 1), "{error}");
        }
    }
}
