//! The declarations, and the jsconfig.json beside them.

use std::fmt::Write;

use crate::globals::{Global, table};

/// Events, settings, handlers, and the globals that are Segment's own, written by hand.
const SEGMENT: &str = include_str!("segment.d.ts");

/// By this first line a file is known to be segfn's own, and can be replaced.
pub const MARK: &str = "// Made by `segfn types`: changes are lost when it is made anew.";

/// A jsconfig.json for a folder of functions. Each file is a module to TypeScript, or functions in
/// several files would be one function twice.
pub const JSCONFIG: &str = r#"{
  "compilerOptions": {
    "checkJs": true,
    "strict": false,
    "target": "es2023",
    "lib": ["es2023"],
    "module": "preserve",
    "moduleDetection": "force",
    "types": [],
    "skipLibCheck": true,
    "noEmit": true
  },
  "include": ["segfn.d.ts", "**/*.js"],
  "exclude": ["**/node_modules"]
}
"#;

/// The text of segfn.d.ts. Of a library whose types aren't installed, everything is `any`.
pub fn declarations() -> String {
    let mut text =
        format!("{MARK}\n\n{SEGMENT}\n// The platform's packages, and what is Node's.\n\n");
    for global in table() {
        if by_hand(&global.name) {
            continue;
        }
        let kind = kind(&global);
        // Writing to a String can't fail.
        let _ = writeln!(text, "declare const {}: {kind};", global.name);
        if let Some(class) = kind.strip_prefix("typeof ")
            && class.ends_with(&format!(".{}", global.name))
        {
            let _ = writeln!(text, "type {} = {class};", global.name);
        }
    }
    text
}

fn by_hand(name: &str) -> bool {
    ["const", "class", "function"].into_iter().any(|word| {
        let start = format!("declare {word} {name}");
        SEGMENT
            .lines()
            .filter_map(|line| line.strip_prefix(&start))
            .any(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
    })
}

fn kind(global: &Global) -> String {
    if let Some(types) = &global.types {
        return types.clone();
    }
    let Some(module) = global.packages.keys().next().or(global.module.as_ref()) else {
        return "any".into();
    };
    match (&global.member, &global.inner) {
        (Some(member), _) => format!("typeof import('{module}').{member}"),
        (_, Some(inner)) => format!("{{ {inner}: typeof import('{module}') }}"),
        (None, None) => format!("typeof import('{module}')"),
    }
}
