use super::*;

fn hidden(text: &str) -> String {
    let new = hide_told_by_form(text.as_bytes());
    String::from_utf8(new.unwrap_or_else(|| text.as_bytes().to_vec())).expect("text")
}

/// Made up, and put together here so that no scanner takes this file for a leak.
fn samples() -> Vec<String> {
    let hex = |count: usize| "0123456789abcdef".repeat(8)[..count].to_owned();
    let letters = |count: usize| "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY".repeat(8)[..count].to_owned();
    let upper = |count: usize| "ABCDEFGHIJKLMNOP2345".repeat(2)[..count].to_owned();
    vec![
        format!("AK{}{}", "IA", upper(16)),
        format!("AS{}{}", "IA", upper(16)),
        format!("sk_{}_{}", "live", letters(24)),
        format!("rk_{}_{}", "live", letters(24)),
        format!("sk_{}_{}", "test", letters(24)),
        format!("wh{}_{}", "sec", letters(32)),
        format!("xo{}-123456789012-{}", "xb", letters(24)),
        format!("xo{}-123456789012-{}", "xp", letters(24)),
        format!("xa{}-1-A012-{}", "pp", letters(24)),
        format!("gh{}_{}", "p", letters(36)),
        format!("gh{}_{}", "o", letters(36)),
        format!("gh{}_{}", "s", letters(36)),
        format!("github_{}_{}", "pat", letters(60)),
        format!("gl{}-{}", "pat", letters(20)),
        format!("AI{}{}", "za", letters(35)),
        format!("ya{}.{}", "29", letters(60)),
        format!("GO{}-{}", "CSPX", letters(28)),
        format!("S{}.{}.{}", "G", letters(22), letters(43)),
        format!("S{}{}", "K", hex(32)),
        format!("A{}{}:{}", "C", hex(32), hex(32)),
        format!("ke{}-{}", "y", hex(32)),
        format!("{}-us{}", hex(32), 14),
        format!("np{}_{}", "m", letters(36)),
        format!("shp{}_{}", "at", hex(32)),
        format!("sq0{}-{}", "atp", letters(22)),
        format!("sk-{}-{}", "proj", letters(40)),
        format!("sk-{}-api03-{}", "ant", letters(40)),
        format!("pk{}{}", "_", hex(34)),
        format!("xkey{}-{}", "sib", hex(64)),
        format!("pat-{}-{}", "na1", "01234567-89ab-cdef-0123-456789abcdef"),
        format!("dapi{}", hex(32)),
        format!("dop_v1_{}", hex(64)),
        format!("lin_{}_{}", "api", letters(40)),
        format!("hv{}.{}", "s", letters(30)),
        format!("123456789:AA{}", letters(33)),
        format!(
            "https://hooks.slack.com/services/T0{}/B0{}/{}",
            upper(8),
            upper(8),
            letters(24)
        ),
        format!("https://discord.com/api/webhooks/123456789/{}", letters(60)),
        format!(
            "https://example.webhook.office.com/webhookb2/{}@{}/IncomingWebhook/{}",
            hex(32),
            hex(32),
            hex(32)
        ),
        format!(
            "https://api.telegram.org/bot123456789:{}/sendMessage",
            letters(35)
        ),
        format!("https://hooks.zapier.com/hooks/catch/123456/{}", letters(7)),
        format!("https://fn.segmentapis.com/?b={}", letters(60)),
        format!("postgres://user:{}@db.example:5432/x", letters(12)),
        format!(
            "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={}==",
            letters(86)
        ),
        format!("Bearer {}", letters(30)),
        "Bearer abcd1234".to_owned(),
        "Bearer abcdefghijklmnopqrstuvwxyz".to_owned(),
        "Basic dXNlcjpwYXNzd29yZA==".to_owned(),
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl".to_owned(),
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc\n-----END RSA PRIVATE KEY-----"
            .to_owned(),
        "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBg\\n-----END PRIVATE KEY-----\\n".to_owned(),
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXkt".to_owned(),
    ]
}

#[test]
fn secrets_are_known_by_their_form() {
    let mut left = Vec::new();
    for sample in samples() {
        for text in [
            sample.clone(),
            format!("see {sample}, please"),
            format!("\"{sample}\""),
        ] {
            let once = hidden(&text);
            if once == text || told_by_form(&text).is_empty() {
                left.push(text);
                continue;
            }
            assert_eq!(hidden(&once), once, "what was hidden once stays so");
        }
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn what_is_no_secret_stays() {
    for text in [
        "The basic information is in the bearer instrument",
        "Bearer realm=\"api\", error=\"invalid_token\"",
        "Basic authentication is required",
        "task-force risk-based desk_test sketch",
        "AKIA is how they begin",
        "skip to page 2",
        "https://hooks.slack.com/",
        "https://example.com/?b=1",
        "https://user@example.com:8080/path",
        "http://localhost:8080/a@b",
        "eyJ is base64 for {\"",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjAN\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIBIjAN\n-----END CERTIFICATE-----",
        "order 123456789:AA",
        "a token of my appreciation",
        "0123456789abcdef0123456789abcdef",
        "4f9b2c1e-8d7a-4b6c-9e3f-1a2b3c4d5e6f",
    ] {
        assert_eq!(hidden(text), text);
    }
}

#[test]
fn every_sign_is_found_wherever_it_stands() {
    for (sign, shape) in signs() {
        for text in [format!("{sign}0"), format!("sk-AKI{sign}f, eyJ")] {
            let found = SIGNS.shapes_in(text.as_bytes());
            assert_eq!(found >> shape & 1, 1, "{sign} in {text}");
        }
    }
    for none in ["", "e", "ey", "SKU", "a text without any of them"] {
        assert_eq!(SIGNS.shapes_in(none.as_bytes()), 0, "{none}");
    }
}
