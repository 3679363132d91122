//! `[env.NAME]` in segfn.toml, and settings that come from somewhere else.

use std::path::Path;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::Folder;
use crate::support::server::{response, server};

const TELL: &str = "async function onTrack(event, settings) { return settings; }";
const TRACK: &str = r#"{"type":"track","event":"x","userId":"u"}"#;

const ENVIRONMENTS: &str = r#"
[settings]
url = "https://test.example.com"
zone = "eu"

[env.qa.settings]
url = "https://qa.example.com"

[env.prod.settings]
url = "https://prod.example.com"
"#;

fn folder(config: &str) -> Folder {
    Folder::new(&[
        ("f/function.js", TELL),
        ("f/event.json", TRACK),
        ("f/segfn.toml", config),
    ])
}

/// What `segfn run f` gives the function, in an environment of variables.
fn settings(folder: &Folder, variables: &[(&str, &str)], arguments: &[&str]) -> Value {
    let mut command = folder.command(&[&["run", "f", "--json"], arguments].concat());
    let output = command.envs(variables.iter().copied()).output();
    let output = output.expect("segfn runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let outcome: Value = serde_json::from_slice(&output.stdout).expect("an outcome");
    outcome["value"].clone()
}

#[test]
fn an_environment_comes_between_the_files_and_the_flags() {
    let folder = folder(ENVIRONMENTS);
    folder.write("f/settings.json", r#"{"url": "https://file.example.com"}"#);
    let url = |arguments: &[&str]| settings(&folder, &[], arguments)["url"].clone();
    assert_eq!(url(&[]), "https://file.example.com");
    assert_eq!(url(&["--env", "qa"]), "https://qa.example.com");
    assert_eq!(url(&["--env", "prod"]), "https://prod.example.com");
    assert_eq!(url(&["--env", "qa", "-s", "url=x"]), "x");
    folder.write("given.json", r#"{"url": "given"}"#);
    assert_eq!(url(&["--env", "qa", "--settings", "given.json"]), "given");
    let all = settings(&folder, &[], &["--env", "qa"]);
    assert_eq!(all["zone"], "eu", "what isn't special stays");
    // A secret that only another environment has isn't missed.
    folder.write(
        "f/segfn.toml",
        "secret = [\"key\"]\n[env.qa.settings]\nkey = \"planted\"\n",
    );
    let (_, _, stderr) = folder.segfn(&["run", "f"]);
    assert_eq!(stderr, "");
    let all = settings(&folder, &[], &["--env", "qa"]);
    assert_eq!(all["key"], "[secret key]");
}

#[test]
fn a_farther_file_may_say_what_is_special_about_an_environment() {
    let folder = folder("settings.url = \"near\"\n[env.qa.settings]\nnear = \"1\"");
    folder.write(".git/HEAD", "");
    folder.write(
        "segfn.toml",
        "[env.qa.settings]\nurl = \"far qa\"\nnear = \"2\"",
    );
    let all = settings(&folder, &[], &["--env", "qa"]);
    assert_eq!(all, json!({"url": "far qa", "near": "1"}));
}

#[test]
fn roles_aws_and_net_may_be_an_environments_own() {
    let source = "async function onTrack() {
        const sts = new AWS.STS();
        await sts.assumeRole({ RoleArn: 'arn:aws:iam::123456789012:role/qa', RoleSessionName: 'session' }).promise();
        await fetch('http://127.0.0.1:1/');
    }";
    let folder = folder(
        "[[env.qa.role]]\narn = \"arn:aws:iam::123456789012:role/qa\"\n\
         [[role]]\narn = \"arn:aws:iam::123456789012:role/other\"\n\
         [env.qa.net]\ndeny = true\n\
         [env.other]\naws = \"http://127.0.0.1:1\"\n",
    );
    folder.write("f/function.js", source);
    let message = |arguments: &[&str]| {
        let (code, outcomes) = folder.outcomes(&[&["f"], arguments].concat());
        assert_eq!(code, 1);
        outcomes[0]["error"]["message"].to_string()
    };
    assert!(message(&[]).contains("AssumeRole"), "{}", message(&[]));
    let denied = message(&["--env", "qa"]);
    assert!(
        denied.contains("127.0.0.1") && !denied.contains("ECONNREFUSED"),
        "{denied}"
    );
    let other = message(&["--env", "other"]);
    assert!(other.contains("ECONNREFUSED"), "{other}");
}

#[test]
fn every_command_that_opens_a_function_takes_an_environment_and_refuses_one_that_is_not_there() {
    let folder = folder(ENVIRONMENTS);
    folder.write("f/cases/one/event.json", TRACK);
    for arguments in [
        &["run", "f"][..],
        &["record", "f", "f/event.json"],
        &["diff", "f", "f"],
        &["cases", "add", "f", "f/event.json"],
        &["test", "f"],
        &["review", "f", "--json"],
        &["accept", "f"],
    ] {
        let (code, _, stderr) = folder.segfn(&[arguments, &["--env", "qaa"]].concat());
        assert_eq!(code, 2, "{arguments:?}");
        assert_eq!(
            stderr,
            "error: no segfn.toml of this function has an environment `qaa`\n\
             hint: did you mean `qa`?\n",
            "{arguments:?}"
        );
    }
    assert_eq!(folder.segfn(&["accept", "f", "--env", "qa"]).0, 0);
    assert_eq!(folder.segfn(&["test", "f", "--env", "qa"]).0, 0);
    assert_eq!(folder.segfn(&["test", "f", "--env", "prod"]).0, 1);
}

#[test]
fn a_setting_comes_from_a_variable_or_a_file_and_is_secret() {
    let home = Folder::new(&[("keys/qa", "key-from-the-file\n")]);
    let folder = folder(
        "[settings]\nkey = { env = \"SEGFN_TEST_KEY\" }\nother = { file = \"~/keys/qa\" }\n\
         map = { env = \"x\", file = \"y\" }\n",
    );
    let home = home.path().to_str().expect("UTF-8");
    let variables = [("SEGFN_TEST_KEY", "key-of-the-environment"), ("HOME", home)];
    assert_eq!(
        settings(&folder, &variables, &[]),
        json!({"key": "[secret key]", "other": "[secret other]", "map": {"env": "x", "file": "y"}})
    );
    folder.write(
        "f/function.js",
        "async function onTrack(e, { key, other }) { return [key.length, other.length]; }",
    );
    assert_eq!(settings(&folder, &variables, &[]), json!([22, 17]));
}

#[test]
fn what_is_missing_is_named_with_its_place() {
    let folder = folder(
        "[settings]\nurl = \"x\"\nkey = { env = \"SEGFN_TEST_KEY\" }\n\
         [env.qa.settings]\nkey = { env = \"SEGFN_TEST_QA_KEY\" }\ncert = { file = \"../keys/qa\" }\n",
    );
    let told = |variables: &[(&str, &str)], arguments: &[&str]| {
        folder.transcript_in(variables, &[&["run", "f"], arguments].concat())
    };
    assert_snapshot!(told(&[], &[]), @r"
    $ segfn run f
    2> error: f/segfn.toml:3:7: the setting `key` is to come from the variable SEGFN_TEST_KEY, which isn't set
    2> hint: set it, or give the setting another value: -s key=VALUE
    exit 2
    ");
    assert_snapshot!(told(&[("SEGFN_TEST_QA_KEY", "")], &["--env", "qa"]), @r"
    $ segfn run f --env qa
    2> error: f/segfn.toml:5:7: the setting `key` is to come from the variable SEGFN_TEST_QA_KEY, which is empty
    2> f/segfn.toml:6:8: the setting `cert` is to come from the file ../keys/qa, which can't be read: No such file or directory (os error 2)
    2> hint: set it, or give the setting another value: -s key=VALUE
    exit 2
    ");
    // What isn't used isn't missed.
    let given = settings(&folder, &[], &["-s", "key=mine"]);
    assert_eq!(given["key"], "mine");
    folder.write("keys/qa", "cert-of-the-tests");
    let qa = [("SEGFN_TEST_QA_KEY", "qa-key-of-the-tests")];
    let given = settings(&folder, &qa, &["--env", "qa"]);
    assert_eq!(given["cert"], "[secret cert]");
    // Inside the repository it would be committed.
    folder.write(".git/HEAD", "");
    assert_snapshot!(told(&qa, &["--env", "qa"]), @r"
    $ segfn run f --env qa
    2> error: f/segfn.toml:6:8: the setting `cert` is to come from the file ../keys/qa, which is inside the repository, where secrets get committed: move it out
    2> hint: set it, or give the setting another value: -s cert=VALUE
    exit 2
    ");
}

#[test]
fn a_file_of_variables_is_read_only_if_it_is_named() {
    let key = "settings.key = { env = \"SEGFN_TEST_KEY\" }\n";
    let folder = folder(key);
    folder.write("f/.env", "# mine\nexport SEGFN_TEST_KEY='from the file'\n");
    folder.write(".env", "SEGFN_TEST_KEY=other\n");
    let (code, _, stderr) = folder.segfn(&["run", "f"]);
    assert_eq!(code, 2, "{stderr}");
    folder.write("f/segfn.toml", format!("dotenv = \".env\"\n{key}"));
    folder.write(
        "f/function.js",
        "async function onTrack(e, { key }) { return key.length; }",
    );
    assert_eq!(settings(&folder, &[], &[]), json!(13));
    let variables = [("SEGFN_TEST_KEY", "set")];
    assert_eq!(
        settings(&folder, &variables, &[]),
        json!(3),
        "it comes before"
    );
    folder.write("qa.env", "SEGFN_TEST_KEY=of-qa\n");
    folder.write(
        "f/segfn.toml",
        format!("dotenv = \".env\"\n{key}[env.qa]\ndotenv = \"../qa.env\"\n"),
    );
    assert_eq!(settings(&folder, &[], &["--env", "qa"]), json!(5));
    folder.write("f/.env", "\nSEGFN_TEST_KEY='never-ends-planted\n");
    let told = folder.transcript(&["run", "f"]);
    assert!(!told.contains("planted"), "{told}");
    assert_snapshot!(told, @r#"
    $ segfn run f
    2> error: f/.env:2:1: expected NAME=VALUE
    2> hint: a value with spaces or signs stands in quotes: NAME="VALUE"
    exit 2
    "#);
    std::fs::remove_file(folder.path().join("f/.env")).expect("a file");
    assert_snapshot!(folder.transcript(&["run", "f"]), @r"
    $ segfn run f
    2> error: f/segfn.toml:2:16: the setting `key` is to come from the variable SEGFN_TEST_KEY, which isn't set, and f/.env doesn't exist
    2> hint: set it, or give the setting another value: -s key=VALUE
    exit 2
    ");
}

/// The secrets of two environments, as they lie about.
const QA: &str = "qa-S3cr3t-planted-1";
const PROD: &str = "prod-S3cr3t-planted-2";
const VARIABLE: &str = "prod-S3cr3t-planted-3";
const USER_KEY: &str = "prod-S3cr3t-planted-4";

/// The files below `folder` that hold one of the secrets, but for the configuration itself.
fn leaks(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(leaks(&path));
            continue;
        }
        let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned();
        let own =
            path.ends_with("segfn.toml") || path.ends_with("event.json") && !text.contains("v1");
        let secrets = [QA, PROD, VARIABLE, USER_KEY];
        let leaked = secrets.iter().filter(|secret| text.contains(**secret));
        if !own || path.to_string_lossy().contains("cases") {
            found.extend(leaked.map(|secret| format!("{}: {secret}", path.display())));
        }
    }
    found
}

#[test]
fn the_secrets_of_one_environment_are_in_no_file_of_another() {
    let url = server(|request| {
        // It tells whatever it was told, and what it knows of production.
        let body = json!({"echo": request, "keys": [PROD, VARIABLE, USER_KEY, QA]});
        response(
            "200 OK",
            "Content-Type: application/json\r\n",
            body.to_string(),
        )
    });
    let folder = Folder::new(&[
        (
            "f/function.js",
            "async function onTrack(event, { url, apiKey }) {
               const sent = { event, apiKey };
               const answer = await fetch(url, { method: 'POST', body: JSON.stringify(sent), headers: { 'Content-Type': 'application/json' } });
               console.log('known', event.properties.note);
               return { ...(await answer.json()), note: event.properties.note };
             }",
        ),
        (
            "f/segfn.toml",
            &format!(
                "secret = [\"apiKey\"]\n[settings]\nurl = \"http://127.0.0.1:9\"\napiKey = \"key-for-tests\"\n\
                 [env.qa.settings]\nurl = \"{url}\"\napiKey = \"{QA}\"\n\
                 [env.prod.settings]\napiKey = \"{PROD}\"\nother = {{ env = \"SEGFN_TEST_PROD\" }}\n\
                 [[env.prod.key]]\nid = \"AKIAIOSFODNN7EXAMPLE\"\nsecret = \"{USER_KEY}\"\n"
            ),
        ),
        (
            "planted.json",
            &json!({"type": "track", "event": "A", "userId": "u", "properties":
                {"note": format!("{PROD} {VARIABLE} {USER_KEY} {QA}")}}).to_string(),
        ),
    ]);
    let prod = [("SEGFN_TEST_PROD", VARIABLE)];
    let run = |arguments: &[&str]| {
        let output = folder
            .command(arguments)
            .envs(prod)
            .output()
            .expect("segfn runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (
            output.status.code(),
            text(&output.stdout) + &text(&output.stderr),
        )
    };
    let (code, told) = run(&["record", "f", "planted.json", "--env", "qa"]);
    assert_eq!(code, Some(0), "{told}");
    // The case says itself what was special about the environment.
    let case = folder.path().join("f/cases/track-a/case.toml");
    let case = std::fs::read_to_string(case).expect("a case");
    assert!(case.contains(&format!("url = \"{url}\"")), "{case}");
    assert!(case.contains("apiKey = \"[secret apiKey]\""), "{case}");
    for arguments in [
        &["test", "f", "--all"][..],
        &["test", "f", "--env", "qa", "--report", "json=report.json"],
        &["test", "f", "--env", "prod", "--report", "junit=report.xml"],
        &["run", "f", "planted.json", "--env", "qa", "--json"],
        &["diff", "f", "f", "planted.json", "--env", "qa"],
    ] {
        let (code, told) = run(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {told}");
        for secret in [QA, PROD, VARIABLE, USER_KEY] {
            assert!(!told.contains(secret), "{arguments:?}: {told}");
        }
    }
    let leaks = leaks(&folder.path().join("f"));
    assert!(leaks.is_empty(), "{leaks:#?}");
    for report in ["report.json", "report.xml"] {
        let report = std::fs::read_to_string(folder.path().join(report)).expect("a report");
        assert!(!report.contains("S3cr3t"), "{report}");
    }
}
