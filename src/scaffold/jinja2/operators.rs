//! The filters that a translated text has instead of Jinja2's operators, and how values are printed.

use std::sync::Arc;

use minijinja::value::{Kwargs, Object, ObjectRepr, Rest, ValueOrKwargs};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, Value, escape_formatter};

use super::arguments::Arguments;
use super::arithmetic;
use super::checks;
use super::compare;
use super::dict::Dict;
use super::lookup;
use super::markup;
use super::print as python;
use super::sequence::{Sequence, Shape};
use super::targets::internal_name;
use super::value::{Kind, MOST, Nothing, defined, fail, items, kind, text, truth};

pub(super) type Filter = fn(&mut State<'_, '_>, &Value, &[Value]) -> Result<Value, Error>;

pub(super) fn add(environment: &mut Environment<'static>, name: &'static str, filter: Filter) {
    environment.add_filter(name, move |state: &mut State, args: Rest<ValueOrKwargs>| {
        let args = args.into_values();
        match args.split_first() {
            Some((value, args)) => filter(state, value, args),
            None => Err(Error::from(ErrorKind::MissingArgument)),
        }
    });
}

pub(super) fn escapes(state: &State<'_, '_>) -> bool {
    !matches!(state.auto_escape(), AutoEscape::None)
}

/// What a tag prints.
pub(super) fn print(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_undefined() {
        return escape_formatter(out, state, value);
    }
    let printed = match escapes(state) {
        true => out.write_str(&markup::escaped(value)),
        false => match kind(value) {
            Kind::Text(text) => out.write_str(text),
            _ => out.write_str(&python::str(value)),
        },
    };
    printed.map_err(Error::from)
}

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_global("__nothing", Value::from_object(Nothing));
    let filters: [(&'static str, Filter); 21] = [
        ("__attribute", |_, value, args| lookup::attribute(value, name(args)?)),
        ("__bounds", |_, value, _| Ok(Value::from_object(Bounds(items(value)?)))),
        ("__calculate", |_, value, args| {
            let mut result = value.clone();
            for (operator, operand) in pairs(args) {
                result = arithmetic::apply(operator, &result, operand)?;
            }
            Ok(result)
        }),
        ("__call", |state, value, args| value.call(state, args)),
        ("__compare", compared),
        ("__concatenate", concatenated),
        ("__dict", |_, value, _| {
            let mut items = items(value)?.into_iter();
            let pairs = std::iter::from_fn(|| Some((items.next()?, items.next()?)));
            Dict::value(pairs)
        }),
        ("__item", |_, value, args| match args.first() {
            Some(key) => match key.downcast_object_ref::<Bounds>() {
                Some(Bounds(bounds)) => match &bounds[..] {
                    [from, to, step] => lookup::slice(value, from, to, step),
                    _ => fail("a slice has three bounds"),
                },
                None => lookup::item(value, key),
            },
            None => Err(Error::from(ErrorKind::MissingArgument)),
        }),
        ("__iterate", |_, value, _| iterated(value)),
        ("__list", |_, value, _| Ok(Sequence::list(items(value)?))),
        ("__macro", catching),
        ("__method", |state, value, args| match args.split_first() {
            Some((name, args)) => defined(value)?.call_method(state, text(name)?, args),
            None => Err(Error::from(ErrorKind::MissingArgument)),
        }),
        ("__name", |state, value, _| {
            let name = text(value)?;
            let found = state.lookup(&internal_name(name)).or_else(|| state.lookup(name));
            Ok(found.unwrap_or(Value::UNDEFINED))
        }),
        ("__negative", |_, value, _| arithmetic::negative(value)),
        ("__not", |_, value, _| Ok(Value::from(!truth(value)?))),
        ("__positive", |_, value, _| arithmetic::positive(value)),
        ("__raw", |_, value, _| {
            Ok(Value::from_safe_string(text(value)?.to_string()))
        }),
        ("__test", |_, value, args| match args.split_first() {
            Some((name, args)) => checks::holds(text(name)?, value, args).map(Value::from),
            None => Err(Error::from(ErrorKind::MissingArgument)),
        }),
        ("__text", |_, value, _| text(value).map(|_| value.clone())),
        ("__truth", |_, value, _| truth(value).map(Value::from)),
        ("__tuple", |_, value, _| Ok(Sequence::tuple(items(value)?))),
    ];
    for (name, filter) in filters {
        add(environment, name, filter);
    }
}

