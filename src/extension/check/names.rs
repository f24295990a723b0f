//! Names: by which LocalStack knows an extension, and whether a URL and an import can have them.

use super::Subject;
use super::classes::{Search, name_of, text};
use super::entries::Entry;
use crate::extension::code::{Ancestor, Meant};
use crate::extension::finding::{Code, Finding, Fix};
use crate::extension::python::Literal;
use crate::extension::text::Place;

pub(super) fn check(subject: &Subject<'_>, entries: &[Entry<'_>], findings: &mut Vec<Finding>) {
    let mut told: Vec<(String, Place)> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some((name, at)) = named(subject, entry) else {
            continue;
        };
        let mut earlier = entries[..index].iter();
        match earlier.find_map(|earlier| same(entry, &name, earlier)) {
            Some(same) => findings.push(same),
            None => findings.extend(differs(subject, entry, &name)),
        }
        let named = (name, at);
        // One class may have several entry points.
        if !told.contains(&named) {
            findings.extend(not_url(&named.0, &named.1));
            told.push(named);
        }
    }
}

/// The extension's name, and where it is given.
pub(super) fn named(subject: &Subject<'_>, entry: &Entry<'_>) -> Option<(String, Place)> {
    match &entry.meant {
        Meant::Class(source, class) => {
            let line = subject.code.line(source, class);
            let Search::Found(attribute, Ancestor::Own(owner, _)) = name_of(&line) else {
                return None;
            };
            let at = Place::new(&owner.module.text, attribute.value.range.clone());
            Some((text(subject, owner, attribute)?, at))
        }
        Meant::Value(source, value) => {
            let Literal::Call {
                function, arguments, ..
            } = &value.literal
            else {
                return None;
            };
            let name = arguments.get(1).filter(|_| function.ends_with("PluginSpec"))?;
            Some((
                name.text()?.to_string(),
                Place::new(&source.module.text, name.range.clone()),
            ))
        }
        _ => None,
    }
}

fn differs(subject: &Subject<'_>, entry: &Entry<'_>, name: &str) -> Option<Finding> {
    let declared = &entry.declared.name;
    if declared.value == name {
        return None;
    }
    let is_key = name
        .chars()
        .all(|char| char.is_ascii_alphanumeric() || "-_".contains(char))
        && !name.is_empty();
    let is_free = !subject.distribution.extensions().any(|other| other.name.value == name);
    let range = declared.raw().filter(|_| subject.is_project && is_key && is_free);
    let fix = range.map(|range| {
        let told = format!("renamed the entry point `{}` to `{name}`", declared.value);
        Fix::replace(&declared.at, range, name, told)
    });
    let message = format!(
        "the entry point is called `{}`, and LocalStack knows the extension as `{name}`",
        declared.value
    );
    Some(
        Finding::warning(Code::NameDiffers, message)
            .at(&declared.at)
            .hint(format!(
                "call the entry point `{name}` too: URLs are made of the class's name"
            ))
            .fix(fix),
    )
}

fn not_url(name: &str, at: &Place) -> Option<Finding> {
    let plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    let is_url = !name.is_empty() && name.chars().all(plain) && !name.starts_with('-') && !name.ends_with('-');
    let suggestion = crate::scaffold::naming::slug(name);
    let hint = match suggestion.as_str() {
        "" => "use a-z, 0-9 and `-`".to_string(),
        name => format!("use a-z, 0-9 and `-`: `{name}` would do"),
    };
    (!is_url).then(|| {
        Finding::warning(
            Code::NameNotUrl,
            format!("the name `{name}` cannot be part of every URL and host name"),
        )
        .at(at)
        .hint(hint)
    })
}

fn same(entry: &Entry<'_>, name: &str, other: &Entry<'_>) -> Option<Finding> {
    let first = &other.declared.name.value;
    let at = &entry.declared.name.at;
    let is_one_class = match (entry.class(), other.class()) {
        (Some((a, x)), Some((b, y))) => std::rc::Rc::ptr_eq(a, b) && x == y,
        _ => false,
    };
    if is_one_class {
        return Some(
            Finding::warning(
                Code::SameClass,
                format!("this entry point leads to the same class as `{first}`"),
            )
            .at(at)
            .hint("one extension comes of it; remove one of the two entry points"),
        );
    }
    (other.name.as_deref() == Some(name)).then(|| {
        Finding::error(
            Code::SameName,
            format!("the extension of this entry point is called `{name}`, as that of `{first}` is"),
        )
        .at(at)
        .hint("LocalStack loads only one of a name: give one of the classes another `name`")
    })
}
