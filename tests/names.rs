//! The inputs that break generators, against every built-in template.

use std::collections::BTreeMap;

use lstk_extensions::scaffold::built_in::built_in;
use lstk_extensions::scaffold::folder;

use serde_json::Value;

use crate::support::Sandbox;
use crate::support::readback::{self, Files};

/// What a wrong result looks like: the input's id, and what is wrong.
type Wrong = (String, String);

#[test]
fn every_nasty_input_comes_out_right() {
    let inputs: Value = serde_json::from_str(include_str!("nasty_inputs.json")).unwrap();
    let inputs = inputs["inputs"].as_array().unwrap();
    assert!(inputs.len() > 60);
    let mut wrong: Vec<Wrong> = Vec::new();
    for template in built_in() {
        for input in inputs {
            if let Err(what) = check(template, input) {
                wrong.push((format!("{template}: {}", input["id"].as_str().unwrap()), what));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn check(template: &str, input: &Value) -> Result<(), String> {
    let fields: BTreeMap<&str, &str> = input["fields"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str().unwrap()))
        .collect();
    let flags: Vec<String> = fields
        .iter()
        .map(|(key, value)| format!("--{}={value}", key.replace('_', "-")))
        .collect();
    let sandbox = Sandbox::new();
    let mut args = vec!["dev", "new", "--template", template, "--defaults", "--no-git", "--json"];
    args.extend(flags.iter().map(String::as_str));
    let seen = sandbox.run(&args);
    let envelope: Value = serde_json::from_str(&seen.stdout).map_err(|error| format!("{error}: {}", seen.all()))?;

    let refused = seen.status != Some(0);
    let class = input["class"].as_str().unwrap();
    if refused && matches!(class, "must-reject" | "must-normalise") {
        let problems = envelope["error"]["details"]["problems"]
            .as_array()
            .ok_or("no problems are named")?;
        for field in fields.keys() {
            let named = problems
                .iter()
                .any(|problem| problem["at"] == *field && problem["message"] != "");
            named
                .then_some(())
                .ok_or(format!("{field} is not named in {problems:?}"))?;
        }
        return match sandbox.listing()[..] {
            [] => Ok(()),
            ref left => Err(format!("left behind: {left:?}")),
        };
    }
    if refused || class == "must-reject" {
        return Err(seen.all());
    }

    let data = &envelope["data"];
    let answers: BTreeMap<String, String> = data["answers"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, answer)| (key.clone(), answer["value"].as_str().unwrap().to_string()))
        .collect();
    for (key, given) in &fields {
        let kept = answers[*key] == *given;
        let said = envelope["warnings"].as_array().unwrap().iter().any(|warning| {
            warning["code"] == "NORMALIZED" && warning["message"].as_str().unwrap().starts_with(&format!("{key}: "))
        });
        match class {
            "must-normalise" if kept || said => {}
            _ if kept => {}
            _ => return Err(format!("{key} became {:?}, said: {said}", answers[*key])),
        }
    }
    for (expected, key) in [
        ("slug", "project_slug"),
        ("module", "module_name"),
        ("class", "class_name"),
        ("version", "version"),
    ] {
        if let Some(value) = input["expected"][expected].as_str() {
            (answers[key] == value)
                .then_some(())
                .ok_or(format!("{key} is {:?}, expected {value:?}", answers[key]))?;
        }
    }
    let project = sandbox.path(&answers["project_slug"]);
    let files = folder::read(&project).map_err(|error| error.to_string())?;
    let files: Files = files
        .into_iter()
        .map(|(path, file)| (path, String::from_utf8(file.content.to_vec()).expect("UTF-8")))
        .collect();
    readback::check(&files, &answers)
}
