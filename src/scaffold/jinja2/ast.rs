//! Expressions as Jinja2 reads them.

/// An expression and the line it begins on.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub line: u32,
    pub expression: Expression,
}

pub(super) fn node(line: u32, expression: Expression) -> Node {
    Node { line, expression }
}

#[derive(Clone, Debug)]
pub(super) enum Expression {
    None,
    Bool(bool),
    Int(u128),
    Float(f64),
    Text(String),
    Name(String),
    Tuple(Vec<Node>),
    List(Vec<Node>),
    Dict(Vec<(Node, Node)>),
    /// `from:to:step` within brackets.
    Slice([Option<Box<Node>>; 3]),
    /// What is done to a value, one after the other.
    Chain(Box<Node>, Vec<Link>),
    Not(Box<Node>),
    Sign(&'static str, Box<Node>),
    /// Operators of one rank: left to right.
    Calculation(Box<Node>, Vec<(&'static str, Node)>),
    Concatenation(Vec<Node>),
    Comparison(Box<Node>, Vec<(&'static str, Node)>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Condition {
        test: Box<Node>,
        then: Box<Node>,
        otherwise: Option<Box<Node>>,
    },
}

#[derive(Clone, Debug)]
pub(super) enum Link {
    Attribute(String),
    Item(Node),
    Call(Call),
    Filter(String, Call),
    Test { name: String, negated: bool, call: Call },
}

#[derive(Clone, Debug, Default)]
pub(super) struct Call {
    pub positional: Vec<Node>,
    pub named: Vec<(String, Node)>,
    pub more: Option<Box<Node>>,
    pub more_named: Option<Box<Node>>,
}
