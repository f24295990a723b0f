//! A class: its bases, what it sets and what it can do.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use ruff_python_ast::{Expr, Parameters, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::bytes;
use super::literal::{Literal, Value, dotted};
use crate::extension::text::{Place, Text};

#[derive(Debug)]
pub struct Class {
    pub name: String,
    /// Of its name.
    pub at: Place,
    /// As they are written, `None` where that is no name.
    pub bases: Vec<Option<String>>,
    pub attributes: BTreeMap<String, Attribute>,
    pub methods: BTreeMap<String, Method>,
    /// A decorator, a metaclass or a base class with `__init_subclass__` may make something else of it.
    pub is_changed: bool,
    /// Where its first statement begins that is no docstring; nothing where there is none.
    pub body: Option<usize>,
}

#[derive(Debug)]
pub struct Attribute {
    pub value: Value,
    /// The whole statement, where it sets this alone.
    pub statement: Range<usize>,
}

#[derive(Debug)]
pub struct Method {
    pub at: Place,
    /// Parameters that must be given, without the first one.
    pub required: Vec<String>,
    pub returns: Returns,
    pub is_plain: bool,
}

/// What `return` gives in a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// It ends without a value, or with one that is written there.
    Nothing,
    /// The object itself, or what the base class gives.
    Itself,
    /// Something that is not known.
    Other,
}

impl Class {
    pub(super) fn of(class: &StmtClassDef, text: &Rc<Text>) -> Class {
        let arguments = class.arguments.as_deref();
        let bases = arguments.into_iter().flat_map(|arguments| arguments.args.iter());
        let keywords = arguments.is_some_and(|arguments| !arguments.keywords.is_empty());
        let mut read = Class {
            name: class.name.to_string(),
            at: Place::new(text, bytes(class.name.range())),
            bases: bases.map(base).collect(),
            attributes: BTreeMap::new(),
            methods: BTreeMap::new(),
            is_changed: !class.decorator_list.is_empty() || keywords,
            body: class
                .body
                .iter()
                .find(|first| !is_text(first))
                .map(|first| first.range().start().into()),
        };
        for statement in &class.body {
            read.statement(statement, text);
        }
        read.is_changed |= read.methods.contains_key("__init_subclass__");
        read
    }

    fn statement(&mut self, statement: &Stmt, text: &Rc<Text>) {
        match statement {
            Stmt::FunctionDef(method) => {
                let read = Method::of(method, text);
                self.attributes.remove(method.name.as_str());
                self.methods.insert(method.name.to_string(), read);
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.set(target, Some(&assign.value), bytes(assign.range()));
                }
            }
            Stmt::AnnAssign(assign) => {
                if assign.value.is_some() {
                    self.set(&assign.target, assign.value.as_deref(), bytes(assign.range()));
                }
            }
            Stmt::Expr(expression) if expression.value.is_literal_expr() => {}
            Stmt::Pass(_) | Stmt::ClassDef(_) => {}
            // Loops, branches, imports, calls: they may set anything.
            _ => self.is_changed = true,
        }
    }

    fn set(&mut self, target: &Expr, value: Option<&Expr>, statement: Range<usize>) {
        let (Expr::Name(name), Some(value)) = (target, value) else {
            self.is_changed = true;
            return;
        };
        let value = Value::of(value);
        self.methods.remove(name.id.as_str());
        self.attributes
            .insert(name.id.to_string(), Attribute { value, statement });
    }
}

fn is_text(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(expression) if expression.value.is_string_literal_expr())
}

/// A base's name; `Generic[T]` is `Generic`.
fn base(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Subscript(subscript) => dotted(&subscript.value),
        Expr::Call(_) => None,
        other => dotted(other),
    }
}

impl Method {
    fn of(method: &StmtFunctionDef, text: &Rc<Text>) -> Method {
        let mut returns = Found::default();
        returns.block(&method.body, 0);
        Method {
            at: Place::new(text, bytes(method.name.range())),
            required: required(&method.parameters),
            returns: returns.told(),
            is_plain: method.decorator_list.is_empty() && !method.is_async,
        }
    }
}

/// What must be given; the first one is the object itself.
fn required(parameters: &Parameters) -> Vec<String> {
    let positional = parameters.posonlyargs.iter().chain(&parameters.args).skip(1);
    let all = positional.chain(&parameters.kwonlyargs);
    let missing = all.filter(|parameter| parameter.default.is_none());
    missing.map(|parameter| parameter.parameter.name.to_string()).collect()
}

/// The returns of a method's body.
#[derive(Default)]
struct Found {
    itself: bool,
    other: bool,
}

impl Found {
    fn told(&self) -> Returns {
        match (self.itself, self.other) {
            (_, true) => Returns::Other,
            (true, false) => Returns::Itself,
            (false, false) => Returns::Nothing,
        }
    }

    fn block(&mut self, statements: &[Stmt], depth: usize) {
        if depth > super::DEEPEST_BLOCK {
            self.other = true;
            return;
        }
        for statement in statements {
            self.statement(statement, depth + 1);
        }
    }

    fn statement(&mut self, statement: &Stmt, depth: usize) {
        match statement {
            Stmt::Return(returned) => match returned.value.as_deref().map(Value::of).map(|value| value.literal) {
                None | Some(Literal::None | Literal::Bool(_) | Literal::Text(_) | Literal::Plain) => {}
                Some(Literal::Name(name)) if name == "self" => self.itself = true,
                Some(_) if returned.value.as_deref().is_some_and(is_super_load) => self.itself = true,
                Some(_) => self.other = true,
            },
            // It never comes to an end as usual, or it is a generator.
            Stmt::Raise(_) => self.other = true,
            Stmt::Expr(expression) => {
                self.other |= matches!(&*expression.value, Expr::Yield(_) | Expr::YieldFrom(_));
            }
            Stmt::If(branch) => {
                self.block(&branch.body, depth);
                branch
                    .elif_else_clauses
                    .iter()
                    .for_each(|clause| self.block(&clause.body, depth));
            }
            Stmt::Try(block) => {
                for statements in [&block.body, &block.orelse, &block.finalbody] {
                    self.block(statements, depth);
                }
                for handler in &block.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    self.block(&handler.body, depth);
                }
            }
            Stmt::With(block) => self.block(&block.body, depth),
            Stmt::For(_) | Stmt::While(_) | Stmt::Match(_) => self.other = true,
            _ => {}
        }
    }
}

/// `super().load(...)`
fn is_super_load(expression: &Expr) -> bool {
    let Expr::Call(call) = expression else { return false };
    let Expr::Attribute(attribute) = &*call.func else {
        return false;
    };
    let Expr::Call(of) = &*attribute.value else {
        return false;
    };
    attribute.attr.as_str() == "load" && matches!(&*of.func, Expr::Name(name) if name.id.as_str() == "super")
}
