//! The reports that are pages, in a real browser: what they show, that they need nothing else, and that
//! no text in them becomes markup.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::Folder;
use crate::support::devtools::Page;

/// A text that does something wherever it is taken for markup.
const HOSTILE: &str = "</code></pre></td></title></style><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";

/// Opens the page in `file`, and fails where it loads anything, runs anything, or is wider than a narrow window.
fn opened(file: &Path) -> Page {
    let mut page = Page::open(file);
    let own = format!("file://{}", file.display());
    assert_eq!(page.asked_for().into_iter().collect::<Vec<_>>(), [own]);
    assert_eq!(page.complaints(), [""; 0]);
    let foreign = page.ask(
        "document.querySelectorAll('script, img, iframe, link, object, form, a, [style], [onerror]').length",
    );
    assert_eq!(foreign, 0);
    for (width, scheme) in [(1280, "light"), (400, "dark"), (320, "light")] {
        page.resize(width);
        page.prefer(scheme);
        let wide = page.ask("document.documentElement.scrollWidth");
        assert!(wide.as_u64() <= Some(u64::from(width)), "{wide} at {width}");
    }
    page.resize(1280);
    page
}

/// The brightness of the page's ground and of its letters, from 0 to 255.
fn brightness(page: &mut Page, scheme: &str) -> (f64, f64) {
    page.prefer(scheme);
    let of = |page: &mut Page, property: &str| {
        let color = page.ask(&format!("getComputedStyle(document.body).{property}"));
        let parts = color.as_str().expect("a colour").split(['(', ',', ')']);
        let parts: Vec<f64> = parts.filter_map(|part| part.trim().parse().ok()).collect();
        parts.iter().take(3).sum::<f64>() / 3.0
    };
    (of(page, "backgroundColor"), of(page, "color"))
}

/// Writes pictures of the page into the folder that `SEGFN_PICTURES` names, if it does.
fn pictures(page: &mut Page, name: &str) {
    let Some(folder) = std::env::var_os("SEGFN_PICTURES") else {
        return;
    };
    for scheme in ["light", "dark"] {
        for width in [1280, 400] {
            page.resize(width);
            page.prefer(scheme);
            page.picture(&PathBuf::from(&folder).join(format!("{name}-{scheme}-{width}.png")));
        }
    }
    page.resize(1280);
}

fn text(page: &mut Page, script: &str) -> String {
    page.ask(script).as_str().expect("a text").to_owned()
}

