//! `[[question]]`: what is asked, and what an answer must be.

use std::ops::Range;

use regex_lite::RegexBuilder;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::engine::Scope;
use super::super::question::{Choice, Default, Kind, Pattern, Question, Test};
use super::super::rule::Rule;
use super::super::snippet::Snippet;
use super::super::value::Value;
use super::CIRCUMSTANCES;
use super::reader::{Known, Reader, span_of};
use crate::failure::{Problem, did_you_mean};
use crate::neutral::neutral_line;

const KEYS: [&str; 13] = [
    "key", "type", "prompt", "help", "default", "choices", "check", "regex", "test", "message", "when", "required",
    "secret",
];

/// In bytes of memory: enough for hundreds of repetitions, little enough to match fast.
const LARGEST_REGEX: usize = 256 << 10;

/// A question's table while it is read.
struct Entry<'t, 'i> {
    table: &'t DeTable<'i>,
    span: Range<usize>,
    key: &'t str,
    earlier: &'t [String],
    /// This key and those that follow.
    later: &'t [String],
    /// Said where a regex or a test refuses an answer.
    message: Option<String>,
}

impl Reader<'_> {
    pub(super) fn questions(&mut self, document: &DeTable<'_>) -> Vec<Question> {
        // All keys first, so that a reference to a later one can be told from one to nothing.
        let mut keys = Vec::new();
        let mut tables = Vec::new();
        for (table, span) in self.tables(document, "question") {
            self.known_keys(table, &KEYS);
            let key = self.required(table, &span, "key");
            if let Some(key) = &key {
                self.check_key(key, &span_of(table, "key", &span), &keys);
            }
            keys.push(key.unwrap_or_default());
            tables.push((table, span));
        }
        let mut questions = Vec::new();
        for (index, (table, span)) in tables.into_iter().enumerate() {
            let (earlier, later) = keys.split_at(index);
            let message = self.text(table, "message");
            let entry = Entry {
                table,
                span,
                key: &keys[index],
                earlier,
                later,
                message,
            };
            let question = self.question(&entry);
            match question.secret {
                true => self.secret.push(question.key.clone()),
                false => self.check_openness(&question, &span_of(table, "default", &entry.span)),
            }
            questions.push(question);
        }
        questions
    }

    /// What is recorded must not be made of what is not.
    fn check_openness(&mut self, question: &Question, span: &Range<usize>) {
        let hint = "make this question secret too, or leave its default out";
        for text in question.default.iter().flat_map(Default::texts) {
            self.refuse_secret(text, span, "the default would record", hint);
        }
    }

    fn question(&mut self, entry: &Entry<'_, '_>) -> Question {
        let table = entry.table;
        let at = |key: &str| span_of(table, key, &entry.span);
        let kind = self.kind(entry);
        let required = self.flag(table, "required").unwrap_or_default();
        let secret = self.flag(table, "secret").unwrap_or_default();
        if secret && !matches!(kind, Kind::Text { .. }) {
            self.problem(
                &at("secret"),
                "only a text can be secret",
                "take `secret` or the `type` out",
            );
        }
        if required && table.contains_key("default") {
            let hint = "take one of them out: a required question has no default";
            self.problem(&at("default"), "a default for what must be answered", hint);
        }
        let when = self.text(table, "when");
        let when = when.map(|when| self.checked_expression(when, &at("when"), &entry.known()));
        let test = self.test(entry);
        let mut question = Question {
            choices_are_code: false,
            key: entry.key.to_string(),
            at: self.at(&at("key")),
            prompt: self.text(table, "prompt").unwrap_or_else(|| entry.key.to_string()),
            help: self.text(table, "help").unwrap_or_default(),
            kind,
            default: None,
            test,
            when,
            required,
            secret,
        };
        question.default = self.default(entry, &question);
        question
    }

    fn kind(&mut self, entry: &Entry<'_, '_>) -> Kind {
        let table = entry.table;
        let at = |key: &str| span_of(table, key, &entry.span);
        let name = self.text(table, "type").unwrap_or_else(|| "text".to_string());
        let is_choice = name == "choice" || name == "choices";
        if !Kind::NAMES.contains(&name.as_str()) {
            let hint = match did_you_mean(&name, Kind::NAMES) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the types are {}", Kind::NAMES.join(", ")),
            };
            self.problem(&at("type"), &format!("`{name}` is not a type of question"), &hint);
        } else if table.contains_key("choices") && !is_choice {
            let hint = "add `type = \"choice\"` for one of them, or `type = \"choices\"` for several";
            self.problem(
                &at("choices"),
                &format!("a question of type {name} has no choices"),
                hint,
            );
        } else if is_choice && !table.contains_key("choices") {
            let hint = "add `choices = [\"one\", \"two\"]`";
            self.problem(&at("type"), "there is nothing to choose from", hint);
        }
        for key in ["check", "regex"] {
            if name != "text" && Kind::NAMES.contains(&name.as_str()) && table.contains_key(key) {
                let hint = "for other types, `test` is an expression that must hold";
                self.problem(&at(key), &format!("`{key}` is for texts"), hint);
            }
        }
        let choices = match is_choice {
            true => self.choices(table),
            false => Vec::new(),
        };
        match name.as_str() {
            "bool" => Kind::Bool,
            "choice" => Kind::Choice(choices),
            "choices" => Kind::Choices(choices),
            _ => Kind::Text {
                rule: self.rule(entry),
                pattern: self.pattern(entry),
            },
        }
    }

    fn choices(&mut self, table: &DeTable<'_>) -> Vec<Choice> {
        let Some(value) = table.get("choices") else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(value, "a list", "write `choices = [\"one\", \"two\"]`");
            return Vec::new();
        };
        if array.is_empty() {
            self.problem(
                &value.span(),
                "there is nothing to choose from",
                "write `choices = [\"one\", \"two\"]`",
            );
        }
        let mut choices: Vec<Choice> = Vec::new();
        for item in array {
            let Some(choice) = self.choice(item) else { continue };
            let named = &choice.value;
            if named.is_empty() || named.trim() != named || named.contains([',', '\n']) {
                let message = format!(
                    "`{}` cannot be a choice's value: it is empty, or has a comma, a line break or blanks at an end",
                    neutral_line(named)
                );
                self.problem(
                    &item.span(),
                    &message,
                    "give a short `value`, and say more in its `label`",
                );
            } else if choices.iter().any(|known| known.value == choice.value) {
                self.problem(
                    &item.span(),
                    &format!("the choice `{named}` is there twice"),
                    "take one of them out",
                );
            }
            choices.push(choice);
        }
        choices
    }

    fn choice(&mut self, item: &Spanned<DeValue<'_>>) -> Option<Choice> {
        if let Some(text) = item.get_ref().as_str() {
            return Some(Choice {
                value: text.to_string(),
                label: text.to_string(),
            });
        }
        let Some(table) = item.get_ref().as_table() else {
            self.wrong_type(
                item,
                "a string or a table",
                "write `\"one\"` or `{ value = \"one\", label = \"The first\" }`",
            );
            return None;
        };
        self.known_keys(table, &["value", "label"]);
        let value = self.required(table, &item.span(), "value")?;
        let label = self.text(table, "label").unwrap_or_else(|| value.clone());
        Some(Choice { value, label })
    }

    fn rule(&mut self, entry: &Entry<'_, '_>) -> Rule {
        let Some(name) = self.text(entry.table, "check") else {
            return Rule::Line;
        };
        Rule::named(&name).unwrap_or_else(|| {
            let names = Rule::NAMED.map(|(name, _)| name);
            let hint = match did_you_mean(&name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the rules are {}", names.join(", ")),
            };
            let span = span_of(entry.table, "check", &entry.span);
            self.problem(&span, &format!("`{name}` is not a rule"), &hint);
            Rule::Line
        })
    }

    fn pattern(&mut self, entry: &Entry<'_, '_>) -> Option<Pattern> {
        let text = self.text(entry.table, "regex")?;
        let compiled = |text: &str| RegexBuilder::new(text).size_limit(LARGEST_REGEX).build();
        let whole = compiled(&text).and_then(|_| compiled(&format!(r"\A(?:{text})\z")));
        match whole {
            Ok(regex) => {
                let message = entry.message.clone().unwrap_or_else(|| format!("must match `{text}`"));
                Some(Pattern { text, regex, message })
            }
            Err(error) => {
                let span = span_of(entry.table, "regex", &entry.span);
                let hint = "write it in single quotes, like '[a-z]+[0-9]*'; it must match the whole answer";
                self.problem(&span, &format!("`{text}` is not a regular expression: {error}"), hint);
                None
            }
        }
    }

    fn test(&mut self, entry: &Entry<'_, '_>) -> Option<Test> {
        let table = entry.table;
        if table.contains_key("message") && !table.contains_key("regex") && !table.contains_key("test") {
            let hint = "it is said when `regex` or `test` refuse an answer: add one of them";
            self.problem(
                &span_of(table, "message", &entry.span),
                "a message that is never said",
                hint,
            );
        }
        let expression = self.text(table, "test")?;
        let mut earlier = entry.earlier.to_vec();
        earlier.push(entry.key.to_string());
        let known = Known {
            names: &earlier,
            extra: &[],
            later: &entry.later[1..],
            own: None,
        };
        let message = entry
            .message
            .clone()
            .unwrap_or_else(|| format!("must be so that `{expression}`"));
        let expression = self.checked_expression(expression, &span_of(table, "test", &entry.span), &known);
        Some(Test { expression, message })
    }

    /// The default, or what a question has without one.
    fn default(&mut self, entry: &Entry<'_, '_>, question: &Question) -> Option<Default> {
        let Some(value) = entry.table.get("default") else {
            let at = self.at(&entry.span);
            let one = |code: String| {
                let names = Vec::new();
                Default::One(Snippet { code, at, names })
            };
            let nothing = match &question.kind {
                Kind::Choices(_) => Default::Many(Vec::new()),
                Kind::Bool => one("no".to_string()),
                Kind::Choice(choices) => one(choices.first()?.value.clone()),
                Kind::Text { .. } | Kind::Dictionary | Kind::Data => one(String::new()),
            };
            let value = self.constant(&nothing).ok().flatten();
            let accepted = value.is_some_and(|value| question.check(&value).is_ok());
            return (!question.required && accepted).then_some(nothing);
        };
        let (found, span, before) = (value.get_ref(), value.span(), self.count());
        let mut checked = |text: &str, span: &Range<usize>| self.checked_text(text.to_string(), span, &entry.known());
        let default = match (&question.kind, found.as_str(), found.as_bool(), found.as_array()) {
            (_, Some(text), _, _) => Default::One(checked(text, &span)),
            (Kind::Bool, _, Some(answer), _) => Default::One(checked(if answer { "yes" } else { "no" }, &span)),
            (Kind::Choices(_), _, _, Some(_)) => {
                let texts = self.texts(entry.table, "default").into_iter();
                let known = entry.known();
                Default::Many(
                    texts
                        .map(|(text, span)| self.checked_text(text, &span, &known))
                        .collect(),
                )
            }
            (kind, ..) => {
                let (wanted, hint) = match kind {
                    Kind::Bool => ("true, false or a text", "write `default = true`"),
                    Kind::Choices(_) => ("a list of texts", "write `default = [\"one\", \"two\"]`"),
                    _ => ("a string", "write it in quotes"),
                };
                self.wrong_type(value, wanted, hint);
                return None;
            }
        };
        if self.count() > before {
            return Some(default);
        }
        match self.constant(&default) {
            Ok(constant) => constant
                .into_iter()
                .for_each(|constant| self.check_default(question, &constant, &span)),
            Err(problem) => self.problem(
                &span,
                &format!("the default cannot be made: {}", problem.message),
                "give a default that everybody's answers allow, or none",
            ),
        }
        Some(default)
    }

    /// A default that is the same for everybody must be a possible answer.
    fn check_default(&mut self, question: &Question, value: &Value, span: &Range<usize>) {
        let hint = "give a default that the question itself would take, or none";
        let refused = question.check(value).err().map(|refusal| refusal.reason);
        let refused = refused.or_else(|| {
            let test = question.test.as_ref()?;
            let engine = self.engine?;
            if test.expression.names != [question.key.as_str()] {
                return None;
            }
            let scope = Scope::default().with(&question.key, value);
            match engine.holds(&test.expression, &scope) {
                Ok(true) => None,
                Ok(false) => Some(test.message.clone()),
                Err(problem) => Some(format!("{} ({})", test.message, problem.message)),
            }
        });
        if let Some(reason) = refused {
            self.problem(span, &format!("the default is refused: it {reason}"), hint);
        }
    }

    /// The value of a default that refers to nothing; none of one that does.
    fn constant(&self, default: &Default) -> Result<Option<Value>, Problem> {
        let mut texts = Vec::new();
        for text in default.texts() {
            let Some(engine) = self.engine else { return Ok(None) };
            // Blocks may take in other texts, which are not known yet.
            if text.code.contains("{%") || !text.names.is_empty() {
                return Ok(None);
            }
            texts.push(engine.render_text(&text.at, &text.code, &Scope::default())?);
        }
        Ok(match default {
            Default::One(_) => texts.pop().map(Value::Text),
            Default::Many(_) => Some(Value::List(texts)),
            Default::Data { .. } | Default::Plain(_) => None,
        })
    }
}

impl Entry<'_, '_> {
    /// What its default and `when` may use.
    fn known(&self) -> Known<'_> {
        Known {
            names: self.earlier,
            extra: &CIRCUMSTANCES,
            later: self.later,
            own: Some(self.key),
        }
    }
}
