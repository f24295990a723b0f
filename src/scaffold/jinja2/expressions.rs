//! Expressions, by Jinja2's grammar.

use super::ast::{Expression, Link, Node, node};
use super::parser::{DEEPEST, Parsed, Parser};
use super::tokens::{Placed, Problem, Token};

impl Parser {
    pub(super) fn expression(&mut self) -> Parsed {
        self.deeper(Self::condition)
    }

    fn condition(&mut self) -> Parsed {
        let known = self.unknown.len();
        let mut then = self.or()?;
        let mut count = 0;
        while self.skip_name("if") {
            count += 1;
            if count > DEEPEST {
                return self.problem("the expression is nested too deeply");
            }
            let line = then.line;
            let test = Box::new(self.or()?);
            let otherwise = match self.skip_name("else") {
                true => Some(Box::new(self.deeper(Self::condition)?)),
                false => None,
            };
            let then_box = Box::new(then);
            then = node(
                line,
                Expression::Condition {
                    test,
                    then: then_box,
                    otherwise,
                },
            );
            // What is behind a condition is looked for when it is needed.
            self.unknown.truncate(known);
        }
        Ok(then)
    }

    pub(super) fn or(&mut self) -> Parsed {
        self.operands("or", Self::and, Expression::Or)
    }

    fn and(&mut self) -> Parsed {
        self.operands("and", Self::not, Expression::And)
    }

    fn operands(&mut self, name: &str, next: fn(&mut Self) -> Parsed, join: fn(Vec<Node>) -> Expression) -> Parsed {
        let first = next(self)?;
        if !self.is_name(name) {
            return Ok(first);
        }
        let line = first.line;
        let mut operands = vec![first];
        while self.skip_name(name) {
            operands.push(next(self)?);
            // These do become nested.
            self.bounded(operands.len() * 8)?;
        }
        Ok(node(line, join(operands)))
    }

    fn not(&mut self) -> Parsed {
        let line = self.current().line;
        match self.skip_name("not") {
            true => Ok(node(line, Expression::Not(Box::new(self.deeper(Self::not)?)))),
            false => self.comparison(),
        }
    }

    fn comparison(&mut self) -> Parsed {
        let first = self.sum()?;
        let mut others = Vec::new();
        loop {
            let operator = match &self.current().token {
                Token::Operator(operator @ ("==" | "!=" | "<" | "<=" | ">" | ">=")) => *operator,
                Token::Name(name) if name == "in" => "in",
                Token::Name(name) if name == "not" && self.is_name_at(1, "in") => {
                    self.advance();
                    "notin"
                }
                _ => break,
            };
            self.advance();
            others.push((operator, self.sum()?));
            self.bounded(others.len())?;
        }
        Ok(match others.is_empty() {
            true => first,
            false => node(first.line, Expression::Comparison(Box::new(first), others)),
        })
    }

