//! Asking a person: the only dialoguer.

use std::io;

use anyhow::Result;
use console::Term;
use dialoguer::theme::SimpleTheme;
use dialoguer::{Confirm, Input, Select};

use super::{DIM, ERROR, HINT, neutral};
use crate::failure::{Code, Failure};
use crate::interrupt;
use crate::scaffold::answers::{Ask, Asked, Reply};
use crate::scaffold::manifest::Question;
use crate::scaffold::rule::Refusal;

/// Goes back one question when typed as an answer.
const BACK: &str = "<";

/// A dialogue on standard error.
pub struct Prompter {
    term: Term,
    /// Questions the program itself asks after the template's, for the counter.
    more: usize,
}

impl Prompter {
    /// From here on a signal ends the dialogue, not the process.
    pub fn new(more: usize) -> Self {
        interrupt::install();
        Prompter {
            term: Term::stderr(),
            more,
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

    /// A yes-or-no question, the last of `total`.
    pub fn confirm(&self, prompt: &str, help: &str, total: usize, default: bool) -> Result<bool> {
        self.dim(help);
        let prompt = format!("[{total}/{total}] {prompt}");
        let confirm = Confirm::with_theme(&SimpleTheme).with_prompt(prompt).default(default);
        self.answered(confirm.wait_for_newline(true).interact_on(&self.term))
    }

    /// One of several, the first being the default.
    pub fn choose(&self, prompt: &str, items: &[String]) -> Result<usize> {
        let items: Vec<String> = items.iter().map(|item| neutral(item)).collect();
        let select = Select::with_theme(&SimpleTheme)
            .with_prompt(prompt)
            .items(&items)
            .default(0);
        self.answered(select.interact_on(&self.term))
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
        self.dim(&asked.question.help);
        let prompt = format!(
            "[{}/{}] {}",
            asked.number,
            asked.total + self.more,
            neutral(&asked.question.prompt)
        );
        let mut input = Input::<String>::with_theme(&SimpleTheme).with_prompt(prompt);
        if let Some(default) = asked.default {
            input = input.default(default.to_string());
        }
        let typed = self.answered(input.interact_text_on(&self.term))?;
        Ok(match typed.trim() {
            BACK => Reply::Back,
            typed if asked.default == Some(typed) => Reply::Keep,
            typed => Reply::Text(typed.to_string()),
        })
    }

    fn refused(&mut self, question: &Question, refusal: &Refusal) -> Result<()> {
        let text = format!("{} {}", question.prompt, refusal.reason);
        let _ = self
            .term
            .write_line(&format!("{} {}", styled(ERROR, "error:"), neutral(&text)));
        if let Some(suggestion) = &refusal.suggestion {
            let text = format!("`{suggestion}` would do");
            let _ = self
                .term
                .write_line(&format!("{} {}", styled(HINT, "hint:"), neutral(&text)));
        }
        Ok(())
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