#[test]
fn what_two_versions_do_differently_is_a_page() {
    let events = [
        json!({"type": "track", "event": HOSTILE, "properties": {"total": 40, "items": [{"sku": "a-1"}, {"sku": "b-2"}]}}),
        json!({"type": "track", "event": "Order Completed", "properties": {"total": 7, "items": []}}),
        json!({"type": "identify", "userId": HOSTILE, "traits": {"plan": "free"}}),
    ];
    let events: Vec<String> = events.iter().map(Value::to_string).collect();
    let old = "async function onTrack(event) {
      await fetch('https://api.example.com/v1/orders', { method: 'POST', body: JSON.stringify({ name: event.event, total: event.properties.total, currency: 'USD' }) });
      return { [event.event]: event.properties.total, items: event.properties.items };
    }
    async function onIdentify(event) { return { user: event.userId, text: 'one\\ntwo\\nthree' }; }";
    let new = old
        .replace("currency: 'USD'", "currency: event.event")
        .replace(
            "event.properties.items }",
            "event.properties.items.map((item) => item.sku) }",
        )
        .replace("two", "2")
        .replace("{ user", "{ more: { deep: [1, 2, event] }, user");
    let folder = Folder::new(&[
        ("old.js", old),
        ("new.js", &new),
        ("events.ndjson", &events.join("\n")),
    ]);
    let (code, _, stderr) = folder.segfn(&[
        "diff",
        "old.js",
        "new.js",
        "events.ndjson",
        "--show-event",
        "--report",
        "html=diff.html",
    ]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    let mut page = opened(&folder.path().join("diff.html"));
    assert_eq!(
        page.ask("document.title"),
        "segfn diff: 3 of 3 events differ"
    );
    let groups = page.ask("[...document.querySelectorAll('.card > summary > code')].map((title) => title.textContent)");
    let groups: Vec<&str> = groups
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(groups.len(), 4, "{groups:?}");
    assert!(groups[0].contains("currency"), "{groups:?}");
    // The first difference: signs beside the colours.
    let lines = page.ask("[...document.querySelector('.diff').children].map((line) => [line.tagName, line.textContent])");
    let bad = json!(HOSTILE).to_string();
    assert_eq!(
        lines,
        json!([["DEL", "-\"USD\""], ["INS", format!("+{bad}")]])
    );
    let event = text(
        &mut page,
        "document.querySelector('.inside details pre').textContent",
    );
    assert!(event.contains(&bad), "{event}");
    // By the keyboard: the first thing to reach is the first difference, which is folded up by a key.
    let open = "document.querySelector('.card').open";
    assert_eq!(page.ask(open), true);
    page.press("Tab", 9);
    assert_eq!(
        page.ask("document.activeElement.parentElement === document.querySelector('.card')"),
        true
    );
    page.press("Enter", 13);
    assert_eq!(page.ask(open), false);
    let (ground, letters) = brightness(&mut page, "light");
    assert!(ground - letters > 150.0, "{ground} {letters}");
    let (ground, letters) = brightness(&mut page, "dark");
    assert!(letters - ground > 150.0, "{ground} {letters}");
    page.press("Enter", 13);
    pictures(&mut page, "diff");
}

/// A suite with a case of each verdict, requests at the same time and one after another, and logs.
fn suite() -> Folder {
    let function = "async function onTrack(event, settings) {
  console.log('got', event.event);
  const get = (path) => fetch('https://api.example.com/' + path);
  if (event.properties.requests) {
    const [user] = await Promise.all([get('users/7?name=' + encodeURIComponent(event.event)), get('plans')]);
    console.warn('plan of', (await user.json()).name);
    const order = await get('orders');
    if (!order.ok) console.error(`orders: ${order.status}\\n${event.event}`);
  }
  if (event.properties.total < 0) throw new ValidationError('no ' + event.event);
  return { name: event.event, total: event.properties.total, lines: ['a', 'b', 'c'] };
}";
    let folder = Folder::new(&[("shop/function.js", function)]);
    let event = |properties: Value| json!({"type": "track", "event": HOSTILE, "receivedAt": "2026-01-31T12:00:00.000Z", "properties": properties});
    let expected = |total: Value| json!({"v": 1, "handler": "onTrack", "class": "success", "value": {"name": HOSTILE, "total": total, "lines": ["a", "b", "c"]}});
    let lines = [
        json!({"name": "passes", "event": event(json!({"total": 1})), "expected": expected(json!(1))}),
        json!({"name": format!("differs {HOSTILE}").replace('/', "_"), "event": event(json!({"total": 2})), "expected": expected(json!({"amount": 3, "currency": "EUR"}))}),
        json!({"name": "throws", "event": event(json!({"total": -1})), "expected": expected(json!(-1))}),
    ];
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    folder.write("shop/cases.ndjson", lines.join("\n"));
    let case = "shop/cases/asks";
    folder.write(
        &format!("{case}/event.json"),
        event(json!({"total": 5, "requests": true})).to_string(),
    );
    let mut url = url::Url::parse("https://api.example.com/users/7").expect("a URL");
    url.set_query(Some(&format!(
        "name={}",
        percent_encoding::utf8_percent_encode(HOSTILE, percent_encoding::NON_ALPHANUMERIC)
    )));
    let entry = |url: &str, ms: u32, status: u32| {
        json!({
            "startedDateTime": "2026-01-31T12:00:00.000Z", "time": ms,
            "request": {"method": "GET", "url": url, "headers": []},
            "response": {"status": status, "headers": [{"name": "content-type", "value": "application/json"}], "content": {"text": "{\"name\":\"pro\"}"}},
        })
    };
    let har = json!({"log": {"version": "1.2", "entries": [
        entry(url.as_str(), 120, 200),
        entry("https://api.example.com/plans", 300, 200),
        entry("https://api.example.com/orders", 80, 503),
    ]}});
    folder.write(&format!("{case}/traffic.har"), har.to_string());
    folder
}

