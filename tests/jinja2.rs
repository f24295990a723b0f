//! Jinja2 as cookiecutter has it: the results in `tests/jinja2` are those of the real one, which `.ci/jinja2` proves.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lstk_extensions::scaffold::jinja2::{Syntax, environment, python_repr, translate, value_of};
use minijinja::{Error, ErrorKind, Value};
use serde_json::Value as Json;

#[derive(Default)]
struct Case {
    line: usize,
    files: BTreeMap<String, String>,
    options: Json,
    expected: Option<String>,
}

/// The text of lines without their marks; those in quotes are JSON.
fn decoded(lines: &[&str]) -> String {
    let lines = lines.iter().map(|line| match line.starts_with('"') {
        true => serde_json::from_str(line).unwrap(),
        false => line.strip_prefix(' ').unwrap_or(line).to_string(),
    });
    lines.collect::<Vec<String>>().join("\n")
}

fn cases(text: &str) -> Vec<Case> {
    let mut options = Json::Null;
    let mut cases = Vec::new();
    let mut block: Vec<(usize, &str)> = Vec::new();
    for (number, line) in text.lines().chain([""]).enumerate() {
        match line.chars().next() {
            Some('>' | '+' | '=' | '!') => block.push((number + 1, line)),
            other => {
                cases.extend(case(&std::mem::take(&mut block), &options));
                if other == Some('@') {
                    options = serde_json::from_str(&line[1..]).unwrap();
                }
            }
        }
    }
    cases
}

fn case(block: &[(usize, &str)], options: &Json) -> Option<Case> {
    let mut case = Case {
        line: block.first()?.0,
        options: options.clone(),
        ..Case::default()
    };
    let mut rest = block;
    let mut name = "main";
    while let Some(((_, line), after)) = rest.split_first() {
        let same = rest.iter().take_while(|(_, other)| other[..1] == line[..1]).count();
        let lines: Vec<&str> = rest[..same].iter().map(|(_, line)| &line[1..]).collect();
        match &line[..1] {
            "+" => {
                name = Some(line[1..].trim()).filter(|name| !name.is_empty()).unwrap_or("main");
                rest = after;
                continue;
            }
            ">" => drop(case.files.insert(name.to_string(), decoded(&lines))),
            "=" => case.expected = Some(decoded(&lines)),
            _ => {}
        }
        rest = &rest[same..];
    }
    Some(case)
}

fn syntax(options: &Json) -> Syntax {
    let given = &options["syntax"];
    let mut syntax = Syntax::default();
    let texts = [
        ("block_start_string", &mut syntax.block.0),
        ("block_end_string", &mut syntax.block.1),
        ("variable_start_string", &mut syntax.variable.0),
        ("variable_end_string", &mut syntax.variable.1),
        ("comment_start_string", &mut syntax.comment.0),
        ("comment_end_string", &mut syntax.comment.1),
        ("newline_sequence", &mut syntax.newline),
    ];
    for (name, text) in texts {
        if let Some(given) = given[name].as_str() {
            *text = given.to_string();
        }
    }
    syntax.line_statement = given["line_statement_prefix"].as_str().map(str::to_string);
    syntax.line_comment = given["line_comment_prefix"].as_str().map(str::to_string);
    syntax.trim_blocks = given["trim_blocks"] == true;
    syntax.lstrip_blocks = given["lstrip_blocks"] == true;
    syntax.autoescape = given["autoescape"] == true;
    syntax.has_do = given["do"] == true;
    syntax.has_loop_controls = given["loopcontrols"] == true;
    syntax
}

fn rendered(case: &Case) -> Result<String, String> {
    let syntax = syntax(&case.options);
    let mut environment = environment(&syntax)?;
    let mut files = BTreeMap::new();
    for (name, text) in &case.files {
        let text = translate(text, &syntax).map(Cow::into_owned);
        files.insert(name.clone(), text);
    }
    environment.set_loader(move |name| match files.get(name) {
        None => Ok(None),
        Some(Ok(text)) => Ok(Some(text.clone())),
        Some(Err((at, message))) => Err(Error::new(ErrorKind::SyntaxError, format!("{message} at {at}"))),
    });
    let context = case.options["context"].as_object().cloned().unwrap_or_default();
    let context: BTreeMap<&str, Value> = context
        .iter()
        .map(|(name, json)| (name.as_str(), value_of(json)))
        .collect();
    let template = environment.get_template("main").map_err(|error| error.to_string())?;
    template.render(context).map_err(|error| error.to_string())
}

