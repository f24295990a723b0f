//! A file's text with its path, so that what is said of it can say where.

use std::ops::Range;
use std::rc::Rc;

/// A text file of a project or of a built distribution.
#[derive(Debug, PartialEq, Eq)]
pub struct Text {
    /// From the root, with `/` between the parts.
    pub path: String,
    pub content: String,
}

/// Where something stands: what a person is told, and what a program can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub text: Rc<Text>,
    /// Bytes of the text.
    pub range: Range<usize>,
}

impl Place {
    pub fn new(text: &Rc<Text>, range: Range<usize>) -> Place {
        Place {
            text: Rc::clone(text),
            range,
        }
    }

    /// The beginning of the file.
    pub fn top(text: &Rc<Text>) -> Place {
        Place::new(text, 0..0)
    }

    fn before(&self) -> &str {
        self.text.content.get(..self.range.start).unwrap_or_default()
    }

    /// From 1.
    pub fn line(&self) -> usize {
        self.before().bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    /// In characters, from 1.
    pub fn column(&self) -> usize {
        let before = self.before();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        before[start..].chars().count() + 1
    }
}

/// A value that a file declares, and where it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    pub value: String,
    pub at: Place,
}

impl Declared {
    pub fn new(value: impl Into<String>, text: &Rc<Text>, range: Range<usize>) -> Declared {
        Declared {
            value: value.into(),
            at: Place::new(text, range),
        }
    }

    /// Exactly the bytes of the value, where it is written as it is meant: those may be replaced.
    pub fn raw(&self) -> Option<Range<usize>> {
        if self.value.is_empty() {
            return None;
        }
        let written = self.at.text.content.get(self.at.range.clone())?;
        let start = self.at.range.start + written.find(&self.value)?;
        let is_quoted = written.len() <= self.value.len() + 2;
        is_quoted.then(|| start..start + self.value.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_and_bytes_of_values_are_exact() {
        let text = Rc::new(Text {
            path: "a".into(),
            content: "ü = 1\nßx = 'value'\n".into(),
        });
        let start = text.content.find("'value'").unwrap();
        let value = Declared::new("value", &text, start..start + 7);
        assert_eq!((value.at.line(), value.at.column()), (2, 6));
        assert_eq!(value.raw(), Some(start + 1..start + 6));
        let escaped = Declared::new("other", &text, start..start + 7);
        assert_eq!(escaped.raw(), None);
        assert_eq!((Place::new(&text, 900..901).line(), Place::top(&text).column()), (1, 1));
    }
}
