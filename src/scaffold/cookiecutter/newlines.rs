//! Line endings: a template is rendered with `\n` only, and written with the ending its file begins with.

use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newline {
    Lf,
    CrLf,
    Cr,
}

/// Python decodes a text in pieces of this many bytes.
const PIECE: usize = 8192;

impl Newline {
    pub fn as_str(self) -> &'static str {
        match self {
            Newline::Lf => "\n",
            Newline::CrLf => "\r\n",
            Newline::Cr => "\r",
        }
    }

    /// What `_new_lines` asks for; none if Python would not take it.
    pub fn named(text: &str) -> Option<Newline> {
        [Newline::Lf, Newline::CrLf, Newline::Cr]
            .into_iter()
            .find(|newline| newline.as_str() == text)
    }

    /// The ending cookiecutter writes for a file with this content.
    ///
    /// It reads one line and asks Python which endings were seen: those in the pieces up to the one the line ends in.
    /// Of several it takes the first in the order `\r`, `\n`, `\r\n`, which need not be the one that came first.
    pub fn detect(content: &[u8]) -> Newline {
        let (mut cr, mut lf, mut crlf) = (false, false, false);
        // A `\r` whose next byte is not known yet.
        let mut open = false;
        for piece in content.chunks(PIECE) {
            // Nearly every piece.
            if !open && memchr::memchr(b'\r', piece).is_none() {
                match memchr::memchr(b'\n', piece) {
                    Some(_) => return Newline::Lf,
                    None => continue,
                }
            }
            for byte in piece {
                match (open, byte) {
                    (true, b'\n') => crlf = true,
                    (true, _) => cr = true,
                    (false, b'\n') => lf = true,
                    (false, _) => {}
                }
                open = *byte == b'\r';
            }
            if cr || lf || crlf {
                // The next piece is not read, so that a `\r` at the end of this one never counts.
                open = false;
                break;
            }
        }
        cr |= open;
        match (cr, lf, crlf) {
            (true, _, _) => Newline::Cr,
            (_, false, true) => Newline::CrLf,
            _ => Newline::Lf,
        }
    }

    /// The text as it is written: every `\n` of it becomes this ending; a `\r` stays, also where one came from an answer.
    pub fn write(self, rendered: &str) -> Cow<'_, str> {
        match self {
            Newline::Lf => Cow::Borrowed(rendered),
            _ if !rendered.contains('\n') => Cow::Borrowed(rendered),
            other => Cow::Owned(rendered.replace('\n', other.as_str())),
        }
    }
}

/// The text that is rendered: `\r\n` and `\r` have become `\n`.
pub fn to_render(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}
