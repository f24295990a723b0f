//! Jinja2's filters that look at what is in the values of a row.

use std::collections::HashSet;

use minijinja::value::Kwargs;
use minijinja::{Error, State, Value};

use super::arguments::{Arguments, flag, given};
use super::checks;
use super::compare;
use super::dict::Key;
use super::lists::without_case;
use super::lookup;
use super::sequence::{Sequence, Shape};
use super::value::{defined, fail, is_defined, items, text, truth};

type Filtered = Result<Value, Error>;

/// Gets `address.city` or `0.name` of values.
pub(super) struct Getter {
    path: Vec<Value>,
    default: Option<Value>,
    folds_case: bool,
}

impl Getter {
    pub(super) fn of(attribute: Option<&Value>) -> Result<Getter, Error> {
        let path = match attribute {
            None => Vec::new(),
            Some(attribute) => match defined(attribute)?.as_str() {
                Some(path) => path.split('.').map(part).collect(),
                None if attribute.is_none() => Vec::new(),
                None => vec![attribute.clone()],
            },
        };
        Ok(Getter {
            path,
            default: None,
            folds_case: false,
        })
    }

    fn or(self, default: Option<Value>) -> Getter {
        let default = given(default);
        Getter { default, ..self }
    }

    fn with_case(self, case_sensitive: bool) -> Getter {
        let folds_case = !case_sensitive;
        Getter { folds_case, ..self }
    }

    pub(super) fn get(&self, value: &Value) -> Filtered {
        let mut value = value.clone();
        for part in &self.path {
            value = lookup::item(&value, part)?;
            if let (true, Some(default)) = (value.is_undefined(), &self.default) {
                value = default.clone();
            }
        }
        Ok(if self.folds_case { without_case(&value) } else { value })
    }
}

fn part(part: &str) -> Value {
    let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match part.parse::<i64>() {
        Ok(number) if is_number => Value::from(number),
        _ => Value::from(part),
    }
}

pub(super) fn default(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [default, boolean] = Arguments::of(args).bind("default", ["default_value", "boolean"], 0)?;
    let replaces = !is_defined(value) || flag(boolean.as_ref())? && !value.is_true();
    Ok(match replaces {
        true => default.unwrap_or_else(|| Value::from("")),
        false => value.clone(),
    })
}

pub(super) fn attr(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [name] = Arguments::of(args).bind("attr", ["name"], 1)?;
    lookup::only_attribute(value, text(&name.unwrap_or_default())?)
}

pub(super) fn map(state: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    Ok(Sequence::generator(|mapped| map_into(mapped, state, value, args)))
}