#[test]
fn cases_are_a_page_with_those_that_failed_first() {
    let folder = suite();
    let (code, text_report, stderr) = folder.segfn(&["test", "--report", "html=out/test.html"]);
    assert_eq!((code, stderr.as_str()), (1, ""), "{text_report}");
    let mut page = opened(&folder.path().join("out/test.html"));
    assert_eq!(
        page.ask("document.title"),
        "segfn test: 3 of 4 cases failed"
    );
    let cases = page.ask("[...document.querySelectorAll('.card')].map((card) => [card.open, card.querySelector('strong').textContent, card.querySelector('summary code').textContent])");
    let differs = format!("shop/differs {HOSTILE}").replace("</", "<_");
    assert_eq!(
        cases,
        json!([
            [true, "✗ failed", "shop/asks"],
            [true, "✗ failed", differs],
            [true, "✗ failed", "shop/throws"],
            [false, "✓ passed", "shop/passes"],
        ])
    );
    // Two requests at the same time, and one that waited for both.
    let bars = page.ask("[...document.querySelectorAll('.waterfall')[0].querySelectorAll('svg title')].map((bar) => bar.textContent)");
    assert_eq!(
        bars,
        json!([
            "from <0.1 ms to 120 ms",
            "from <0.1 ms to 300 ms",
            "from 300 ms to 380 ms"
        ])
    );
    let rects = page.ask("[...document.querySelectorAll('rect')].map((rect) => [rect.getAttribute('x'), rect.getAttribute('width')])");
    assert_eq!(rects, json!([["0", "316"], ["0", "789"], ["789", "211"]]));
    let shown = text(&mut page, "document.querySelector('.card').textContent");
    assert!(
        shown.contains("GET https://api.example.com/orders503"),
        "{shown}"
    );
    assert!(shown.contains("error orders: 503\n</code>"), "{shown}");
    assert!(shown.contains("there is no expectation yet"), "{shown}");
    let lines = page.ask("[...document.querySelectorAll('.card')[1].querySelector('.diff').children].map((line) => line.textContent)");
    assert_eq!(
        lines,
        json!([
            "-{",
            "-  \"amount\": 3,",
            "-  \"currency\": \"EUR\"",
            "-}",
            "+2"
        ])
    );
    let thrown = text(
        &mut page,
        "document.querySelectorAll('.card')[2].textContent",
    );
    assert!(thrown.contains("throw new ValidationError"), "{thrown}");
    pictures(&mut page, "test");
}

#[test]
fn coverage_is_a_page() {
    let folder = suite();
    folder.write(
        "shop/function.js",
        format!("// {HOSTILE}\nasync function onTrack(event) {{\n  if (event.none) return 1;\n  return {{}};\n}}\n"),
    );
    let (code, _, _) = folder.segfn(&["test", "--coverage", "html"]);
    assert_eq!(code, 1);
    let mut page = opened(&folder.path().join("coverage/shop_function.js.html"));
    assert_eq!(page.ask("document.title"), "shop/function.js");
    assert_eq!(
        page.ask("document.querySelector('#L1').textContent"),
        format!("1// {HOSTILE}")
    );
    assert_eq!(
        page.ask("document.querySelector('mark').textContent"),
        "return 1;"
    );
    pictures(&mut page, "coverage");
}
