//! The tokens of a text one after the other, and what a parser asks of them.

use super::ast::Node;
use super::tokens::{Placed, Problem, Token};

/// How deep expressions may stand in one another.
pub(super) const DEEPEST: usize = 60;

/// How many links, operands or arguments one expression may have.
const LONGEST: usize = 1000;

/// How many items a list, a tuple or a dictionary may be written with.
const MOST_ITEMS: usize = 20_000;

pub(super) struct Parser {
    tokens: Vec<Placed>,
    place: usize,
    depth: usize,
    end: Placed,
    /// Filters and tests that there are none of: whether that is an error depends on where they stand.
    pub unknown: Vec<Problem>,
}

pub(super) type Parsed = Result<Node, Problem>;

impl Parser {
    pub(super) fn new(tokens: Vec<Placed>) -> Parser {
        let (at, line) = tokens.last().map_or((0, 1), |last| (last.at, last.line));
        let token = Token::End;
        Parser {
            tokens,
            place: 0,
            depth: 0,
            end: Placed { token, line, at },
            unknown: Vec::new(),
        }
    }

    pub(super) fn current(&self) -> &Placed {
        self.ahead(0)
    }

    pub(super) fn ahead(&self, count: usize) -> &Placed {
        self.tokens.get(self.place + count).unwrap_or(&self.end)
    }

    /// The current token, which nobody gets a second time.
    pub(super) fn advance(&mut self) -> Placed {
        let current = self.tokens.get_mut(self.place).unwrap_or(&mut self.end);
        let (line, at) = (current.line, current.at);
        let token = std::mem::replace(&mut current.token, Token::End);
        self.place += 1;
        Placed { token, line, at }
    }

    /// Everything that is still to come.
    pub(super) fn upcoming(&self) -> &[Placed] {
        self.tokens.get(self.place..).unwrap_or_default()
    }

    pub(super) fn is(&self, operator: &str) -> bool {
        self.is_at(0, operator)
    }

    pub(super) fn is_at(&self, count: usize, operator: &str) -> bool {
        matches!(&self.ahead(count).token, Token::Operator(current) if *current == operator)
    }

    pub(super) fn is_name(&self, name: &str) -> bool {
        self.is_name_at(0, name)
    }

    pub(super) fn is_name_at(&self, count: usize, name: &str) -> bool {
        matches!(&self.ahead(count).token, Token::Name(current) if current == name)
    }

    pub(super) fn skip(&mut self, operator: &str) -> bool {
        let found = self.is(operator);
        self.place += usize::from(found);
        found
    }

    pub(super) fn skip_name(&mut self, name: &str) -> bool {
        let found = self.is_name(name);
        self.place += usize::from(found);
        found
    }

    pub(super) fn problem<T>(&self, message: impl Into<String>) -> Result<T, Problem> {
        Err(Problem::new(self.current().at, message))
    }

    pub(super) fn unexpected<T>(&self, expected: &str) -> Result<T, Problem> {
        self.problem(format!(
            "expected {expected}, got '{}'",
            self.current().token.described()
        ))
    }

    pub(super) fn expect(&mut self, operator: &str) -> Result<(), Problem> {
        match self.skip(operator) {
            true => Ok(()),
            false => self.unexpected(&format!("'{operator}'")),
        }
    }

    pub(super) fn expect_name(&mut self, name: &str) -> Result<(), Problem> {
        match self.skip_name(name) {
            true => Ok(()),
            false => self.unexpected(&format!("'{name}'")),
        }
    }

    pub(super) fn name(&mut self) -> Result<String, Problem> {
        match &self.current().token {
            Token::Name(name) => {
                let name = name.clone();
                self.place += 1;
                Ok(name)
            }
            _ => self.unexpected("a name"),
        }
    }

    pub(super) fn deeper(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth >= DEEPEST {
            return self.problem("the expression is nested too deeply");
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    pub(super) fn bounded(&self, count: usize) -> Result<(), Problem> {
        match count > LONGEST {
            true => self.problem("the expression is too long"),
            false => Ok(()),
        }
    }

    pub(super) fn bounded_items(&self, count: usize) -> Result<(), Problem> {
        self.bounded(count * LONGEST / MOST_ITEMS)
    }
}
