//! What a text consists of to the parser.

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Data(String),
    BlockBegin,
    BlockEnd,
    VariableBegin,
    VariableEnd,
    Name(String),
    Text(String),
    /// The digits, without underscores and in decimal.
    Int(u128),
    Float(f64),
    Operator(&'static str),
    End,
}

impl Token {
    pub(super) fn described(&self) -> String {
        match self {
            Token::Data(_) => "template data / text".to_string(),
            Token::BlockBegin => "begin of statement block".to_string(),
            Token::BlockEnd => "end of statement block".to_string(),
            Token::VariableBegin => "begin of print statement".to_string(),
            Token::VariableEnd => "end of print statement".to_string(),
            Token::Name(name) => name.clone(),
            Token::Text(_) => "string".to_string(),
            Token::Int(_) => "integer".to_string(),
            Token::Float(_) => "float".to_string(),
            Token::Operator(operator) => (*operator).to_string(),
            Token::End => "end of template".to_string(),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub token: Token,
    pub line: u32,
    /// The byte where it begins.
    pub at: usize,
}

/// What is wrong with a text, and at which byte.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub at: usize,
    pub message: String,
}

impl Problem {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Problem {
        let message = message.into();
        Problem { at, message }
    }
}
