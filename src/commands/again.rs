//! The command line as it was typed with a word or two changed, to be typed again.

use std::borrow::Cow;
use std::path::Path;

use clap::CommandFactory;

use super::dev::new::WELL_KNOWN;
use super::source;
use crate::Session;
use crate::cli::Cli;
use crate::scaffold::manifest::Manifest;

mod words;

use words::Word;

/// What the commands call the argument that names a template; it may hold a password.
pub const TEMPLATE: &str = "template";

/// What stands for an answer that is not shown. Typed again it is seen to be none, unlike `(hidden)`.
const VALUE: &str = "VALUE";

pub struct Again<'a> {
    words: Vec<Word>,
    /// Tells which answers are secret; all may be where it is not known.
    manifest: Option<&'a Manifest>,
}

impl<'a> Again<'a> {
    /// `manifest` is that of the template, once it is loaded.
    pub fn of(session: &Session, manifest: Option<&'a Manifest>) -> Self {
        let typed = session.argv.iter().skip(1);
        let words = words::of(Cli::command(), typed.map(|word| word.to_string_lossy().into_owned()));
        Again { words, manifest }
    }

    /// Whether this argument was given.
    pub fn has(&self, argument: &str) -> bool {
        self.words.iter().any(|word| word.is_of(argument))
    }

    /// With another value of an argument that is told by its place; behind all others where it was not given.
    #[must_use]
    pub fn with(mut self, argument: &str, value: &str) -> Self {
        if !self.replaced(argument, value) {
            self.words.push(Word::value(argument, value));
        }
        self
    }

    /// With another value of an option that is called as its argument is.
    #[must_use]
    pub fn with_option(mut self, option: &str, value: &str) -> Self {
        if !self.replaced(option, value) {
            let place = self.words.iter().position(Word::ends_options);
            let place = place.unwrap_or(self.words.len());
            let added = [Word::plain(format!("--{option}")), Word::value(option, value)];
            self.words.splice(place..place, added);
        }
        self
    }

    fn replaced(&mut self, argument: &str, value: &str) -> bool {
        let word = self.words.iter_mut().rfind(|word| word.is_of(argument));
        word.map(|word| value.clone_into(&mut word.value)).is_some()
    }

    /// As it has to be typed in a shell, without credentials and secret answers.
    pub fn text(&self) -> String {
        let words = self
            .words
            .iter()
            .map(|word| format!("{}{}", word.before, self.shown(word)));
        let words: Vec<String> = words.map(|word| shell_words::quote(&word).into_owned()).collect();
        format!("lstk-extensions {}", words.join(" "))
    }

    fn shown<'b>(&self, word: &'b Word) -> Cow<'b, str> {
        match word.argument.as_deref() {
            Some(TEMPLATE) => source::shown(&word.value).into(),
            Some("data") => match word.value.split_once('=') {
                Some((key, _)) if self.may_be_secret(key.trim()) => format!("{key}={VALUE}").into(),
                _ => Cow::from(&word.value),
            },
            Some(key) if WELL_KNOWN.contains(&key) && self.may_be_secret(key) => VALUE.into(),
            // Other answers stay as they were given, or the command would make another project.
            _ => Cow::from(&word.value),
        }
    }

    fn may_be_secret(&self, key: &str) -> bool {
        self.manifest
            .is_none_or(|manifest| manifest.secret.iter().any(|secret| secret == key))
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
