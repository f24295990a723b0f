//! Arguments as Python binds them to the names of a function's parameters.

use minijinja::value::Kwargs;
use minijinja::{Error, Value};

use super::value::{fail, truth};

pub(super) struct Arguments {
    pub positional: Vec<Value>,
    pub named: Vec<(String, Value)>,
}

impl Arguments {
    /// The named ones come last, as one value.
    pub(super) fn of(values: &[Value]) -> Arguments {
        let (positional, kwargs) = match values.split_last() {
            Some((last, before)) if last.is_kwargs() => (before, Kwargs::try_from(last.clone()).ok()),
            _ => (values, None),
        };
        let mut named = Vec::new();
        if let Some(kwargs) = kwargs {
            for name in kwargs.args() {
                if let Ok(value) = kwargs.peek::<Value>(name) {
                    named.push((name.to_string(), value));
                }
            }
        }
        Arguments {
            positional: positional.to_vec(),
            named,
        }
    }

    /// The values of the parameters; the first `required` are there.
    pub(super) fn bind<const N: usize>(
        self,
        function: &str,
        names: [&str; N],
        required: usize,
    ) -> Result<[Option<Value>; N], Error> {
        let mut bound = [const { None }; N];
        if self.positional.len() > N {
            return fail(format!("{function} takes at most {N} arguments"));
        }
        for (place, value) in bound.iter_mut().zip(self.positional) {
            *place = Some(value);
        }
        for (name, value) in self.named {
            match names.iter().position(|known| *known == name) {
                Some(place) if bound[place].is_none() => bound[place] = Some(value),
                Some(_) => return fail(format!("{function} got two values for '{name}'")),
                None => return fail(format!("{function} got an unexpected argument '{name}'")),
            }
        }
        match bound.iter().take(required).position(Option::is_none) {
            Some(missing) => fail(format!("{function} misses its argument '{}'", names[missing])),
            None => Ok(bound),
        }
    }
}

/// Whether an option is there and true.
pub(super) fn flag(option: Option<&Value>) -> Result<bool, Error> {
    option.map_or(Ok(false), truth)
}

/// An option that is there and not `None`.
pub(super) fn given(option: Option<Value>) -> Option<Value> {
    option.filter(|value| !value.is_none())
}
