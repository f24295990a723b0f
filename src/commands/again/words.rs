//! Which word of a command line is the value of which argument. clap tells values, and not where they were typed.

use clap::{Arg, Command};

/// A word of a command line that was understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// The argument that this word has the value of.
    pub(super) argument: Option<String>,
    /// What stands before the value in the same word, such as `--template=`.
    pub(super) before: String,
    pub(super) value: String,
}

impl Word {
    /// One that is no argument's value: a command, a flag, the name of an option.
    pub(super) fn plain(text: String) -> Self {
        Word {
            argument: None,
            before: text,
            value: String::new(),
        }
    }

    pub(super) fn value(argument: &str, value: &str) -> Self {
        Word::behind(String::new(), argument, value)
    }

    fn behind(before: String, argument: &str, value: &str) -> Self {
        Word {
            argument: Some(argument.to_string()),
            before,
            value: value.to_string(),
        }
    }

    pub(super) fn is_of(&self, argument: &str) -> bool {
        self.argument.as_deref() == Some(argument)
    }

    /// Behind it nothing is an option.
    pub(super) fn ends_options(&self) -> bool {
        self.argument.is_none() && self.before == "--"
    }
}

/// The words behind the program's name, of a command line that clap has accepted.
pub(super) fn of(mut tree: Command, typed: impl Iterator<Item = String>) -> Vec<Word> {
    let mut typed = typed.peekable();
    // Options that every command has are known to each.
    tree.build();
    let mut command = &tree;
    let mut positionals = command.get_positionals();
    let mut words: Vec<Word> = Vec::new();
    let mut options_ended = false;
    while let Some(text) = typed.next() {
        if !options_ended && text.starts_with('-') && text != "-" {
            let (word, awaits) = option(command, text);
            options_ended = word.ends_options();
            words.push(word);
            if let Some(argument) = awaits
                && let Some(value) = typed.next_if(|next| is_value(argument, next))
            {
                words.push(Word::value(argument.get_id().as_str(), &value));
            }
        } else if let Some(found) = command.find_subcommand(&text).filter(|_| !options_ended) {
            command = found;
            positionals = command.get_positionals();
            words.push(Word::plain(text));
        } else {
            words.push(match positionals.next() {
                Some(argument) => Word::value(argument.get_id().as_str(), &text),
                None => Word::plain(text),
            });
        }
    }
    words
}

/// Whether the word behind an option is its value. One that may be left out does not look like an option.
fn is_value(argument: &Arg, word: &str) -> bool {
    let is_needed = argument.get_num_args().is_none_or(|count| count.min_values() > 0);
    is_needed || word == "-" || !word.starts_with('-')
}

/// A word that begins with `-`, and the option whose value is the next one.
fn option(command: &Command, text: String) -> (Word, Option<&Arg>) {
    if let Some(long) = text.strip_prefix("--") {
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        let is_it = |option: &&Arg| {
            let aliases = option.get_all_aliases().unwrap_or_default();
            option.get_long() == Some(name) || aliases.contains(&name)
        };
        return match (command.get_opts().find(is_it), value) {
            (Some(option), Some(value)) => {
                let word = Word::behind(format!("--{name}="), option.get_id().as_str(), value);
                (word, None)
            }
            (option, _) => (Word::plain(text), option),
        };
    }
    // Flags without a value may stand before the option in the same word: `-qtNAME`.
    for (place, short) in text.char_indices().skip(1) {
        let is_it = |option: &&Arg| {
            let aliases = option.get_all_short_aliases().unwrap_or_default();
            option.get_short() == Some(short) || aliases.contains(&short)
        };
        let Some(option) = command.get_opts().find(is_it) else {
            continue;
        };
        let behind = &text[place + short.len_utf8()..];
        let value = behind.strip_prefix('=').unwrap_or(behind);
        if behind.is_empty() {
            return (Word::plain(text), Some(option));
        }
        let before = text[..text.len() - value.len()].to_string();
        return (Word::behind(before, option.get_id().as_str(), value), None);
    }
    (Word::plain(text), None)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use clap::builder::ValueRange;

    use super::*;
    use crate::cli::Cli;

    /// Each value as `argument:before|value`.
    fn values(line: &str) -> Vec<String> {
        let typed = shell_words::split(line).unwrap();
        assert!(
            Cli::command()
                .try_get_matches_from([&["lstk-extensions".to_string()], &typed[..]].concat())
                .is_ok(),
            "{line}"
        );
        let words = of(Cli::command(), typed.clone().into_iter());
        let same: Vec<String> = words
            .iter()
            .map(|word| format!("{}{}", word.before, word.value))
            .collect();
        assert_eq!(same, typed);
        let values = words.iter().filter_map(|word| {
            let argument = word.argument.as_ref()?;
            Some(format!("{argument}:{}|{}", word.before, word.value))
        });
        values.collect()
    }

    #[test]
    fn every_spelling_of_an_argument_is_found() {
        for (line, expected) in [
            ("dev new", &[][..]),
            ("--json dev new a", &["path:|a"]),
            ("dev new new", &["path:|new"]),
            ("dev new basic --template basic", &["path:|basic", "template:|basic"]),
            ("dev new -t a b", &["template:|a", "path:|b"]),
            ("dev new -ta -q b", &["template:-t|a", "path:|b"]),
            ("dev new -qt=a b", &["template:-qt=|a", "path:|b"]),
            ("dev new -qt a b", &["template:|a", "path:|b"]),
            ("dev new -t= b", &["template:-t=|", "path:|b"]),
            ("dev new --template= b", &["template:--template=|", "path:|b"]),
            ("dev new --template=a=b", &["template:--template=|a=b"]),
            ("dev new -d k=v -dk=v", &["data:|k=v", "data:-d|k=v"]),
            ("dev new --data=k=v --data k=v", &["data:--data=|k=v", "data:|k=v"]),
            (
                "dev new --version=1 --email a@b",
                &["version:--version=|1", "email:|a@b"],
            ),
            ("dev new --no-input --pretend a", &["path:|a"]),
            ("dev new -o - -- -a", &["output_dir:|-", "path:|-a"]),
            ("template check -- check", &["template:|check"]),
            ("template list r", &["template:|r"]),
            ("template eject basic -q dir", &["template:|basic", "dir:|dir"]),
            ("dev run a b c -p 1", &["folders:|a", "port:|1"]),
            ("dev start a --compose -q", &["folders:|a"]),
            ("dev start --compose b a", &["compose:|b", "folders:|a"]),
        ] {
            assert_eq!(values(line), expected, "{line}");
        }
    }

    #[test]
    fn no_option_has_several_values_and_no_place_but_the_last() {
        fn look(command: &Command) {
            let last = command.get_positionals().last().map(Arg::get_id);
            let values = command.get_opts().chain(command.get_positionals());
            for argument in values {
                let count = argument.get_num_args();
                // More words at the last place stay as they were typed.
                let is_many = last == Some(argument.get_id()) && count == Some((1..).into());
                let is_optional = !argument.is_positional() && count == Some((0..=1).into());
                assert!(
                    is_many || is_optional || count == Some(ValueRange::SINGLE),
                    "{argument}"
                );
                assert!(!argument.is_require_equals_set(), "{argument}");
                assert!(!argument.is_allow_hyphen_values_set(), "{argument}");
            }
            command.get_subcommands().for_each(look);
        }
        let mut tree = Cli::command();
        tree.build();
        look(&tree);
    }
}
