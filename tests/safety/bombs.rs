//! Texts that never end or never stop growing, and what the template engine's own words can be made to do.

use serde_json::Value;

use super::measure::within_limits;
use super::{NEW, template};

const TIME: &str = "was stopped: its code ran for ";
const MEMORY: &str = "was stopped: its code needs more than 512 MiB, or nests too deeply";
const ENGINE: &str = "was stopped: its code is more than the template engine can bear";
const FUEL: &str = "takes more than 10 million steps";
const NESTS: &str = "template exceeds maximum recursion limits";
const RECURSES: &str = "recursion limit exceeded";
const TOO_LARGE: &str = "is too large";
const RANGE: &str = "range has too many elements";

fn times(text: &str, count: usize) -> String {
    text.repeat(count)
}

/// Each with what is said of it; one of several, where it depends on the machine which limit comes first.
fn texts() -> Vec<(&'static str, String, &'static [&'static str])> {
    let loops = |count: usize| {
        let open: String = (0..count)
            .map(|level| format!("{{% for a{level} in range(9999) %}}"))
            .collect();
        format!("{open}x{}", times("{% endfor %}", count))
    };
    let doubling = |start: &str, step: &str, end: &str| format!("{{% set x = {start} %}}{}{end}", times(step, 60));
    let around = |open: &str, inner: &str, close: &str, count: usize| {
        format!("{{{{ {}{inner}{} }}}}", times(open, count), times(close, count))
    };
    let growing = |start: &str, step: &str, end: &str| {
        format!("{{% set n = namespace(x={start}) %}}{{% for i in range(99999) %}}{step}{{% endfor %}}{end}")
    };
    let twins = "{% set x = [x, x] %}{% set y = [y, y] %}";
    vec![
        ("nested loops", loops(4), &[FUEL, TIME]),
        (
            "doubling by ~",
            doubling("'aaaaaaaa'", "{% set x = x ~ x %}", ""),
            &[MEMORY],
        ),
        (
            "doubling by +",
            doubling("'aaaaaaaa'", "{% set x = x + x %}", ""),
            &[MEMORY],
        ),
        (
            "doubling a list",
            doubling("[1]", "{% set x = x + x %}", "{{ x | length }}"),
            &[TIME, MEMORY],
        ),
        (
            "doubling a block",
            format!(
                "{{% set x %}}aaaaaaaa{{% endset %}}{}",
                times("{% set x %}{{ x }}{{ x }}{% endset %}", 60)
            ),
            &[MEMORY, TIME],
        ),
        (
            "doubling in a namespace",
            growing("'a'", "{% set n.x = n.x ~ n.x %}", ""),
            &[MEMORY],
        ),
        (
            "comparing what is shared",
            format!(
                "{{% set x = [1] %}}{{% set y = [1] %}}{}{{{{ x == y }}}}",
                times(twins, 60)
            ),
            &[TIME],
        ),
        (
            "an error about what is shared",
            doubling("[1]", "{% set x = [x, x] %}", "{{ x.y.z }}"),
            &["undefined value"],
        ),
        (
            "chains",
            doubling("[1]", "{% set x = x | chain(x) %}", "{{ x | length }}"),
            &[MEMORY, TIME],
        ),
        ("a long text", "{{ 'a' * 100000000000 }}".into(), &[TOO_LARGE]),
        ("a long text in memory", "{{ 'a' * 1000000000 }}".into(), &[TOO_LARGE]),
        ("a long list", "{{ [1] * 10000000000 }}".into(), &[TOO_LARGE]),
        ("indent", "{{ ('a\\n' * 100000) | indent(100000) }}".into(), &[MEMORY]),
        (
            "replace",
            "{% set x = 'a' * 100000 %}{{ x | replace('a', x) | replace('a', x) }}".into(),
            &[MEMORY],
        ),
        ("format", "{{ '%1000000000d' | format(1) }}".into(), &[MEMORY]),
        (
            "format, precise",
            "{{ '%.2147483648e' | format(1.0) }}".into(),
            &[ENGINE],
        ),
        (
            "join",
            "{% set x = 'a' * 1000000 %}{{ range(9999) | join(x) }}".into(),
            &[MEMORY],
        ),
        ("list of letters", "{{ ('ab' * 4500000) | list }}".into(), &[MEMORY]),
        (
            "select",
            "{% set x = [1, 2] * 3000000 %}{{ x | select('in', [3] * 3000000) | list }}".into(),
            &[TIME, MEMORY],
        ),
        ("sort", "{{ ([3, 1, 2] * 9000000) | sort }}".into(), &[TIME, MEMORY]),
        ("range", "{{ range(0, 100000000000) | list }}".into(), &[RANGE]),
        (
            "range, downwards",
            "{{ range(9223372036854775807, -9223372036854775807, -1) | first }}".into(),
            &[ENGINE, RANGE],
        ),
        (
            "slice",
            "{{ 'ab'[::-9223372036854775807 - 1] }}".into(),
            &[ENGINE, "invalid operation"],
        ),
        ("power", "{{ 99999999 ** 99999999 }}".into(), &["invalid operation"]),
        (
            "batch",
            "{{ [1] | batch(9223372036854775807, 'x') | list }}".into(),
            &[MEMORY, TOO_LARGE, ENGINE, "invalid operation"],
        ),
        ("parentheses", around("(", "1", ")", 100_000), &[NESTS]),
        ("lists in lists", around("[", "", "]", 100_000), &[NESTS]),
        ("minus", around("-", "1", "", 100_000), &[MEMORY]),
        ("not", around("not ", "1", "", 100_000), &[MEMORY]),
        ("attributes", around("", "x", ".a", 100_000), &[MEMORY]),
        ("additions", around("", "1", " + 1", 200_000), &[MEMORY]),
        ("filters", around("", "'a'", "|upper", 200_000), &[MEMORY]),
        ("choices", around("1 if 1 else ", "1", "", 100_000), &[MEMORY, NESTS]),
        (
            "conditions",
            format!("{}x{}", times("{% if 1 %}", 100_000), times("{% endif %}", 100_000)),
            &[NESTS],
        ),
        (
            "macro",
            "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}".into(),
            &[RECURSES],
        ),
        (
            "callers",
            format!(
                "{{% macro a() %}}{{{{ caller() }}}}{{% endmacro %}}{}x{}",
                times("{% call a() %}", 5000),
                times("{% endcall %}", 5000)
            ),
            &[NESTS],
        ),
        (
            "a loop in itself",
            "{% for a in [1] recursive %}{{ loop([1]) }}{{ loop([1]) }}{% endfor %}".into(),
            &[RECURSES],
        ),
        (
            "includes itself",
            "{% include 'files/x.txt.j2' %}".repeat(2),
            &[RECURSES],
        ),
        (
            "extends itself",
            "{% extends 'files/x.txt.j2' %}".into(),
            &["cycle in template inheritance"],
        ),
        (
            "imports itself",
            "{% import 'files/x.txt.j2' as x %}{{ x.y }}".into(),
            &[RECURSES, "undefined value"],
        ),
        (
            "deep in itself",
            growing("[]", "{% set n.x = [n.x] %}", "{{ n.x }}"),
            &[MEMORY],
        ),
        ("deep, let go", growing("[]", "{% set n.x = [n.x] %}", "ok"), &[MEMORY]),
        (
            "holds itself",
            "{% set n = namespace() %}{% set n.x = n %}{{ n }}".into(),
            &[MEMORY, TIME],
        ),
        (
            "holds itself, compared",
            "{% set n = namespace() %}{% set n.x = n %}{{ [n, n] | unique | list }}".into(),
            &[MEMORY, TIME],
        ),
        (
            "an endless line",
            format!("{}{{{{ nope }}}}", times("x", 9 << 20)),
            &["undefined value"],
        ),
        (
            "an endless name",
            format!("{{{{ {} }}}}", times("n", 9 << 20)),
            &["undefined value"],
        ),
        (
            "an endless number",
            format!("{{{{ {} }}}}", times("9", 1_000_000)),
            &[ENGINE, "invalid integer"],
        ),
        ("an endless comment", times("{#", 100_000), &[ENGINE, "unexpected end"]),
        (
            "an endless raw block",
            times("{% raw %}", 100_000),
            &[ENGINE, "unexpected end"],
        ),
        (
            "an endless include",
            format!("{{% include '{}' %}}", times("a", 9_000_000)),
            &["template not found"],
        ),
    ]
}

#[test]
fn no_text_takes_long_or_much() {
    for (what, text, said) in texts() {
        let sandbox = template("", &[("files/x.txt.j2", &text)]);
        let seen = within_limits(&sandbox, what, &NEW).fails(1);
        // Where memory runs out, a slow machine may run out of time before.
        let mut said = said.iter().chain(said.contains(&MEMORY).then_some(&TIME));
        assert!(said.any(|said| seen.contains(said)), "{what}: {seen}");
        assert!(seen.len() < 5_000, "{what}: {} bytes", seen.len());
    }
}

#[test]
fn texts_at_the_limit_work() {
    // Limits that stop everything would keep every promise above.
    let large = "line {{ 1 + 1 }}\n".repeat(1 << 17);
    let sandbox = template("", &[("files/x.txt.j2", &large), ("files/y", &"y".repeat(10 << 20))]);
    let _ = within_limits(&sandbox, "2 MiB of text", &NEW).ok();
    assert_eq!(sandbox.read("p/x.txt").len(), "line 2\n".len() << 17);
    assert_eq!(sandbox.read("p/y").len(), 10 << 20);
}

/// A text in every other place than a file: as an expression, or as a template text.
#[test]
fn no_other_place_takes_long_or_much() {
    let question = |rest: &str| format!("[[question]]\nkey = \"a\"\n{rest}\n");
    let large = "('a' * 9000000)";
    let long = "range(99999) | map('string') | join('a' * 100000)";
    let chain: String = (1..60)
        .map(|n| format!("a{n} = \"{{{{ a{} ~ a{} }}}}\"\n", n - 1, n - 1))
        .collect();
    let manifests = [
        ("default", question(&format!("default = \"{{{{ {long} }}}}\"")), MEMORY),
        (
            "a list's default",
            question(&format!(
                "type = \"choices\"\nchoices = [\"b\"]\ndefault = [\"{{{{ {long} }}}}\"]"
            )),
            MEMORY,
        ),
        ("when", question(&format!("when = \"{long}\"")), MEMORY),
        (
            "test",
            question(&format!("default = \"x\"\ntest = \"a and {long}\"\nmessage = \"m\"")),
            MEMORY,
        ),
        ("computed", format!("[computed]\na = \"{{{{ {long} }}}}\"\n"), MEMORY),
        (
            "computed chain",
            format!("[computed]\na0 = \"aaaaaaaaaa\"\n{chain}"),
            MEMORY,
        ),
        (
            "each",
            "[[file]]\nmatch = \"*\"\neach = \"range(100000000000)\"\n".to_string(),
            RANGE,
        ),
        (
            "each, many",
            "[[file]]\nmatch = \"*\"\neach = \"range(49999) | list\"\n".to_string(),
            "two files would be written",
        ),
        (
            "each, large",
            format!("[[file]]\nmatch = \"*\"\neach = \"[{large}] * 49999\"\n"),
            MEMORY,
        ),
        (
            "a rule's when",
            format!("[[file]]\nmatch = \"*\"\nwhen = \"{long}\"\n"),
            MEMORY,
        ),
        ("after", format!("[after]\nmessage = \"{{{{ {long} }}}}\"\n"), MEMORY),
        ("next", format!("[after]\nnext = [\"{{{{ {long} }}}}\"]\n"), MEMORY),
    ];
    for (what, manifest, said) in manifests {
        let sandbox = template(&manifest, &[("files/x.txt.j2", "hello")]);
        let seen = within_limits(&sandbox, what, &NEW).fails(1);
        assert!(seen.contains(said) || seen.contains(TIME), "{what}: {seen}");
    }
    for (what, path, said) in [
        ("a name", "files/{{ 'a' * 9000000 }}", "longer than 255 bytes"),
        ("a name in memory", "files/{{ range(99999)|join('a'*99999) }}", MEMORY),
        (
            "a name, slowly",
            "files/{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
            FUEL,
        ),
    ] {
        let sandbox = template("", &[(path, "")]);
        let seen = within_limits(&sandbox, what, &NEW).fails(1);
        assert!(seen.contains(said) || seen.contains(TIME), "{what}: {seen}");
    }
    let sandbox = template(
        "",
        &[
            ("files/x.txt.j2", "{% include 'includes/a' %}"),
            ("includes/a", "{% include 'includes/b' %}"),
            ("includes/b", "{% include 'includes/a' %}"),
        ],
    );
    assert!(within_limits(&sandbox, "includes", &NEW).fails(1).contains(RECURSES));
}

#[test]
fn a_program_is_told_the_same_in_its_envelope() {
    for (what, text, said) in texts() {
        if ![MEMORY, TIME, ENGINE, FUEL, NESTS].contains(&said[0])
            || ![
                "minus",
                "select",
                "format, precise",
                "nested loops",
                "parentheses",
                "an endless name",
            ]
            .contains(&what)
        {
            continue;
        }
        let sandbox = template("", &[("files/x.txt.j2", &text)]);
        let seen = within_limits(&sandbox, what, &[&NEW[..], &["--json"]].concat());
        let envelope: Value = serde_json::from_str(&seen.stdout).unwrap_or_else(|_| panic!("{what}: {}", seen.all()));
        assert_eq!(envelope["command"], "extensions dev new", "{what}");
        assert_eq!(envelope["status"], "error", "{what}");
        assert_eq!(envelope["error"]["code"], "VALIDATION_ERROR", "{what}");
        let told = envelope["error"].to_string();
        let mut said = said.iter().chain(said.contains(&MEMORY).then_some(&TIME));
        assert!(said.any(|said| told.contains(said)), "{what}: {told}");
        assert!(seen.stderr.is_empty(), "{what}: {}", seen.all());
    }
}
