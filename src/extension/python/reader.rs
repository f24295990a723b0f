//! Goes through a module's statements in their order, and notes what each binds.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ruff_python_ast::{Alias, Expr, ModModule, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange};

use super::super::text::{Place, Text};
use super::{Class, DEEPEST_BLOCK, Function, Import, Item, Literal, Loose, Module, Value, bytes, literal};

/// What a module binds, from its first statement to its last.
pub(super) fn read(text: &Rc<Text>, parsed: &Parsed<ModModule>) -> Module {
    let mut reader = Reader::new(text);
    reader.block(parsed.suite(), 0);
    reader.loosen(Loose::of(parsed.tokens(), &text.content));
    reader.module
}

struct Reader {
    module: Module,
}

impl Reader {
    fn new(text: &Rc<Text>) -> Reader {
        Reader {
            module: Module {
                text: Rc::clone(text),
                names: BTreeMap::new(),
                stars: Vec::new(),
                imports: Vec::new(),
                calls: Vec::new(),
                is_dynamic: false,
                rebound: BTreeSet::new(),
                loose: Loose::default(),
            },
        }
    }

    /// What may happen elsewhere than in the statements at the top takes the certainty from what they say.
    fn loosen(&mut self, loose: Loose) {
        for name in &loose.names {
            self.module.names.insert(name.clone(), Item::Other);
        }
        self.module.loose = loose;
    }

    fn place(&self, range: TextRange) -> Place {
        Place::new(&self.module.text, bytes(range))
    }

    /// Binds a name. What a branch binds beside something else is nothing that can be told.
    fn bind(&mut self, name: &str, item: Item, depth: usize) {
        let is_rebound = self.module.names.contains_key(name);
        if is_rebound {
            self.module.rebound.insert(name.to_string());
        }
        let item = match is_rebound && depth > 0 {
            true => Item::Other,
            false => item,
        };
        self.module.names.insert(name.to_string(), item);
    }

    fn block(&mut self, statements: &[Stmt], depth: usize) {
        if depth > DEEPEST_BLOCK {
            self.module.is_dynamic = true;
            return;
        }
        for statement in statements {
            self.statement(statement, depth);
        }
    }

    fn statement(&mut self, statement: &Stmt, depth: usize) {
        match statement {
            Stmt::ClassDef(class) => self.class(class, depth),
            Stmt::FunctionDef(function) => self.function(function, depth),
            Stmt::Import(import) => self.import(&import.names, depth),
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map(ToString::to_string).unwrap_or_default();
                let from = Import {
                    module,
                    level: import.level,
                    name: None,
                };
                let at = self.place(import.range());
                self.from(&from, &import.names, &at, depth);
            }
            Stmt::Assign(assign) => {
                let value = Value::of(&assign.value);
                for target in &assign.targets {
                    self.assign(target, &value, depth);
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.assign(&assign.target, &Value::of(value), depth);
                }
            }
            Stmt::AugAssign(assign) => self.other(&assign.target),
            Stmt::Expr(expression) => {
                let value = Value::of(&expression.value);
                if let Literal::Call { .. } = value.literal {
                    self.module.calls.push(value);
                }
            }
            Stmt::If(branch) => {
                self.block(&branch.body, depth + 1);
                for clause in &branch.elif_else_clauses {
                    self.block(&clause.body, depth + 1);
                }
            }
            Stmt::Try(block) => {
                for statements in [&block.body, &block.orelse, &block.finalbody] {
                    self.block(statements, depth + 1);
                }
                for handler in &block.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    self.block(&handler.body, depth + 1);
                }
            }
            Stmt::With(block) => {
                for target in block.items.iter().filter_map(|item| item.optional_vars.as_deref()) {
                    self.other(target);
                }
                self.block(&block.body, depth + 1);
            }
            Stmt::For(block) => {
                self.other(&block.target);
                self.block(&block.body, depth + 1);
                self.block(&block.orelse, depth + 1);
            }
            Stmt::While(block) => {
                self.block(&block.body, depth + 1);
                self.block(&block.orelse, depth + 1);
            }
            Stmt::Match(_) | Stmt::Delete(_) | Stmt::TypeAlias(_) | Stmt::Global(_) => self.module.is_dynamic = true,
            _ => {}
        }
    }

    fn class(&mut self, class: &StmtClassDef, depth: usize) {
        let read = Class::of(class, &self.module.text);
        self.bind(&class.name, Item::Class(read), depth);
    }

    fn function(&mut self, function: &StmtFunctionDef, depth: usize) {
        if function.name.as_str() == "__getattr__" {
            self.module.is_dynamic = true;
        }
        let decorators = function.decorator_list.iter();
        let decorators = decorators.map(|decorator| literal::dotted(&decorator.expression).unwrap_or_default());
        let read = Function {
            at: self.place(function.name.range()),
            decorators: decorators.collect(),
        };
        self.bind(&function.name, Item::Function(read), depth);
    }

    fn import(&mut self, names: &[Alias], depth: usize) {
        for alias in names {
            let whole = Import {
                module: alias.name.to_string(),
                level: 0,
                name: None,
            };
            self.module.imports.push((whole.clone(), self.place(alias.range())));
            match &alias.asname {
                Some(name) => self.bind(name, Item::Import(whole), depth),
                None => {
                    let top = alias.name.split('.').next().unwrap_or_default();
                    let import = Import {
                        module: top.to_string(),
                        ..whole
                    };
                    self.bind(top, Item::Import(import), depth);
                }
            }
        }
    }

    fn from(&mut self, from: &Import, names: &[Alias], at: &Place, depth: usize) {
        self.module.imports.push((from.clone(), at.clone()));
        for alias in names {
            if alias.name.as_str() == "*" {
                self.module.stars.push(from.clone());
                continue;
            }
            let import = Import {
                name: Some(alias.name.to_string()),
                ..from.clone()
            };
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            self.bind(name, Item::Import(import), depth);
        }
    }

    fn assign(&mut self, target: &Expr, value: &Value, depth: usize) {
        match target {
            Expr::Name(name) => self.bind(&name.id, Item::Value(value.clone()), depth),
            // `Class.name = ...` and `globals()[...] = ...` change what was read.
            Expr::Attribute(_) | Expr::Subscript(_) => self.module.is_dynamic = true,
            other => self.other(other),
        }
    }

    /// Names that a loop, an unpacking or the like binds.
    fn other(&mut self, target: &Expr) {
        match target {
            Expr::Name(name) => self.bind(&name.id, Item::Other, 0),
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| self.bound_in(target)),
            Expr::List(list) => list.elts.iter().for_each(|target| self.bound_in(target)),
            _ => {}
        }
    }

    fn bound_in(&mut self, target: &Expr) {
        match target {
            Expr::Name(name) => self.bind(&name.id, Item::Other, 0),
            // Nobody unpacks deeper at the top of a module.
            _ => self.module.is_dynamic = true,
        }
    }
}
