//! The texts of a template one by one: do they parse, and do they refer to what there is.

use std::collections::BTreeSet;

use super::super::engine::{DEBUG, GROUP, root};
use super::super::manifest::{CIRCUMSTANCES, ITEM, ONLY_IN_DEFAULTS};
use super::super::question::Kind;
use super::super::render::as_text;
use super::super::template::{ENDING, FILES, INCLUDES, Template};
use super::super::tree::File;
use super::super::words::{self, Role, tags};
use super::literals;
use crate::failure::{Problem, did_you_mean};

/// A text with its place in the template.
struct Text<'a> {
    at: String,
    source: &'a str,
    /// It is a part of others, and may use what those set.
    is_part: bool,
    /// A file for each item of a list.
    has_item: bool,
}

/// Everything wrong with single texts, and parts that nothing uses.
pub(super) fn check(template: &Template) -> Vec<Problem> {
    let mut found = Vec::new();
    let texts = texts(template, &mut found);
    let names = template.manifest.names();
    let assigned: BTreeSet<&str> = texts.iter().flat_map(|text| words::assigned(text.source)).collect();
    let parts: Vec<Reference<'_>> = texts.iter().flat_map(|text| references(text.source)).collect();
    let is_part = |text: &Text<'_>| text.is_part || parts.iter().any(|part| part.part == Some(&text.at));
    for text in &texts {
        let mut known: Vec<&str> = names.clone();
        known.extend(text.has_item.then_some(ITEM));
        known.push(DEBUG);
        known.extend(template.engine.is_jinja2().then_some(GROUP));
        match is_part(text) {
            // Whoever includes it may do so in a loop.
            true => known.extend(assigned.iter().chain(&[ITEM, "loop"])),
            false => known.extend(words::assigned(text.source)),
        }
        found.extend(problems(template, text, &known));
    }
    found.extend(file_names(template, &names));
    if !template.engine.is_jinja2() {
        found.extend(unused_parts(template, &texts));
    }
    found
}

/// The names that texts and file names refer to.
pub(super) fn used_names(template: &Template) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for text in texts(template, &mut Vec::new()) {
        let names = template
            .engine
            .references_of_file(&text.at, text.source)
            .unwrap_or_default();
        used.extend(names.iter().map(|name| root(name).to_string()));
        // The engine does not tell what a part's name is made of.
        let words = words::words(text.source)
            .into_iter()
            .filter(|word| word.role == Role::Name);
        used.extend(words.map(|word| word.text.to_string()));
    }
    for (path, _) in &template.files {
        let names = template.engine.references(path).unwrap_or_default();
        used.extend(names.iter().map(|name| root(name).to_string()));
    }
    used
}

/// Every text that is rendered; what is none is a problem.
fn texts<'a>(template: &'a Template, found: &mut Vec<Problem>) -> Vec<Text<'a>> {
    let rules = &template.manifest.files;
    let is_copied = |path: &str| rules.iter().any(|rule| rule.copy && rule.applies_to(path));
    let has_item = |path: &str| rules.iter().any(|rule| rule.each.is_some() && rule.applies_to(path));
    let mut texts = Vec::new();
    let mut add = |at: String, file: &'a File, is_part: bool, has_item: bool| match as_text(&at, file) {
        Ok(source) => texts.push(Text {
            at,
            source,
            is_part,
            has_item,
        }),
        Err(problem) => found.push(problem),
    };
    for (path, file) in &template.files {
        if path.ends_with(ENDING) && !is_copied(path) {
            add(format!("{FILES}/{path}"), file, false, has_item(path));
        }
    }
    for (path, file) in &template.includes {
        add(format!("{INCLUDES}/{path}"), file, true, true);
    }
    texts
}

/// Syntax, unknown names, unknown filters, parts that there are not.
fn problems(template: &Template, text: &Text<'_>, known: &[&str]) -> Vec<Problem> {
    let engine = &template.engine;
    let names = match engine.references_of_file(&text.at, text.source) {
        Ok(names) => names,
        Err(problem) => return vec![problem],
    };
    let at = |offset: usize, message: String| Problem::in_text(&text.at, text.source, offset, message);
    let mut found = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for name in names.iter().map(|name| root(name)) {
        if !known.contains(&name) && !told.contains(&name) {
            told.push(name);
            let place = place(text.source, name);
            let problem = |message| at(place, message);
            found.push(match is_of_another_language(text.source, place) {
                true => problem(format!("`{name}` is not known here"))
                    .hint("where `${{ }}` is to stay, write it between `{% raw %}` and `{% endraw %}`"),
                false => unknown_name(name, known, problem),
            });
        }
    }
    if engine.is_jinja2() {
        return found;
    }
    let values = template.manifest.names();
    let own = words::assigned(text.source);
    let unknown = engine.unknown(text.source, |name| values.contains(&name) && !own.contains(&name));
    found.extend(
        unknown
            .into_iter()
            .map(|unknown| at(unknown.offset, unknown.message).hint(unknown.hint)),
    );
    let is_text_here = |name: &str| !own.contains(&name) && (is_text(template, name) || text.has_item && name == ITEM);
    let literals = literals::misplaced(&text.at, text.source, is_text_here).into_iter();
    found.extend(literals.map(|literal| at(literal.offset, literal.message).hint(literal.hint)));
    let names_of_tags = words::words(text.source).into_iter();
    found.extend(
        names_of_tags
            .filter(|word| word.text == "autoescape" && word.role == Role::Name)
            .map(|word| {
                at(
                    word.offset,
                    "`autoescape` takes away what keeps an answer from breaking the file".to_string(),
                )
                .hint("write single names as they are with `raw`")
            }),
    );
    for reference in references(text.source)
        .iter()
        .filter(|reference| !reference.may_be_missing)
    {
        let Some(part) = reference.part else { continue };
        let offset = reference.offset;
        let paths = || template.parts();
        if !paths().any(|path| path == part) {
            let problem = at(offset, format!("there is no part `{part}`"));
            let paths: Vec<String> = paths().collect();
            found.push(
                problem.hint(match did_you_mean(part, paths.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("parts are named from the template's folder, like `{INCLUDES}/head.md`"),
                }),
            );
        }
    }
    found
}

