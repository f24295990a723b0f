//! Patterns of `_copy_without_render`: `fnmatch` of Python, in which `*` and `?` take a `/` like any other character.
//!
//! A match takes time in proportion to the lengths of pattern and name multiplied, whatever the pattern.

use std::iter::Peekable;

pub struct Pattern {
    items: Vec<Item>,
}

enum Item {
    /// `*`: any characters, or none.
    Run,
    /// `?`
    Any,
    Literal(char),
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Item {
    fn takes(&self, found: char) -> bool {
        match self {
            Item::Run => false,
            Item::Any => true,
            Item::Literal(literal) => *literal == found,
            Item::Set { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&found)) != *negated
            }
        }
    }
}

impl Pattern {
    pub fn new(pattern: &str) -> Self {
        let chars: Vec<char> = pattern.chars().collect();
        let mut items = Vec::new();
        // Where there is no `]` from one place on there is none further on either.
        let mut can_close = true;
        let mut at = 0;
        while let Some(&char) = chars.get(at) {
            at += 1;
            match char {
                '*' if matches!(items.last(), Some(Item::Run)) => {}
                '*' => items.push(Item::Run),
                '?' => items.push(Item::Any),
                '[' if can_close => match closing(&chars, at) {
                    Some(end) => {
                        items.push(set(&chars[at..end]));
                        at = end + 1;
                    }
                    None => {
                        can_close = false;
                        items.push(Item::Literal('['));
                    }
                },
                _ => items.push(Item::Literal(char)),
            }
        }
        Pattern { items }
    }

    pub fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        let (mut item, mut at) = (0, 0);
        // Behind the last `*`: the item there, and where in the name it was tried last.
        let mut again: Option<(usize, usize)> = None;
        while at < name.len() {
            match self.items.get(item) {
                Some(Item::Run) => {
                    item += 1;
                    again = Some((item, at));
                }
                Some(other) if other.takes(name[at]) => {
                    item += 1;
                    at += 1;
                }
                _ => {
                    let Some((behind, tried)) = again else { return false };
                    item = behind;
                    at = tried + 1;
                    again = Some((behind, at));
                }
            }
        }
        self.items[item..].iter().all(|item| matches!(item, Item::Run))
    }
}

/// Where the `]` is that ends the set that begins at `start`; one that comes first belongs to the set.
fn closing(chars: &[char], start: usize) -> Option<usize> {
    let mut first = start;
    if chars.get(first) == Some(&'!') {
        first += 1;
    }
    if chars.get(first) == Some(&']') {
        first += 1;
    }
    let length = chars.get(first..)?.iter().position(|char| *char == ']')?;
    Some(first + length)
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Char(char),
    /// A hyphen between the ends of a range.
    To,
}

/// What stands between the brackets. Ranges that run backwards are taken out first, and only then is looked whether a
/// `!` comes first: that is Python's order, and `[z-a!b]` shows it.
fn set(inside: &[char]) -> Item {
    let mut parts = parts(inside);
    let negated = parts.first() == Some(&Part::Char('!'));
    if negated {
        parts.remove(0);
    }
    let mut ranges = Vec::new();
    let mut parts = parts.into_iter().peekable();
    while let Some(part) = parts.next() {
        let low = literal(part);
        let high = range_end(&mut parts).unwrap_or(low);
        ranges.push((low, high));
    }
    Item::Set { negated, ranges }
}

fn range_end(parts: &mut Peekable<impl Iterator<Item = Part>>) -> Option<char> {
    parts.next_if_eq(&Part::To)?;
    parts.next().map(literal)
}

fn literal(part: Part) -> char {
    match part {
        Part::Char(char) => char,
        Part::To => '-',
    }
}

fn parts(inside: &[char]) -> Vec<Part> {
    let mut chunks: Vec<Vec<char>> = Vec::new();
    let mut start = 0;
    let mut from = if inside.first() == Some(&'!') { 2 } else { 1 };
    while let Some(length) = inside
        .get(from..)
        .and_then(|rest| rest.iter().position(|char| *char == '-'))
    {
        let hyphen = from + length;
        chunks.push(inside[start..hyphen].to_vec());
        start = hyphen + 1;
        from = hyphen + 3;
    }
    match (chunks.last_mut(), &inside[start..]) {
        (Some(last), []) => last.push('-'),
        (_, rest) => chunks.push(rest.to_vec()),
    }
    // From the last to the first, as each one taken out changes what is before it.
    let mut joined: Vec<Vec<char>> = Vec::new();
    for mut chunk in chunks.into_iter().rev() {
        match joined.last_mut() {
            Some(next) if chunk.last() > next.first() => {
                chunk.pop();
                chunk.extend(next.drain(1..));
                *next = chunk;
            }
            _ => joined.push(chunk),
        }
    }
    let mut parts = Vec::new();
    for (index, chunk) in joined.iter().rev().enumerate() {
        if index > 0 {
            parts.push(Part::To);
        }
        parts.extend(chunk.iter().map(|char| Part::Char(*char)));
    }
    parts
}