fn name(args: &[Value]) -> Result<&str, Error> {
    args.first()
        .map_or_else(|| Err(Error::from(ErrorKind::MissingArgument)), text)
}

/// Operators with what stands behind them.
fn pairs(args: &[Value]) -> impl Iterator<Item = (&str, &Value)> {
    args.chunks_exact(2)
        .filter_map(|pair| Some((pair[0].as_str()?, &pair[1])))
}

/// `a < b < c`: the first comparison that fails ends it.
fn compared(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Result<Value, Error> {
    let mut left = value;
    for (operator, right) in pairs(args) {
        if !compare::apply(operator, left, right)? {
            return Ok(Value::from(false));
        }
        left = right;
    }
    Ok(Value::from(true))
}

fn concatenated(state: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Result<Value, Error> {
    let is_markup = escapes(state) && std::iter::once(value).chain(args).any(Value::is_safe);
    let mut out = String::new();
    for part in std::iter::once(value).chain(args) {
        match is_markup {
            true => out.push_str(&markup::escaped(defined(part)?)),
            false => out.push_str(&python::str(defined(part)?)),
        }
        if out.len() > MOST {
            return fail("the text is too large");
        }
    }
    Ok(match is_markup {
        true => Value::from_safe_string(out),
        false => Value::from(out),
    })
}

/// What a loop goes through: something that knows how long it is.
fn iterated(value: &Value) -> Result<Value, Error> {
    match kind(value) {
        Kind::Range(_) | Kind::Dict(_) => Ok(value.clone()),
        Kind::Sequence(sequence) if sequence.shape() != Shape::Generator => Ok(value.clone()),
        Kind::Other if value.as_object().is_some() && value.len().is_some() => Ok(value.clone()),
        _ => Ok(Sequence::list(items(value)?)),
    }
}

#[derive(Debug)]
struct Bounds(Vec<Value>);

impl Object for Bounds {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}

/// A macro that takes more than it names, as `varargs` and `kwargs`.
#[derive(Debug)]
struct Catching {
    inner: Value,
    names: Vec<String>,
    varargs: bool,
    kwargs: bool,
}

fn catching(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Result<Value, Error> {
    let caught = name(args)?;
    let names = args.iter().skip(1).filter_map(|name| Some(name.as_str()?.to_string()));
    Ok(Value::from_object(Catching {
        inner: value.clone(),
        names: names.collect(),
        varargs: caught.contains("varargs"),
        kwargs: caught.contains("kwargs"),
    }))
}

impl Object for Catching {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        self.inner.get_attr(name).ok()
    }

    fn call(self: &Arc<Self>, state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        let Arguments { mut positional, named } = Arguments::of(args);
        let rest = positional.split_off(positional.len().min(self.names.len()));
        if !rest.is_empty() && !self.varargs {
            return Err(Error::from(ErrorKind::TooManyArguments));
        }
        let is_passed = |name: &str| !self.kwargs || name == "caller" || self.names.iter().any(|known| known == name);
        let (mut passed, caught): (Vec<_>, Vec<_>) = named.into_iter().partition(|(name, _)| is_passed(name));
        if self.varargs {
            passed.push(("varargs".to_string(), Sequence::tuple(rest)));
        }
        if self.kwargs {
            let caught = caught.into_iter().map(|(name, value)| (Value::from(name), value));
            passed.push(("kwargs".to_string(), Dict::value(caught)?));
        }
        positional.push(Value::from(Kwargs::from_iter(passed)));
        self.inner.call(state, &positional)
    }
}
