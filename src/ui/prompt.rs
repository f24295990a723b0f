//! Asking a person: the only dialoguer.

use std::fmt;
use std::io;

use anyhow::Result;
use console::{Key, Term};
use dialoguer::theme::Theme;
use dialoguer::{Input, MultiSelect, Select};

#[cfg(unix)]
use super::settings::Quiet;
use super::{BOLD, DIM, ERROR, HINT, neutral, neutral_line};
use crate::failure::{Code, Failure};
use crate::interrupt;
use crate::scaffold::ask::{Ask, Asked, Reply};
use crate::scaffold::question::{Choice, Kind, Question};
use crate::scaffold::rule::Refusal;
use crate::scaffold::value::{Value, yes_or_no};

mod menu;

use menu::Menu;

/// Goes back one question when typed as an answer.
const BACK: &str = "<";

/// A dialogue on standard error.
pub struct Prompter {
    term: Term,
    /// Questions the program itself asks after the template's, for the counter.
    pub more: usize,
    #[cfg(unix)]
    _quiet: Option<Quiet>,
}

impl Prompter {
    /// From here on a signal ends the dialogue, not the process.
    pub fn new(more: usize) -> Self {
        interrupt::wake_prompts();
        Prompter {
            term: Term::stderr(),
            more,
            #[cfg(unix)]
            _quiet: Quiet::new(),
        }
    }

    /// Text above the questions, or between them.
    pub fn say(&self, text: &str) {
        // A terminal that is gone is noticed by the next question.
        let _ = self.term.write_line(&neutral(text));
    }

    pub fn dim(&self, text: &str) {
        let _ = self.term.write_line(&styled(DIM, text));
    }

    /// A yes-or-no question, the last of `total`; none for going back.
    pub fn confirm(&self, prompt: &str, help: &str, total: usize, default: bool) -> Result<Option<bool>> {
        loop {
            self.head(total, total, prompt, help);
            let typed = self.line(Some(if default { "yes" } else { "no" }))?;
            match yes_or_no(&typed) {
                Some(answer) => return Ok(Some(answer)),
                None if typed == BACK => return Ok(None),
                None => self.complain("must be yes or no", None),
            }
        }
    }

    /// One line, typed or the default; without blanks around it.
    fn line(&self, default: Option<&str>) -> Result<String> {
        let mut input = Input::<String>::with_theme(&Plain).with_prompt(INDENT).report(false);
        if let Some(default) = default {
            input = input.default(default.to_string());
        }
        let typed = self.answered(input.interact_text_on(&self.term))?;
        self.settle(default, &typed);
        Ok(typed.trim().to_string())
    }

    /// One of several, the first being the default; none for going back.
    pub fn choose(&self, prompt: &str, items: &[String]) -> Result<Option<usize>> {
        let chosen = self.select(prompt, items, 0)?;
        Ok(chosen.inspect(|chosen| self.tell(prompt, &items[*chosen])))
    }

    /// One of several that have a name and a description each, from which nothing leads back; `at` is the default.
    pub fn choose_named(&self, prompt: &str, items: &[(String, String)], at: usize) -> Result<usize> {
        let width = items.iter().map(|(name, _)| name.chars().count()).max();
        let width = width.unwrap_or_default().min(WIDEST);
        let row = |(name, description): &(String, String)| format!("{name:width$}  {description}");
        let rows: Vec<String> = items.iter().map(row).collect();
        loop {
            if let Some(chosen) = self.select(prompt, &rows, at)? {
                self.tell(prompt, &items[chosen].0);
                return Ok(chosen);
            }
        }
    }

    /// Shows a menu, and takes it away once something is chosen.
    fn select(&self, prompt: &str, items: &[String], at: usize) -> Result<Option<usize>> {
        let menu = Menu::of(&self.term, items.iter().map(String::as_str))?;
        let select = Select::with_theme(&menu)
            .with_prompt(neutral_line(prompt))
            .items(menu.items())
            .max_length(menu.page)
            .default(at)
            .report(false);
        self.answered(select.interact_on_opt(&self.term))
    }

