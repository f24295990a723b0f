//! The command line as it was typed with a word or two changed, to be typed again.

use std::borrow::Cow;
use std::path::Path;

use super::source;
use crate::Session;

pub struct Again<'a> {
    words: Vec<String>,
    /// What the user calls the template, the one word that may hold a password.
    template: Option<&'a str>,
}

impl<'a> Again<'a> {
    pub fn of(session: &Session, template: Option<&'a str>) -> Self {
        Again {
            words: session.args.clone(),
            template,
        }
    }

    /// With another word in place of the one that was typed, also where that is the end of `--option=typed`; behind all
    /// others where none was typed.
    #[must_use]
    pub fn with(mut self, typed: Option<&str>, other: &str) -> Self {
        let place = |is_it: &dyn Fn(&str, &str) -> bool| {
            let typed = typed?;
            self.words.iter().rposition(|word| is_it(word, typed))
        };
        let whole = place(&|word, typed| word == typed);
        match whole.or_else(|| place(&|word, typed| word.starts_with('-') && word.ends_with(typed))) {
            Some(place) => {
                let word = &mut self.words[place];
                word.truncate(word.len() - typed.unwrap_or_default().len());
                word.push_str(other);
            }
            None => self.words.push(other.to_string()),
        }
        self
    }

    /// As it has to be typed in a shell, without credentials.
    pub fn text(&self) -> String {
        let words = self.words.iter().map(|word| self.shown(word));
        let words: Vec<String> = words.map(|word| shell_words::quote(&word).into_owned()).collect();
        format!("lstk-extensions {}", words.join(" "))
    }

    fn shown<'b>(&self, word: &'b str) -> Cow<'b, str> {
        let named = self.template.filter(|named| !named.is_empty());
        let option = named.and_then(|named| word.strip_suffix(named));
        match (option, named) {
            (Some(option), Some(named)) if option.is_empty() || option.starts_with('-') => {
                Cow::from(format!("{option}{}", source::shown(named)))
            }
            // Answers stay as they were given, or the command would make another project.
            _ => Cow::from(word),
        }
    }
}

/// A path as an argument that no command takes for an option.
pub fn unlike_an_option(path: &Path) -> String {
    let text = path.to_string_lossy();
    match text.starts_with('-') {
        true => format!("./{text}"),
        false => text.into_owned(),
    }
}