/// Whether the value of a name is a text, and so written as a literal where there are literals.
fn is_text(template: &Template, name: &str) -> bool {
    match template.manifest.question(name) {
        Some(question) => matches!(question.kind, Kind::Text { .. } | Kind::Choice(_)),
        None => template.manifest.computed.iter().any(|(key, _)| key == name),
    }
}

fn unknown_name(name: &str, known: &[&str], problem: impl FnOnce(String) -> Problem) -> Problem {
    problem(format!("`{name}` is not known here")).hint(match did_you_mean(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if CIRCUMSTANCES.contains(&name) => ONLY_IN_DEFAULTS.to_string(),
        None => "ask for it in template.toml, or compute it there".to_string(),
    })
}

/// Whether a place is in `${{ }}`, as workflows have it.
fn is_of_another_language(source: &str, place: usize) -> bool {
    let opening = source[..place]
        .rfind("{{")
        .filter(|opening| !source[*opening..place].contains("}}"));
    opening.is_some_and(|opening| source[..opening].ends_with('$'))
}

/// Where a variable is first used.
fn place(source: &str, name: &str) -> usize {
    let is_it = |word: &super::super::words::Word<'_>| word.role == Role::Name && word.text == name;
    words::words(source)
        .iter()
        .find(|word| is_it(word))
        .map_or(0, |word| word.offset)
}

/// The names of files and folders, with their placeholders.
fn file_names(template: &Template, names: &[&str]) -> Vec<Problem> {
    let mut found = Vec::new();
    for (path, _) in &template.files {
        let at = format!("{FILES}/{path}");
        let has_item = template
            .manifest
            .files
            .iter()
            .any(|rule| rule.each.is_some() && rule.applies_to(path));
        let mut known = names.to_vec();
        known.extend(has_item.then_some(ITEM));
        for part in path.split('/').filter(|part| part.contains('{')) {
            match template.engine.references(part) {
                Err(reason) => {
                    let hint = "each folder's name and each file's name is a text of its own";
                    found.push(Problem::new(&at, format!("its part `{part}`: {reason}")).hint(hint));
                }
                Ok(names) => {
                    let unknown = template.engine.unknown(part, |name| known.contains(&name)).into_iter();
                    found.extend(unknown.map(|unknown| Problem::new(&at, unknown.message).hint(unknown.hint)));
                    let unknown = names.iter().map(|name| root(name)).filter(|name| !known.contains(name));
                    found.extend(unknown.map(|name| unknown_name(name, &known, |message| Problem::new(&at, message))));
                }
            }
        }
    }
    found
}

/// Parts that no text includes, extends or imports.
fn unused_parts(template: &Template, texts: &[Text<'_>]) -> Vec<Problem> {
    let references: Vec<Reference<'_>> = texts.iter().flat_map(|text| references(text.source)).collect();
    // A text may choose the part by an expression; then any of them may be the one.
    if references.iter().any(|reference| reference.part.is_none()) {
        return Vec::new();
    }
    let named: BTreeSet<&str> = references.iter().filter_map(|reference| reference.part).collect();
    let paths = template.includes.iter().map(|(path, _)| format!("{INCLUDES}/{path}"));
    let unused = paths.filter(|path| !named.contains(path.as_str()));
    let problem = |path| Problem::new(path, "is never included").hint("include it, or take it out");
    unused.map(problem).collect()
}

/// A tag that takes another text in.
struct Reference<'a> {
    /// Of the part's name, in bytes.
    offset: usize,
    /// None where an expression gives the name.
    part: Option<&'a str>,
    /// The text does without it.
    may_be_missing: bool,
}

fn references(source: &str) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    for tag in tags(source).iter().filter(|tag| !tag.is_value) {
        let Some(word) = tag.words.first() else { continue };
        if !["include", "extends", "import", "from"].contains(&word.text) {
            continue;
        }
        let rest = source[word.offset + word.text.len()..].trim_start();
        let offset = source.len() - rest.len() + 1;
        let quoted = |quote: char| rest.strip_prefix(quote)?.split_once(quote);
        let literal = quoted('"').or_else(|| quoted('\''));
        // What an operator stands behind is a part of the name only.
        let is_whole = |behind: &str| {
            let ends = ["%", "-%", "+%", "as ", "ignore ", "import ", "with ", "without "];
            ends.iter().any(|end| behind.trim_start().starts_with(end))
        };
        let part = literal.filter(|(_, behind)| is_whole(behind)).map(|(part, _)| part);
        found.push(Reference {
            offset,
            part,
            may_be_missing: part.is_some() && tag.words.get(1).is_some_and(|word| word.text == "ignore"),
        });
    }
    found
}
