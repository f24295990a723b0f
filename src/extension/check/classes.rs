//! The classes behind the entry points: whether Plux can make a plugin of them, and an object of that.

use std::rc::Rc;

use super::Subject;
use super::entries::{Entry, not_a_plugin};
use crate::extension::code::{Ancestor, Foreign, Meant, Source};
use crate::extension::distribution::GROUP;
use crate::extension::finding::{Code, Edit, Finding, Fix};
use crate::extension::python::{Attribute, Class, Literal, Returns, Value};
use crate::extension::text::Place;

pub(super) fn check(subject: &Subject<'_>, entries: &[Entry<'_>], findings: &mut Vec<Finding>) {
    let mut seen: Vec<Ancestor> = Vec::new();
    for entry in entries {
        let Some((source, name)) = entry.class() else {
            continue;
        };
        let line = subject.code.line(source, name);
        let Some(first) = line.first().filter(|first| !seen.contains(first)) else {
            continue;
        };
        seen.push(first.clone());
        let Some(class) = first.class() else { continue };
        let only_plain =
            |ancestor: &Ancestor| matches!(ancestor, Ancestor::Own(..) | Ancestor::Foreign(Foreign::Plain));
        let sets = |attribute: &str| source.module.loose.sets(attribute);
        if line.iter().all(only_plain) && !sets("__bases__") {
            findings.push(not_a_plugin(
                entry.declared,
                &entry.object,
                "no plugin: no base class of it is one",
            ));
            continue;
        }
        let checked = Checked {
            subject,
            entry,
            source,
            class,
            line: &line,
        };
        findings.extend(checked.no_name());
        findings.extend(checked.namespace());
        findings.extend(checked.constructor());
        findings.extend(checked.load());
    }
}

/// What a search along the ancestors finds.
pub(super) enum Search<'a, T> {
    Found(&'a T, &'a Ancestor),
    Absent,
    /// A class that cannot be looked into may have it.
    Unsure,
}

/// The first ancestor that has it.
pub(super) fn along<'a, T>(
    line: &'a [Ancestor],
    get: impl Fn(&'a Class) -> Option<&'a T>,
    known: impl Fn(Foreign) -> bool,
) -> Search<'a, T> {
    for ancestor in line {
        match (ancestor.class(), ancestor) {
            (Some(class), _) => {
                if let Some(found) = get(class) {
                    return Search::Found(found, ancestor);
                }
            }
            (None, Ancestor::Foreign(foreign)) if !known(*foreign) => return Search::Unsure,
            _ => {}
        }
    }
    Search::Absent
}

/// `name` of a class, along its ancestors. A method or a property of that name counts as something unknown.
pub(super) fn name_of<'a>(line: &'a [Ancestor]) -> Search<'a, Attribute> {
    let is_method = along(
        line,
        |class| class.methods.get("name"),
        |foreign| foreign != Foreign::Other,
    );
    match along(
        line,
        |class| class.attributes.get("name"),
        |foreign| foreign != Foreign::Other,
    ) {
        Search::Absent if matches!(is_method, Search::Found(..)) => Search::Unsure,
        search => search,
    }
}

struct Checked<'a> {
    subject: &'a Subject<'a>,
    entry: &'a Entry<'a>,
    source: &'a Rc<Source>,
    class: &'a Class,
    line: &'a [Ancestor],
}