fn map_into(mapped: &mut Vec<Value>, state: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Result<(), Error> {
    if !truth(value)? {
        return Ok(());
    }
    let arguments = Arguments::of(args);
    match arguments.positional.split_first() {
        None if arguments.named.iter().any(|(name, _)| name == "attribute") => {
            let [attribute, default] = arguments.bind("map", ["attribute", "default"], 1)?;
            let getter = Getter::of(attribute.as_ref())?.or(default);
            for item in items(value)? {
                mapped.push(getter.get(&item)?);
            }
        }
        None => return fail("map requires a filter argument"),
        Some((filter, rest)) => {
            let filter = text(filter)?;
            let mut args = vec![Value::UNDEFINED];
            args.extend_from_slice(rest);
            if !arguments.named.is_empty() {
                args.push(Value::from(Kwargs::from_iter(arguments.named.iter().cloned())));
            }
            for item in items(value)? {
                args[0] = item;
                mapped.push(state.apply_filter(filter, &args)?);
            }
        }
    }
    Ok(())
}

fn selected(value: &Value, args: &[Value], wanted: bool, by_attribute: bool) -> Filtered {
    Ok(Sequence::generator(|selected| {
        if !truth(value)? {
            return Ok(());
        }
        let (getter, args) = match (by_attribute, args.split_first()) {
            (true, None) => return fail("Missing parameter for attribute name"),
            (true, Some((attribute, rest))) => (Getter::of(Some(attribute))?, rest),
            (false, _) => (Getter::of(None)?, args),
        };
        let test = args.split_first().filter(|(name, _)| !name.is_kwargs());
        for item in items(value)? {
            let tested = getter.get(&item)?;
            let holds = match test {
                Some((name, args)) => checks::holds(text(name)?, &tested, args)?,
                None => truth(&tested)?,
            };
            if holds == wanted {
                selected.push(item);
            }
        }
        Ok(())
    }))
}

pub(super) fn select(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    selected(value, args, true, false)
}

pub(super) fn reject(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    selected(value, args, false, false)
}

pub(super) fn selectattr(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    selected(value, args, true, true)
}

pub(super) fn rejectattr(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    selected(value, args, false, true)
}

pub(super) fn sort(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let names = ["reverse", "case_sensitive", "attribute"];
    let [reverse, case_sensitive, attribute] = Arguments::of(args).bind("sort", names, 0)?;
    let case_sensitive = flag(case_sensitive.as_ref())?;
    let paths = match attribute.as_ref().and_then(Value::as_str) {
        Some(paths) => paths.split(',').map(Value::from).collect(),
        None => vec![attribute.unwrap_or_else(|| Value::from(()))],
    };
    let getters = paths
        .iter()
        .map(|path| Ok(Getter::of(Some(path))?.with_case(case_sensitive)));
    let getters = getters.collect::<Result<Vec<_>, Error>>()?;
    let items = items(value)?;
    let mut keys = Vec::new();
    for item in &items {
        let key = getters
            .iter()
            .map(|getter| getter.get(item))
            .collect::<Result<_, _>>()?;
        keys.push(Sequence::list(key));
    }
    let places = compare::sorted(&keys, flag(reverse.as_ref())?)?;
    Ok(Sequence::list(
        places.into_iter().map(|place| items[place].clone()).collect(),
    ))
}

pub(super) fn unique(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let names = ["case_sensitive", "attribute"];
    let [case_sensitive, attribute] = Arguments::of(args).bind("unique", names, 0)?;
    Ok(Sequence::generator(|unique| {
        let getter = Getter::of(attribute.as_ref())?.with_case(flag(case_sensitive.as_ref())?);
        let mut seen = HashSet::new();
        for item in items(value)? {
            if seen.insert(Key::of(&getter.get(&item)?)?) {
                unique.push(item);
            }
        }
        Ok(())
    }))
}

fn extreme(name: &str, value: &Value, args: &[Value]) -> Filtered {
    let names = ["case_sensitive", "attribute"];
    let [case_sensitive, attribute] = Arguments::of(args).bind(name, names, 0)?;
    let getter = Getter::of(attribute.as_ref())?.with_case(flag(case_sensitive.as_ref())?);
    let operator = if name == "min" { "<" } else { ">" };
    let mut best: Option<(Value, Value)> = None;
    for item in items(value)? {
        let key = getter.get(&item)?;
        let is_better = match &best {
            Some((_, known)) => compare::apply(operator, &key, known)?,
            None => true,
        };
        if is_better {
            best = Some((item, key));
        }
    }
    Ok(best.map_or(Value::UNDEFINED, |(item, _)| item))
}

pub(super) fn min(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    extreme("min", value, args)
}

pub(super) fn max(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    extreme("max", value, args)
}

pub(super) fn groupby(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let names = ["attribute", "default", "case_sensitive"];
    let [attribute, default, case_sensitive] = Arguments::of(args).bind("groupby", names, 1)?;
    let getter = |case_sensitive| {
        Ok::<_, Error>(
            Getter::of(attribute.as_ref())?
                .or(default.clone())
                .with_case(case_sensitive),
        )
    };
    let (key, shown) = (getter(flag(case_sensitive.as_ref())?)?, getter(true)?);
    let items = items(value)?;
    let keys = items.iter().map(|item| key.get(item)).collect::<Result<Vec<_>, _>>()?;
    let mut groups: Vec<(usize, Vec<Value>)> = Vec::new();
    for place in compare::sorted(&keys, false)? {
        match groups.last_mut() {
            Some((first, group)) if compare::equal(&keys[*first], &keys[place])? => group.push(items[place].clone()),
            _ => groups.push((place, vec![items[place].clone()])),
        }
    }
    let groups = groups.into_iter().map(|(first, group)| {
        let grouper = shown.get(&items[first])?;
        Ok(Sequence::value(Shape::Group, vec![grouper, Sequence::list(group)]))
    });
    groups.collect::<Result<_, Error>>().map(Sequence::list)
}
