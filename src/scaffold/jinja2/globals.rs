//! Jinja2's functions.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use minijinja::value::{Object, ObjectRepr, Rest, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value, functions};

use super::arguments::{Arguments, flag};
use super::dict::Dict;
use super::dict_methods;
use super::range::Range;
use super::value::{fail, size};

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_function("range", |args: Rest<Value>| Range::of(&args).map(Value::from_object));
    environment.add_function("dict", |args: Rest<ValueOrKwargs>| made(args).map(Value::from_object));
    environment.add_function("namespace", |args: Rest<ValueOrKwargs>| {
        let names = ValueOrKwargs::from(Value::from_object(made(args)?));
        functions::namespace(Some(names))
    });
    environment.add_function("cycler", |args: Rest<Value>| match args.is_empty() {
        true => fail("at least one item has to be provided"),
        false => Ok(Value::from_object(Cycler {
            items: args.0,
            place: AtomicUsize::new(0),
        })),
    });
    environment.add_function("joiner", |args: Rest<ValueOrKwargs>| {
        let [separator] = Arguments::of(&args.into_values()).bind("joiner", ["sep"], 0)?;
        Ok::<_, Error>(Value::from_object(Joiner {
            separator: separator.unwrap_or_else(|| Value::from(", ")),
            used: AtomicBool::new(false),
        }))
    });
    environment.add_function("lipsum", |args: Rest<ValueOrKwargs>| lipsum(args));
}

fn made(args: Rest<ValueOrKwargs>) -> Result<Dict, Error> {
    let Arguments { positional, named } = Arguments::of(&args.into_values());
    let dict = Dict::default();
    if positional.len() > 1 {
        return fail("dict expected at most 1 argument");
    }
    dict_methods::update(&dict, positional.first())?;
    for (name, value) in named {
        dict.insert(Value::from(name), value)?;
    }
    Ok(dict)
}

#[derive(Debug)]
struct Cycler {
    items: Vec<Value>,
    place: AtomicUsize,
}

impl Cycler {
    fn current(&self) -> Value {
        let place = self.place.load(Ordering::Relaxed) % self.items.len().max(1);
        self.items.get(place).cloned().unwrap_or_default()
    }
}

impl Object for Cycler {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        (name == "current").then(|| self.current())
    }

    fn call_method(self: &Arc<Self>, _: &mut State<'_, '_>, name: &str, _: &[Value]) -> Result<Value, Error> {
        match name {
            "next" => {
                let current = self.current();
                self.place.fetch_add(1, Ordering::Relaxed);
                Ok(current)
            }
            "reset" => {
                self.place.store(0, Ordering::Relaxed);
                Ok(Value::from(()))
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}

#[derive(Debug)]
struct Joiner {
    separator: Value,
    used: AtomicBool,
}

impl Object for Joiner {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, _: &[Value]) -> Result<Value, Error> {
        Ok(match self.used.swap(true, Ordering::Relaxed) {
            true => self.separator.clone(),
            false => Value::from(""),
        })
    }
}

/// A number below the bound, another one each time.
pub(super) fn random(bound: usize) -> usize {
    let number = RandomState::new().hash_one(0) as usize;
    number.checked_rem(bound).unwrap_or(0)
}

const WORDS: [&str; 24] = [
    "a", "ac", "accumsan", "ad", "aenean", "aliquam", "amet", "ante", "arcu", "at", "bibendum", "dolor", "eget",
    "elit", "erat", "ipsum", "lacus", "lorem", "magna", "nunc", "quis", "sit", "vitae", "volutpat",
];

fn lipsum(args: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let arguments = Arguments::of(&args.into_values());
    let [count, html, least, most] = arguments.bind("lipsum", ["n", "html", "min", "max"], 0)?;
    let html = html.as_ref().map_or(Ok(true), |html| flag(Some(html)))?;
    let bound = |value: Option<Value>, otherwise| value.as_ref().map_or(Ok(otherwise), size);
    let (count, least, most) = (bound(count, 5)?, bound(least, 20)?, bound(most, 100)?);
    if least >= most || count.saturating_mul(most) > 1_000_000 {
        return fail("there is no such amount of text");
    }
    let paragraph = |_| {
        let words = (0..least + random(most - least)).map(|_| WORDS[random(WORDS.len())]);
        let text = words.collect::<Vec<_>>().join(" ") + ".";
        super::letters::capitalized(&text)
    };
    let paragraphs: Vec<String> = (0..count).map(paragraph).collect();
    Ok(match html {
        true => {
            let paragraphs: Vec<String> = paragraphs.iter().map(|text| format!("<p>{text}</p>")).collect();
            Value::from_safe_string(paragraphs.join("\n"))
        }
        false => Value::from(paragraphs.join("\n\n")),
    })
}