impl Checked<'_> {
    /// Whether something outside of the classes' bodies may set this: in their modules, or in a package above them.
    fn may_be_set(&self, attribute: &str) -> bool {
        let sets = |source: &Rc<Source>| source.module.loose.sets(attribute);
        self.line.iter().any(|ancestor| match ancestor {
            Ancestor::Own(source, _) => sets(source) || self.subject.code.above(source).iter().any(sets),
            Ancestor::Foreign(_) => false,
        }) || self.is_given_away()
    }

    /// The class is an argument of a call that stands for itself, which may do anything to it.
    fn is_given_away(&self) -> bool {
        let is_it = |value: &Value| value.literal == Literal::Name(self.class.name.clone());
        self.source.module.calls.iter().any(|call| match &call.literal {
            Literal::Call { arguments, .. } => arguments.iter().any(is_it),
            _ => false,
        })
    }

    /// A class up to the one where something was found that a decorator, a branch or the like may change.
    fn is_changed_before(&self, found: &Ancestor) -> bool {
        let end = self.line.iter().position(|ancestor| ancestor == found).unwrap_or(0);
        let mut classes = self.line[..=end].iter().filter_map(Ancestor::class);
        classes.any(|class| class.is_changed)
    }

    fn no_name(&self) -> Option<Finding> {
        let Search::Absent = name_of(self.line) else {
            return None;
        };
        if self.may_be_set("name") {
            return None;
        }
        let name = &self.entry.declared.name.value;
        let fix = self.class.body.filter(|_| self.subject.is_project);
        let fix = fix.and_then(|body| self.naming(body, name));
        Some(
            Finding::error(Code::NoName, format!("the class `{}` has no `name`", self.class.name))
                .at(&self.class.at)
                .hint(format!("set it in the class, not in __init__: `name = \"{name}\"`"))
                .fix(fix),
        )
    }

    /// Sets the name before the first statement of the class, where that has a line of its own.
    fn naming(&self, body: usize, name: &str) -> Option<Fix> {
        let text = &self.class.at.text.content;
        let start = text[..body].rfind('\n').map_or(0, |newline| newline + 1);
        let indent = &text[start..body];
        let is_a_line = indent.chars().all(char::is_whitespace) && !indent.is_empty();
        let literal = serde_json::Value::from(name);
        let told = format!("gave the class `{}` the name {literal}", self.class.name);
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let lines = format!("{indent}name = {literal}{newline}{newline}");
        is_a_line.then(|| Fix::replace(&self.class.at, start..start, lines, told))
    }

    fn namespace(&self) -> Option<Finding> {
        if self.may_be_set("namespace") {
            return None;
        }
        let known = |foreign| !matches!(foreign, Foreign::Other | Foreign::Extension | Foreign::WebApp);
        match along(self.line, |class| class.attributes.get("namespace"), known) {
            Search::Found(_, ancestor) if self.is_changed_before(ancestor) => None,
            Search::Found(attribute, ancestor) => {
                let Ancestor::Own(owner, _) = ancestor else { return None };
                let namespace = text(self.subject, owner, attribute)?;
                if namespace == GROUP {
                    return None;
                }
                let class = ancestor.class()?;
                let inherits = self
                    .line
                    .iter()
                    .any(|ancestor| matches!(ancestor, Ancestor::Foreign(Foreign::Extension | Foreign::WebApp)));
                let fix = (self.subject.is_project && inherits)
                    .then(|| removal(owner, class, attribute))
                    .flatten();
                let at = Place::new(&class.at.text, attribute.statement.clone());
                let message = format!(
                    "the class `{}` is in the namespace `{namespace}`, and LocalStack loads `{GROUP}` only",
                    class.name
                );
                Some(
                    Finding::error(Code::NamespaceChanged, message)
                        .at(&at)
                        .hint("remove `namespace`: `Extension` has the right one")
                        .fix(fix),
                )
            }
            Search::Absent => Some(
                Finding::error(
                    Code::NamespaceChanged,
                    format!("the class `{}` has no `namespace`", self.class.name),
                )
                .at(&self.class.at)
                .hint("derive it from `localstack.extensions.api.Extension`, which has it"),
            ),
            Search::Unsure => None,
        }
    }

    fn constructor(&self) -> Option<Finding> {
        // Of those that are known, each may be made without arguments.
        let known = |foreign| foreign != Foreign::Other;
        let Search::Found(method, ancestor) = along(self.line, |class| class.methods.get("__init__"), known) else {
            return None;
        };
        let required = &method.required;
        let makes_itself = |ancestor: &Ancestor| {
            ancestor
                .class()
                .is_some_and(|class| class.methods.contains_key("__new__"))
        };
        if self.is_changed_before(ancestor) || self.may_be_set("__init__") || self.line.iter().any(makes_itself) {
            return None;
        }
        (!required.is_empty() && method.is_plain).then(|| {
            let class = ancestor.class().map_or("", |class| &class.name);
            let names: Vec<String> = required.iter().map(|name| format!("`{name}`")).collect();
            Finding::error(
                Code::ConstructorArguments,
                format!("`{class}` cannot be made without {}", names.join(", ")),
            )
            .at(&method.at)
            .hint("LocalStack gives nothing: let every parameter of __init__ have a default")
        })
    }

    fn load(&self) -> Option<Finding> {
        let known = |foreign| foreign != Foreign::Other;
        let Search::Found(method, ancestor) = along(self.line, |class| class.methods.get("load"), known) else {
            return None;
        };
        let class = ancestor.class().map_or("", |class| &class.name);
        let message = match method.is_plain && method.returns == Returns::Nothing {
            true => format!("`{class}.load` does not return the extension"),
            false => format!("`{class}` overrides `load`, which is not meant to be"),
        };
        let hint = "LocalStack expects the extension itself of `load`: remove it, and use `on_extension_load`";
        Some(
            Finding::warning(Code::LoadOverridden, message)
                .at(&method.at)
                .hint(hint),
        )
    }
}

/// A text, or the constant of a module that stands for one.
pub(super) fn text(subject: &Subject<'_>, source: &Rc<Source>, attribute: &Attribute) -> Option<String> {
    match &attribute.value.literal {
        Literal::Text(text) => Some(text.clone()),
        Literal::Name(name) if source.module.rebound.contains(name) => None,
        Literal::Name(name) => match subject.code.meant(source, name) {
            Meant::Value(_, value) => value.text().map(str::to_string),
            _ => None,
        },
        _ => None,
    }
}

/// Removes the lines of a statement, where it has them for itself and the class keeps another one.
fn removal(owner: &Source, class: &Class, attribute: &Attribute) -> Option<Fix> {
    let text = &class.at.text.content;
    let statement = &attribute.statement;
    // Nothing else is set there, and nobody else reads it.
    let targets = text.get(statement.start..attribute.value.range.start)?;
    let is_only = targets.starts_with("namespace") && targets.matches('=').count() == 1;
    if !is_only || owner.module.loose.count("namespace") != 1 {
        return None;
    }
    let start = text[..statement.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[statement.end..]
        .find('\n')
        .map_or(text.len(), |newline| statement.end + newline + 1);
    let behind = text[statement.end..end].trim();
    let goes_on = text[..start].trim_end_matches(['\r', '\n']).ends_with('\\');
    let before = text[start..statement.start].trim();
    let is_alone = before.is_empty() && !goes_on && (behind.is_empty() || behind.starts_with('#'));
    is_alone.then(|| Fix {
        file: class.at.text.path.clone().into(),
        was: text.clone(),
        edits: vec![Edit {
            range: start..end,
            text: String::new(),
        }],
        told: format!("removed `namespace` from the class `{}`", class.name),
    })
}