    /// An answer beside its question.
    fn tell(&self, prompt: &str, answer: &str) {
        let line = format!("{} {}", neutral_line(prompt), neutral_line(answer));
        let _ = self.term.write_line(&line);
    }

    /// One line that is not shown while it is typed; nothing typed is the default.
    fn hidden(&self, default: Option<&Value>) -> Result<Reply> {
        let prompt = match default.is_some_and(|default| !default.is_empty()) {
            true => format!("{INDENT} [hidden]: "),
            false => format!("{INDENT}: "),
        };
        let typed = self.answered(self.hidden_line(&prompt).map_err(dialoguer::Error::IO))?;
        self.put(if typed.is_empty() || typed == BACK {
            ""
        } else {
            "(hidden)"
        });
        Ok(match typed.as_str() {
            BACK => Reply::Back,
            "" if default.is_some() => Reply::Keep,
            typed => Reply::Said(Value::text(typed)),
        })
    }

    /// dialoguer's own prompt for passwords reads a whole line from the terminal, whose line editing is off here, and
    /// throws away what was typed before it asked.
    fn hidden_line(&self, prompt: &str) -> io::Result<String> {
        self.term.write_str(prompt)?;
        let mut typed = String::new();
        loop {
            match self.term.read_key()? {
                Key::Enter => break,
                Key::Backspace => {
                    typed.pop();
                }
                Key::Char(char) => typed.push(char),
                _ => {}
            }
        }
        self.term.clear_line()?;
        Ok(typed)
    }

    /// One of several, by the arrow keys.
    fn pick(&self, choices: &[Choice], default: Option<&Value>) -> Result<Reply> {
        let is_default = |choice: &Choice| default.and_then(Value::as_text) == Some(&choice.value);
        let at = choices.iter().position(is_default);
        let menu = Menu::of(&self.term, choices.iter().map(|choice| choice.label.as_str()))?;
        let mut select = Select::with_theme(&menu)
            .items(menu.items())
            .max_length(menu.page)
            .default(at.unwrap_or(0));
        if menu.is_paged() {
            select = select.with_prompt(INDENT).report(false);
        }
        let Some(picked) = self.answered(select.interact_on_opt(&self.term))? else {
            return Ok(Reply::Back);
        };
        self.put(&choices[picked].label);
        Ok(match at == Some(picked) {
            true => Reply::Keep,
            false => Reply::Said(Value::text(&choices[picked].value)),
        })
    }

    /// Any of several, each switched by the space bar.
    fn pick_several(&self, choices: &[Choice], default: Option<&Value>) -> Result<Reply> {
        let chosen = |choice: &Choice| matches!(default, Some(Value::List(items)) if items.contains(&choice.value));
        let before: Vec<bool> = choices.iter().map(chosen).collect();
        let menu = Menu::of(&self.term, choices.iter().map(|choice| choice.label.as_str()))?;
        let mut select = MultiSelect::with_theme(&menu)
            .items(menu.items())
            .max_length(menu.page)
            .defaults(&before)
            .report(false);
        if menu.is_paged() {
            select = select.with_prompt(INDENT);
        }
        let Some(picked) = self.answered(select.interact_on_opt(&self.term))? else {
            return Ok(Reply::Back);
        };
        let labels: Vec<&str> = picked.iter().map(|index| choices[*index].label.as_str()).collect();
        self.put(&if labels.is_empty() {
            "none".to_string()
        } else {
            labels.join(", ")
        });
        let picked: Vec<String> = picked.iter().map(|index| choices[*index].value.clone()).collect();
        Ok(match default {
            Some(Value::List(items)) if *items == picked => Reply::Keep,
            _ => Reply::Said(Value::List(picked)),
        })
    }

    /// An answer below its question.
    fn put(&self, answer: &str) {
        let _ = self.term.write_line(&format!("{INDENT} {}", neutral(answer)));
    }

