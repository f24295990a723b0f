//! The tags that have more to them than an expression.

use super::ast::{Expression, Link, Node};
use super::parser::Parser;
use super::statements::{Open, Statements};
use super::tokens::{Placed, Problem, Token};

type Done = Result<(), Problem>;

/// What a macro or a caller is given.
#[derive(Default)]
struct Parameters {
    names: Vec<String>,
    defaults: Vec<(String, Node)>,
}

impl Statements<'_> {
    pub(super) fn for_loop(&mut self, line: u32) -> Done {
        let target = self.parser.target(false)?;
        self.parser.expect_name("in")?;
        let items = self.parser.tuple(Parser::or, false)?;
        let test = match self.parser.skip_name("if") {
            true => Some(self.parser.expression()?),
            false => None,
        };
        self.begin(line, "for ");
        self.writer.word(&target.text);
        self.writer.word(" in ");
        self.writer.node(&items);
        self.writer.word("|__iterate");
        if let Some(test) = &test {
            self.writer.word(" if ");
            self.writer.node(test);
        }
        if self.parser.skip_name("recursive") {
            self.writer.word(" recursive");
        }
        self.body(Self::opened("for", ""))
    }

    pub(super) fn set(&mut self, line: u32) -> Done {
        let target = self.parser.target(true)?;
        self.begin(line, "set ");
        self.writer.word(&target.text);
        if self.parser.skip("=") {
            let node = self.parser.tuple(Parser::expression, false)?;
            self.writer.word(" = ");
            self.writer.node(&node);
            self.writer.word(if target.is_row { "|__iterate %}" } else { " %}" });
            return self.known(false);
        }
        if self.parser.is("|") {
            self.writer.word("|");
        }
        self.filters(None)?;
        self.body(Self::opened("set", "{% endwith %}"))
    }

    /// All values are found before any of them has its name.
    pub(super) fn with(&mut self, line: u32) -> Done {
        let (mut targets, mut values) = (Vec::new(), Vec::new());
        while self.parser.current().token != Token::BlockEnd && !self.parser.is(":") {
            if !targets.is_empty() {
                self.parser.expect(",")?;
            }
            let target = self.parser.target(false)?;
            targets.push(if target.is_row {
                format!("({})", target.text)
            } else {
                target.text
            });
            self.parser.expect("=")?;
            values.push(self.parser.expression()?);
        }
        self.begin(line, "with");
        match (&targets[..], &values[..]) {
            ([], _) => {}
            ([target], [value]) => {
                self.writer.word(" ");
                self.writer.word(target);
                self.writer.word(" = ");
                self.writer.node(value);
                self.writer
                    .word(if target.starts_with('(') { "|__iterate" } else { "" });
            }
            _ => {
                self.writer.word(&format!(" ({}) = ", targets.join(", ")));
                let expression = Expression::Tuple(values);
                self.writer.node(&Node { line, expression });
            }
        }
        self.body(Self::opened("with", ""))
    }

    /// Parameters and what they are where they are not given, which may be said with the parameters before.
    fn parameters(&mut self) -> Result<Parameters, Problem> {
        let (mut names, mut defaults) = (Vec::new(), Vec::new());
        self.parser.expect("(")?;
        while !self.parser.is(")") {
            if !names.is_empty() {
                self.parser.expect(",")?;
            }
            let name = self.parser.target_name()?;
            if self.parser.skip("=") {
                defaults.push((name.clone(), self.parser.expression()?));
            } else if !defaults.is_empty() {
                return self.parser.problem("non-default argument follows default argument");
            }
            names.push(name);
        }
        self.parser.expect(")")?;
        Ok(Parameters { names, defaults })
    }

    fn defaults(&mut self, defaults: &[(String, Node)]) {
        for (name, default) in defaults {
            self.writer
                .word(&format!("{{% if {name}|__test(\"undefined\") %}}{{% set {name} = "));
            self.writer.node(default);
            self.writer.word(" %}{% endif %}");
        }
    }

    /// Whether a name stands in what is up to come before the tag is closed.
    fn mentions(&self, name: &str, tag: &str) -> bool {
        let end = format!("end{tag}");
        let mut depth = 1;
        let upcoming = self.parser.upcoming();
        for (place, placed) in upcoming.iter().enumerate() {
            let Token::Name(found) = &placed.token else {
                continue;
            };
            let begins = place > 0 && upcoming[place - 1].token == Token::BlockBegin;
            match begins {
                true if *found == end => depth -= 1,
                true if found == tag => depth += 1,
                _ if found == name => return true,
                _ => {}
            }
            if depth == 0 {
                return false;
            }
        }
        false
    }

    pub(super) fn macro_definition(&mut self, line: u32) -> Done {
        let name = self.parser.target_name()?;
        let Parameters { mut names, defaults } = self.parameters()?;
        let caught: Vec<&str> = ["varargs", "kwargs"]
            .into_iter()
            .filter(|caught| !names.iter().any(|name| name == caught) && self.mentions(caught, "macro"))
            .collect();
        let mut open = Self::opened("macro", "");
        if !caught.is_empty() {
            // minijinja's macros take what they name and nothing else.
            let names: Vec<String> = names.iter().map(|name| format!(", \"{name}\"")).collect();
            open.after = format!(
                "{{% set {name} = {name}|__macro(\"{}\"{}) %}}",
                caught.join(" "),
                names.concat()
            );
        }
        names.extend(caught.into_iter().map(str::to_string));
        self.begin(line, "macro ");
        self.writer.word(&format!("{name}({})", names.join(", ")));
        self.body(open)?;
        self.defaults(&defaults);
        Ok(())
    }

    pub(super) fn call_block(&mut self, line: u32) -> Done {
        let Parameters { names, defaults } = match self.parser.is("(") {
            true => self.parameters()?,
            false => Parameters::default(),
        };
        let at = self.parser.current().at;
        let node = self.parser.expression()?;
        let Expression::Chain(base, links) = &node.expression else {
            return Err(Problem::new(at, "expected call"));
        };
        let Some((Link::Call(call), links)) = links.split_last() else {
            return Err(Problem::new(at, "expected call"));
        };
        self.begin(line, "call");
        if !names.is_empty() {
            self.writer.word(&format!("({})", names.join(", ")));
        }
        self.writer.word(" ");
        self.writer.whole_call(base, links, call);
        self.body(Self::opened("call", ""))?;
        self.defaults(&defaults);
        Ok(())
    }

    pub(super) fn block(&mut self, line: u32) -> Done {
        let name = self.parser.name()?;
        self.parser.skip_name("scoped");
        let required = self.parser.skip_name("required");
        if self.parser.is("-") {
            return self
                .parser
                .problem("Block names in Jinja have to be valid Python identifiers");
        }
        let is_hidden = self.extends_late && self.is_unasked();
        self.writer.word(if is_hidden { "{% if false %}" } else { "" });
        self.begin(line, "block ");
        self.writer.word(&name);
        self.writer.word(if required { " required" } else { "" });
        let after = if is_hidden { "{% endif %}" } else { "" };
        self.body(Open {
            label: name,
            after: after.to_string(),
            ..Self::opened("block", "")
        })
    }

    pub(super) fn print_tag(&mut self, line: u32) -> Done {
        let mut is_first = true;
        while self.parser.current().token != Token::BlockEnd {
            if !is_first {
                self.parser.expect(",")?;
            }
            is_first = false;
            let node = self.parser.expression()?;
            self.print(line, &node);
        }
        self.known(false)
    }

    pub(super) fn extends(&mut self, line: u32) -> Done {
        let parent = self.parser.expression()?;
        let is_include = |pair: &[Placed]| {
            pair[0].token == Token::BlockBegin && matches!(&pair[1].token, Token::Name(name) if name == "include")
        };
        let is_first = self.open.is_empty() && !self.extends;
        if is_first && self.parser.upcoming().windows(2).any(is_include) {
            self.extends_late = true;
            self.begin(line, "set __parent = ");
        } else {
            self.begin(line, "extends ");
        }
        self.writer.node(&parent);
        self.writer.word(" %}");
        self.extends |= self.open.is_empty();
        self.known(false)
    }

    /// Passes over `with context`, which minijinja has no other choice than.
    fn skip_context(&mut self) -> bool {
        let is_said = self.parser.is_name("with") || self.parser.is_name("without");
        if !is_said || !self.parser.is_name_at(1, "context") {
            return false;
        }
        self.parser.advance();
        self.parser.advance();
        true
    }

    pub(super) fn include(&mut self, line: u32) -> Done {
        let name = self.parser.expression()?;
        self.writer.word("{% with %}");
        self.begin(line, "include ");
        self.writer.node(&name);
        if self.parser.is_name("ignore") && self.parser.is_name_at(1, "missing") {
            self.parser.advance();
            self.parser.advance();
            self.writer.word(" ignore missing");
        }
        self.skip_context();
        self.writer.word(" %}{% endwith %}");
        self.known(false)
    }

    pub(super) fn import(&mut self, line: u32) -> Done {
        let name = self.parser.expression()?;
        self.parser.expect_name("as")?;
        let target = self.parser.target_name()?;
        self.skip_context();
        self.begin(line, "import ");
        self.writer.node(&name);
        self.writer.word(&format!(" as {target} %}}"));
        self.known(false)
    }

    pub(super) fn import_from(&mut self, line: u32) -> Done {
        let file = self.parser.expression()?;
        self.parser.expect_name("import")?;
        let mut names: Vec<String> = Vec::new();
        loop {
            if !names.is_empty() {
                self.parser.expect(",")?;
            }
            if self.skip_context() {
                break;
            }
            let mut name = self.parser.target_name()?;
            if name.starts_with('_') {
                return self
                    .parser
                    .problem("names starting with an underline can not be imported");
            }
            if self.parser.skip_name("as") {
                name = format!("{name} as {}", self.parser.target_name()?);
            }
            names.push(name);
            if self.skip_context() || !self.parser.is(",") {
                break;
            }
        }
        self.begin(line, "from ");
        self.writer.node(&file);
        self.writer.word(&format!(" import {} %}}", names.join(", ")));
        self.known(false)
    }
}
