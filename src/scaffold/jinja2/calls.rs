//! Arguments, filters and tests, by Jinja2's grammar.

use super::ast::{Call, Expression, Link, node};
use super::checks;
use super::filters;
use super::parser::Parser;
use super::tokens::{Problem, Token};

impl Parser {
    pub(super) fn call(&mut self) -> Result<Call, Problem> {
        let at = self.current().at;
        let misplaced = || Err(Problem::new(at, "invalid syntax for function call expression"));
        self.expect("(")?;
        let mut call = Call::default();
        let mut is_first = true;
        while !self.is(")") {
            if !is_first {
                self.expect(",")?;
                if self.is(")") {
                    break;
                }
            }
            is_first = false;
            if self.skip("*") {
                if call.more.is_some() || call.more_named.is_some() {
                    return misplaced();
                }
                call.more = Some(Box::new(self.expression()?));
            } else if self.skip("**") {
                if call.more_named.is_some() {
                    return misplaced();
                }
                call.more_named = Some(Box::new(self.expression()?));
            } else if matches!(self.current().token, Token::Name(_)) && self.is_at(1, "=") {
                if call.more_named.is_some() {
                    return misplaced();
                }
                let name = self.name()?;
                self.expect("=")?;
                if call.named.iter().any(|(known, _)| *known == name) {
                    return self.problem(format!("keyword argument repeated: {name}"));
                }
                call.named.push((name, self.expression()?));
            } else {
                if call.more.is_some() || call.more_named.is_some() || !call.named.is_empty() {
                    return misplaced();
                }
                call.positional.push(self.expression()?);
            }
            self.bounded(call.positional.len() + call.named.len())?;
        }
        self.expect(")")?;
        Ok(call)
    }

    fn dotted(&mut self) -> Result<String, Problem> {
        let mut name = self.name()?;
        while self.skip(".") {
            name = name + "." + &self.name()?;
        }
        Ok(name)
    }

    /// A filter behind its bar.
    pub(super) fn filter(&mut self) -> Result<Link, Problem> {
        let at = self.current().at;
        let name = self.dotted()?;
        if !filters::is_known(&name) {
            self.unknown
                .push(Problem::new(at, format!("No filter named '{name}'.")));
        }
        let call = match self.is("(") {
            true => self.call()?,
            false => Call::default(),
        };
        Ok(Link::Filter(name, call))
    }

    fn test(&mut self) -> Result<Link, Problem> {
        let negated = self.skip_name("not");
        let at = self.current().at;
        let name = self.dotted()?;
        if !checks::NAMES.contains(&name.as_str()) {
            self.unknown.push(Problem::new(at, format!("No test named '{name}'.")));
        }
        let call = match &self.current().token {
            Token::Operator("(") => self.call()?,
            Token::Name(word) if matches!(word.as_str(), "else" | "or" | "and") => Call::default(),
            Token::Name(word) if word == "is" => return self.problem("You cannot chain multiple tests with is"),
            Token::Name(_) | Token::Text(_) | Token::Int(_) | Token::Float(_) | Token::Operator("[" | "{") => {
                let base = self.primary()?;
                let mut links = Vec::new();
                self.postfix(&mut links)?;
                let argument = match links.is_empty() {
                    true => base,
                    false => node(base.line, Expression::Chain(Box::new(base), links)),
                };
                let positional = vec![argument];
                Call {
                    positional,
                    ..Call::default()
                }
            }
            _ => Call::default(),
        };
        Ok(Link::Test { name, negated, call })
    }

    pub(super) fn filters_and_tests(&mut self, links: &mut Vec<Link>) -> Result<(), Problem> {
        loop {
            if self.skip("|") {
                let filter = self.filter()?;
                links.push(filter);
            } else if self.skip_name("is") {
                let test = self.test()?;
                links.push(test);
            } else if self.is("(") {
                links.push(Link::Call(self.call()?));
            } else {
                return Ok(());
            }
            self.bounded(links.len() * 4)?;
        }
    }
}
