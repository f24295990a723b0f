//! Python's `range`: numbers that are made when they are asked for.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, Value};

use super::print;
use super::value::{fail, int, whole};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub start: i128,
    pub stop: i128,
    pub step: i128,
}

impl Range {
    pub(super) fn of(args: &[Value]) -> Result<Range, Error> {
        let numbers = args.iter().map(whole).collect::<Result<Vec<_>, _>>()?;
        let (start, stop, step) = match numbers[..] {
            [stop] => (0, stop, 1),
            [start, stop] => (start, stop, 1),
            [start, stop, step] => (start, stop, step),
            _ => return fail("range takes one to three numbers"),
        };
        let limit = i128::from(i64::MAX);
        if [start, stop, step].iter().any(|number| number.abs() > limit) {
            return fail("a number of the range is too large");
        }
        match step {
            0 => fail("range() arg 3 must not be zero"),
            _ => Ok(Range { start, stop, step }),
        }
    }

    pub(super) fn len(&self) -> usize {
        let distance = match self.step > 0 {
            true => self.stop - self.start,
            false => self.start - self.stop,
        };
        let step = self.step.abs();
        let count = (distance.max(0) + step - 1) / step;
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    pub(super) fn sliced(&self, [from, to, step]: [i128; 3]) -> Range {
        let limit = i128::from(i64::MAX);
        Range {
            start: self.start + self.step * from,
            stop: self.start + self.step * to,
            step: self.step.saturating_mul(step).clamp(-limit, limit),
        }
    }

    pub(super) fn at(&self, index: usize) -> Option<Value> {
        (index < self.len()).then(|| int(self.start + self.step * index as i128))
    }

    pub(super) fn iter(self) -> impl ExactSizeIterator<Item = Value> + Send + Sync {
        // Longer ones end with the fuel.
        (0..self.len().min(i32::MAX as usize) as i32).map(move |index| int(self.start + self.step * i128::from(index)))
    }

    pub(super) fn contains(&self, number: i128) -> bool {
        let inside = match self.step > 0 {
            true => self.start <= number && number < self.stop,
            false => self.stop < number && number <= self.start,
        };
        inside && (number - self.start) % self.step == 0
    }
}

impl Object for Range {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Iterable
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.at(key.as_usize()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        match name {
            "start" => Some(int(self.start)),
            "stop" => Some(int(self.stop)),
            "step" => Some(int(self.step)),
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Iter(Box::new(Range::iter(**self)))
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.len())
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print::str(&Value::from_dyn_object(self.clone())))
    }
}