fn check(topic: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/jinja2").join(topic);
    let cases = cases(&fs::read_to_string(path).unwrap());
    assert!(cases.len() > 5, "{topic} has next to no cases");
    let mut wrong = Vec::new();
    for case in &cases {
        let rendered = rendered(case);
        if rendered.as_ref().ok() != case.expected.as_ref() {
            let expected = case.expected.as_deref().unwrap_or("an error");
            wrong.push(format!(
                "{topic}:{}\nexpected {expected:?}\nbut was  {rendered:?}",
                case.line
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

macro_rules! topics {
    ($($topic:ident),+ $(,)?) => {
        $(
            #[test]
            fn $topic() {
                check(concat!(stringify!($topic), ".txt"));
            }
        )+

        #[test]
        fn every_file_of_cases_is_a_topic() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/jinja2");
            let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
            let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
            names.sort();
            let mut topics = vec![$(concat!(stringify!($topic), ".txt")),+];
            topics.sort_unstable();
            assert_eq!(names, topics);
        }
    };
}

topics!(
    files, filters, methods, operators, percent, printing, statements, undefined, whitespace
);

#[test]
fn the_tag_now_becomes_a_call() {
    let translated = |text: &str| translate(text, &Syntax::default()).unwrap().into_owned();
    assert_eq!(
        translated("{% now 'utc' %}"),
        "{{ __cookiecutter_now(\"utc\", none, none, none) }}"
    );
    assert_eq!(
        translated("a{%- now zone + 'days=1', '%Y' -%} b"),
        "a{{ __cookiecutter_now(zone, \"+\", \"days=1\", \"%Y\") }}b"
    );
    assert_eq!(
        translated("{% now 'a' ~ 'b' - offset %}"),
        "{{ __cookiecutter_now(\"a\"|__concatenate(\"b\"), \"-\", offset, none) }}"
    );
}

#[test]
fn a_text_without_tags_is_not_copied() {
    let syntax = Syntax::default();
    for text in [
        "",
        "plain { text }\n",
        "{{ cookiecutter.name }}\n{% if a %}b{% endif %}\n",
    ] {
        assert!(matches!(translate(text, &syntax), Ok(Cow::Borrowed(_))), "{text}");
    }
}

#[test]
fn lines_stay_where_they_were() {
    let syntax = Syntax {
        trim_blocks: true,
        ..Syntax::default()
    };
    let text = "a\n{%- if true -%}\n\n  b\n{% endif %}\n{# one\ntwo #}\n{{ 1\n + nope }}\n";
    let translated = translate(text, &syntax).unwrap().into_owned();
    let mut environment = environment(&syntax).unwrap();
    environment.add_template_owned("main", translated).unwrap();
    let error = environment.get_template("main").unwrap().render(()).unwrap_err();
    assert_eq!((error.kind(), error.line()), (ErrorKind::UndefinedError, Some(9)));
}

#[test]
fn errors_have_their_place_in_the_text_as_it_was() {
    let problem = |text: &str| translate(text, &Syntax::default()).unwrap_err();
    assert_eq!(
        problem("é\r\n\r\n{% nope %}"),
        (9, "Encountered unknown tag 'nope'.".to_string())
    );
    assert_eq!(problem("{{ a b }}").0, 5);
    assert_eq!(problem("{{ 'a }}").0, 3);
    assert_eq!(problem("{# a").0, 0);
}

/// Texts that are made to hurt end in an error, not in the end of the program.
#[test]
fn nothing_nests_without_an_end() {
    let many = 20_000;
    let texts = [
        format!("{{{{ {}1{} }}}}", "(".repeat(many), ")".repeat(many)),
        format!("{{{{ {}1{} }}}}", "[".repeat(many), "]".repeat(many)),
        format!("{{{{ {}1 }}}}", "not ".repeat(many)),
        format!("{{{{ {}1 }}}}", "-".repeat(many)),
        format!("{{{{ 1{} }}}}", " + 1".repeat(many)),
        format!("{{{{ 1{} }}}}", " and 1".repeat(many)),
        format!("{{{{ 1{} }}}}", " if 1".repeat(many)),
        format!("{{{{ 1{} }}}}", " if 1 else 1".repeat(many)),
        format!("{{{{ a{} }}}}", ".a".repeat(many)),
        format!("{{{{ a{} }}}}", "[0]".repeat(many)),
        format!("{{{{ a{} }}}}", "|e".repeat(many)),
        format!("{{{{ a{} }}}}", "()".repeat(many)),
        "{% if 1 %}".repeat(many),
        format!("{{% if 1 %}}{}{{% endif %}}", "{% elif 1 %}".repeat(many)),
        "{% for a in b %}".repeat(many),
    ];
    for text in &texts {
        assert!(translate(text, &Syntax::default()).is_err(), "{}", &text[..30]);
    }
}

/// Values that hold one another deeply are compared, printed and dropped without calls of calls.
#[test]
fn values_may_be_deep() {
    let deep = "{% set n = namespace(v=[]) %}{% for i in range(90000) %}{% set n.v = [n.v] %}{% endfor %}";
    let twice = "{% set a = n.v %}{% set n.v = [] %}{% for i in range(90000) %}{% set n.v = [n.v] %}{% endfor %}";
    let changed = format!("{twice}{{% for v in [a, n.v] %}}{{% if loop.changed(v) %}}{{% endif %}}{{% endfor %}}");
    for (end, is_fine) in [
        ("", true),
        ("{{ (n.v|string)[0] }}", true),
        ("{{ n.v|tojson }}", false),
        (changed.as_str(), true),
    ] {
        let syntax = Syntax::default();
        let text = translate(deep, &syntax).unwrap().into_owned() + &translate(end, &syntax).unwrap();
        let mut environment = environment(&syntax).unwrap();
        environment.add_template_owned("main", text).unwrap();
        let rendered = environment.get_template("main").unwrap().render(());
        assert_eq!(rendered.is_ok(), is_fine, "{end}: {rendered:?}");
    }
}

#[test]
fn values_of_json_are_those_of_python() {
    let json = serde_json::json!({"b": [1, 1.0, null, true, "é'\n"], "a": {}, "n": 18446744073709551615_u64});
    let expected = r#"{'b': [1, 1.0, None, True, "é'\n"], 'a': {}, 'n': 18446744073709551615}"#;
    assert_eq!(python_repr(&value_of(&json)), expected);
}
