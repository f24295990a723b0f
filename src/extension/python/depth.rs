//! How deep a text nests, found without building anything of that depth: the parser takes some kilobytes for every level.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Mode;
use ruff_python_parser::lexer::lex;

/// Of brackets, as many as Python itself reads.
const MOST_BRACKETS: usize = 200;
/// Of blocks, as many as Python itself reads.
const MOST_BLOCKS: usize = 100;
/// Of operators that stand before or between what they are for, without a comma or a new line: nobody writes so many.
const MOST_OPERATORS: usize = 200;

pub(super) fn is_too_deep(content: &str) -> bool {
    let (mut brackets, mut blocks, mut operators) = (0_usize, 0_usize, 0_usize);
    let mut tokens = lex(content, Mode::Module);
    loop {
        match tokens.next_token() {
            TokenKind::EndOfFile => return false,
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => brackets += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::FStringEnd | TokenKind::TStringEnd => {
                brackets = brackets.saturating_sub(1);
            }
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = blocks.saturating_sub(1),
            TokenKind::Newline | TokenKind::Comma => operators = 0,
            TokenKind::Not
            | TokenKind::Minus
            | TokenKind::Plus
            | TokenKind::Tilde
            | TokenKind::Await
            | TokenKind::Lambda
            | TokenKind::DoubleStar
            | TokenKind::Star
            | TokenKind::Yield
            | TokenKind::ColonEqual
            | TokenKind::Else => operators += 1,
            _ => {}
        }
        if brackets > MOST_BRACKETS || blocks > MOST_BLOCKS || operators > MOST_OPERATORS {
            return true;
        }
    }
}
