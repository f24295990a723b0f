//! `setup.cfg` and `entry_points.txt` as Python's configparser reads them, with the place of every value.

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use crate::extension::text::{Declared, Place, Text};
use crate::limits::MOST_FAULTS;

/// An option and the lines of its value.
pub(crate) struct Entry {
    pub section: String,
    pub key: String,
    /// The place of the key.
    pub at: Place,
    /// Every line of the value that is not empty, without the blanks around it.
    pub lines: Vec<Declared>,
}

impl Entry {
    /// The value as one text, its lines joined.
    pub(crate) fn joined(&self) -> Declared {
        let text = &self.at.text;
        match &self.lines[..] {
            [] => Declared::new("", text, self.at.range.clone()),
            [one] => one.clone(),
            [first, .., last] => {
                let lines: Vec<&str> = self.lines.iter().map(|line| line.value.as_str()).collect();
                Declared::new(lines.join("\n"), text, first.at.range.start..last.at.range.end)
            }
        }
    }
}

pub(crate) struct Ini {
    pub entries: Vec<Entry>,
    /// Sections in their order, with the place behind their line.
    pub sections: Vec<(String, usize)>,
    /// What configparser refuses: its place and why.
    pub faults: Vec<(Place, String)>,
}

impl Ini {
    pub(crate) fn parse(text: &Rc<Text>) -> Ini {
        let mut reader = Reader {
            text,
            ini: Ini {
                entries: Vec::new(),
                sections: Vec::new(),
                faults: Vec::new(),
            },
            is_open: false,
            indent: 0,
            seen_sections: BTreeSet::new(),
            seen_keys: BTreeSet::new(),
        };
        let mut start = 0;
        for line in text.content.split_inclusive('\n') {
            reader.line(line, start);
            start += line.len();
        }
        reader.ini
    }

    #[cfg(test)]
    fn get(&self, section: &str, key: &str) -> Option<&Entry> {
        self.section(section).find(|entry| entry.key == key)
    }

    pub(crate) fn section(&self, section: &str) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.section == section)
    }
}

struct Reader<'a> {
    text: &'a Rc<Text>,
    ini: Ini,
    /// The last option may go on in the next line.
    is_open: bool,
    /// Of the last option.
    indent: usize,
    seen_sections: BTreeSet<&'a str>,
    /// With their sections.
    seen_keys: BTreeSet<(String, &'a str)>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str, start: usize) {
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            return;
        }
        let content_start = start + line.len() - line.trim_start().len();
        let indent = content_start - start;
        let range = content_start..content_start + content.len();
        if self.is_open && indent > self.indent {
            let declared = Declared::new(content, self.text, range);
            self.ini
                .entries
                .last_mut()
                .into_iter()
                .for_each(|entry| entry.lines.push(declared.clone()));
            return;
        }
        self.indent = indent;
        self.is_open = false;
        match content.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((section, _)) => self.section(section, start + line.len(), range),
            None => self.option(content, range),
        }
    }

    fn section(&mut self, name: &'a str, end: usize, range: Range<usize>) {
        if !self.seen_sections.insert(name) {
            self.fault(range, format!("the section [{name}] is there twice"));
        }
        self.ini.sections.push((name.to_string(), end));
    }

    fn option(&mut self, content: &'a str, range: Range<usize>) {
        let Some((section, _)) = self.ini.sections.last().cloned() else {
            return self.fault(range, "this line is in no section".into());
        };
        let Some(separator) = content.find(['=', ':']) else {
            return self.fault(range, "this line is neither a section nor `key = value`".into());
        };
        let key = content[..separator].trim_end();
        if key.is_empty() {
            return self.fault(range, "the key is missing".into());
        }
        let at = Place::new(self.text, range.start..range.start + key.len());
        if !self.seen_keys.insert((section.clone(), key)) {
            self.fault(range.clone(), format!("`{key}` is there twice"));
        }
        let value = content[separator + 1..].trim_start();
        let mut lines = Vec::new();
        if !value.is_empty() {
            lines.push(Declared::new(value, self.text, range.end - value.len()..range.end));
        }
        self.is_open = true;
        self.ini.entries.push(Entry {
            section,
            key: key.to_string(),
            at,
            lines,
        });
    }

    fn fault(&mut self, range: Range<usize>, why: String) {
        if self.ini.faults.len() >= MOST_FAULTS {
            return;
        }
        self.ini.faults.push((Place::new(self.text, range), why));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(content: &str) -> Ini {
        Ini::parse(&Rc::new(Text {
            path: "setup.cfg".into(),
            content: content.into(),
        }))
    }

    #[test]
    fn values_go_on_in_deeper_lines() {
        let ini = parsed("[metadata]\nname: a ; b\n[options]\n# c\nx =\n    one\n    # no\n\n    two = 3\ny = z\n");
        assert_eq!(ini.get("metadata", "name").unwrap().joined().value, "a ; b");
        let x = ini.get("options", "x").unwrap();
        assert_eq!(x.joined().value, "one\ntwo = 3");
        assert_eq!((x.lines[1].at.line(), x.lines[1].at.column()), (9, 5));
        assert_eq!(x.lines[1].raw().map(|range| &x.at.text.content[range]), Some("two = 3"));
        assert_eq!(ini.get("options", "y").unwrap().joined().value, "z");
        assert!(ini.faults.is_empty());
    }

    #[test]
    fn what_configparser_refuses_is_told() {
        for (content, line, why) in [
            ("x = 1\n", 1, "this line is in no section"),
            ("[a]\nx\n", 2, "this line is neither a section nor `key = value`"),
            ("[a]\nx = 1\nx = 2\n", 3, "`x` is there twice"),
            ("[a]\n[a]\n", 2, "the section [a] is there twice"),
            ("[a]\n= 1\n", 2, "the key is missing"),
        ] {
            let ini = parsed(content);
            let told: Vec<_> = ini.faults.iter().map(|(at, why)| (at.line(), why.as_str())).collect();
            assert_eq!(told, [(line, why)], "{content}");
        }
    }
}