    fn calculation(&mut self, operators: &[&'static str], next: fn(&mut Self) -> Parsed) -> Parsed {
        let first = next(self)?;
        let mut others = Vec::new();
        while let Some(operator) = operators.iter().find(|operator| self.is(operator)) {
            self.advance();
            others.push((*operator, next(self)?));
            self.bounded(others.len())?;
        }
        Ok(match others.is_empty() {
            true => first,
            false => node(first.line, Expression::Calculation(Box::new(first), others)),
        })
    }

    fn sum(&mut self) -> Parsed {
        self.calculation(&["+", "-"], Self::concatenation)
    }

    fn concatenation(&mut self) -> Parsed {
        let first = self.product()?;
        if !self.is("~") {
            return Ok(first);
        }
        let line = first.line;
        let mut parts = vec![first];
        while self.skip("~") {
            parts.push(self.product()?);
            self.bounded(parts.len())?;
        }
        Ok(node(line, Expression::Concatenation(parts)))
    }

    fn product(&mut self) -> Parsed {
        self.calculation(&["*", "/", "//", "%"], Self::power)
    }

    fn power(&mut self) -> Parsed {
        self.calculation(&["**"], |parser| parser.unary(true))
    }

    fn unary(&mut self, with_filter: bool) -> Parsed {
        let line = self.current().line;
        let sign = ["-", "+"].into_iter().find(|sign| self.is(sign));
        let base = match sign {
            Some(sign) => {
                self.advance();
                let operand = self.deeper(|parser| parser.unary(false))?;
                node(line, Expression::Sign(sign, Box::new(operand)))
            }
            None => self.primary()?,
        };
        let mut links = Vec::new();
        self.postfix(&mut links)?;
        if with_filter {
            self.filters_and_tests(&mut links)?;
        }
        Ok(match links.is_empty() {
            true => base,
            false => node(base.line, Expression::Chain(Box::new(base), links)),
        })
    }

    pub(super) fn postfix(&mut self, links: &mut Vec<Link>) -> Result<(), Problem> {
        loop {
            if self.skip(".") {
                match self.advance() {
                    Placed {
                        token: Token::Name(name),
                        ..
                    } => links.push(Link::Attribute(name)),
                    Placed {
                        token: Token::Int(number),
                        line,
                        ..
                    } => {
                        links.push(Link::Item(node(line, Expression::Int(number))));
                    }
                    other => return Err(Problem::new(other.at, "expected name or number")),
                }
            } else if self.is("[") {
                links.push(Link::Item(self.subscript()?));
            } else if self.is("(") {
                links.push(Link::Call(self.call()?));
            } else {
                return Ok(());
            }
            self.bounded(links.len() * 4)?;
        }
    }

    fn subscript(&mut self) -> Parsed {
        let line = self.advance().line;
        let mut items = Vec::new();
        while !self.is("]") {
            if !items.is_empty() {
                self.expect(",")?;
            }
            items.push(self.subscribed()?);
            self.bounded_items(items.len())?;
        }
        self.expect("]")?;
        match <[Node; 1]>::try_from(items) {
            Ok([item]) => Ok(item),
            Err(items) => Ok(node(line, Expression::Tuple(items))),
        }
    }

    fn subscribed(&mut self) -> Parsed {
        let line = self.current().line;
        let from = match self.is(":") {
            true => None,
            false => {
                let item = self.expression()?;
                if !self.is(":") {
                    return Ok(item);
                }
                Some(Box::new(item))
            }
        };
        let mut parts = [from, None, None];
        for part in &mut parts[1..] {
            if self.skip(":") && !self.is(":") && !self.is("]") && !self.is(",") {
                *part = Some(Box::new(self.expression()?));
            }
        }
        Ok(node(line, Expression::Slice(parts)))
    }

    pub(super) fn primary(&mut self) -> Parsed {
        let line = self.current().line;
        let expression = match self.current().token.clone() {
            Token::Name(name) => match name.as_str() {
                "true" | "True" => Expression::Bool(true),
                "false" | "False" => Expression::Bool(false),
                "none" | "None" => Expression::None,
                _ => Expression::Name(name),
            },
            Token::Text(mut text) => {
                while let Token::Text(next) = &self.ahead(1).token {
                    text.push_str(next);
                    self.advance();
                }
                Expression::Text(text)
            }
            Token::Int(number) => Expression::Int(number),
            Token::Float(number) => Expression::Float(number),
            Token::Operator("(") => {
                self.advance();
                let inner = self.tuple(Self::expression, true)?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Operator("[") => return self.list(),
            Token::Operator("{") => return self.dict(),
            other => return self.problem(format!("unexpected '{}'", other.described())),
        };
        self.advance();
        Ok(node(line, expression))
    }

    /// Expressions between commas, or one.
    pub(super) fn tuple(&mut self, item: fn(&mut Self) -> Parsed, in_parentheses: bool) -> Parsed {
        let line = self.current().line;
        let mut items: Vec<Node> = Vec::new();
        let mut is_tuple = false;
        loop {
            if !items.is_empty() {
                self.expect(",")?;
            }
            let is_end = matches!(self.current().token, Token::VariableEnd | Token::BlockEnd) || self.is(")");
            if is_end {
                break;
            }
            items.push(item(self)?);
            self.bounded_items(items.len())?;
            if !self.is(",") {
                break;
            }
            is_tuple = true;
        }
        match items.pop() {
            Some(only) if !is_tuple => Ok(only),
            None if !in_parentheses => self.unexpected("an expression"),
            last => {
                items.extend(last);
                Ok(node(line, Expression::Tuple(items)))
            }
        }
    }

    fn list(&mut self) -> Parsed {
        let line = self.advance().line;
        let mut items = Vec::new();
        while !self.is("]") {
            if !items.is_empty() {
                self.expect(",")?;
                if self.is("]") {
                    break;
                }
            }
            items.push(self.expression()?);
            self.bounded_items(items.len())?;
        }
        self.expect("]")?;
        Ok(node(line, Expression::List(items)))
    }

    fn dict(&mut self) -> Parsed {
        let line = self.advance().line;
        let mut pairs = Vec::new();
        while !self.is("}") {
            if !pairs.is_empty() {
                self.expect(",")?;
                if self.is("}") {
                    break;
                }
            }
            let key = self.expression()?;
            self.expect(":")?;
            pairs.push((key, self.expression()?));
            self.bounded_items(pairs.len())?;
        }
        self.expect("}")?;
        Ok(node(line, Expression::Dict(pairs)))
    }
}