    fn complain(&self, what: &str, suggestion: Option<&str>) {
        let _ = self
            .term
            .write_line(&format!("{} {}", styled(ERROR, "error:"), neutral(what)));
        if let Some(suggestion) = suggestion {
            let text = format!("`{suggestion}` would do");
            let _ = self
                .term
                .write_line(&format!("{} {}", styled(HINT, "hint:"), neutral(&text)));
        }
    }

    /// The line above an answer: which question it is, and what it is for.
    fn head(&self, number: usize, total: usize, prompt: &str, help: &str) {
        let head = styled(BOLD, &format!("[{number}/{total}] {prompt}"));
        let line = format!("{head}  {}", styled(DIM, help));
        let _ = self.term.write_line(line.trim_end());
    }

    /// Replaces the line that was typed in by the answer alone. The prompt has cleared only its last line.
    fn settle(&self, default: Option<&str>, typed: &str) {
        let prompt = default.map_or(format!("{INDENT}: "), |default| format!("{INDENT} [{default}]: "));
        let typed_in = if default == Some(typed) { "" } else { typed };
        let width = console::measure_text_width(&prompt) + console::measure_text_width(typed_in);
        let (_, columns) = self.term.size();
        let _ = self.term.clear_last_lines(width / usize::from(columns.max(1)));
        self.put(typed);
    }

    fn answered<T>(&self, result: dialoguer::Result<T>) -> Result<T> {
        result.map_err(|dialoguer::Error::IO(error)| {
            // The dialogue may have stopped in the middle of a line, with the cursor hidden.
            let _ = self.term.show_cursor().and_then(|()| self.term.write_line(""));
            match error.kind() {
                io::ErrorKind::Interrupted => interrupt::interrupted().into(),
                io::ErrorKind::UnexpectedEof => {
                    Failure::new(Code::Cancelled, "the terminal was closed; nothing was written").into()
                }
                _ => anyhow::Error::new(error).context("could not ask on the terminal"),
            }
        })
    }
}

impl Ask for Prompter {
    fn ask(&mut self, asked: &Asked<'_>) -> Result<Reply> {
        let question = asked.question;
        let keys = match &question.kind {
            Kind::Choice(_) => "(arrow keys; Esc goes back)",
            Kind::Choices(_) => "(arrow keys and space; Esc goes back)",
            _ => "",
        };
        let help = [question.help.as_str(), keys].join(" ");
        self.head(asked.number, asked.total + self.more, &question.prompt, help.trim());
        match &question.kind {
            Kind::Choice(choices) => self.pick(choices, asked.default),
            Kind::Choices(choices) => self.pick_several(choices, asked.default),
            _ if question.secret => self.hidden(asked.default),
            _ => {
                let default = asked.default.map(Value::to_string);
                let typed = self.line(default.as_deref())?;
                Ok(match typed.as_str() {
                    BACK => Reply::Back,
                    typed if default.as_deref() == Some(typed) => Reply::Keep,
                    typed => Reply::Said(Value::text(typed)),
                })
            }
        }
    }

    fn refused(&mut self, question: &Question, refusal: &Refusal) -> Result<()> {
        let text = format!("{} {}", question.prompt, refusal.reason);
        self.complain(&text, refusal.suggestion.as_deref());
        Ok(())
    }
}

/// An answer stands below its question.
const INDENT: &str = "     ";

/// A column of names is no wider than this, however long they are.
const WIDEST: usize = 40;

/// dialoguer's plain theme, with the punctuation left to us.
struct Plain;

impl Theme for Plain {
    fn format_prompt(&self, f: &mut dyn fmt::Write, prompt: &str) -> fmt::Result {
        f.write_str(prompt)
    }

    fn format_input_prompt_selection(&self, f: &mut dyn fmt::Write, prompt: &str, answer: &str) -> fmt::Result {
        write!(f, "{prompt} {answer}")
    }
}

/// Styled when standard error wants colours.
fn styled(style: anstyle::Style, text: &str) -> String {
    let text = neutral(text);
    match console::colors_enabled_stderr() {
        true => format!("{style}{text}{style:#}"),
        false => text,
    }
}
