//! Lines cut at words, as Python's `textwrap` cuts them.

pub(super) struct Wrap {
    pub width: usize,
    pub long_words: bool,
    pub hyphens: bool,
}

fn is_space(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

fn is_word(char: char) -> bool {
    char == '_' || char.is_alphanumeric()
}

fn is_letter(char: Option<&char>) -> bool {
    char.is_some_and(|char| is_word(*char) && !char.is_numeric())
}

/// What a dash may stand behind.
fn is_word_or_mark(char: Option<&char>) -> bool {
    char.is_some_and(|char| is_word(*char) || "!\"'&.,?".contains(*char))
}

/// Words and what is between them; words with hyphens in parts.
fn chunks(text: &[char], hyphens: bool) -> Vec<&[char]> {
    let mut chunks = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = end_of_chunk(text, start, hyphens);
        chunks.push(&text[start..end]);
        start = end;
    }
    chunks
}

fn run(text: &[char], from: usize, is: impl Fn(char) -> bool) -> usize {
    text[from..].iter().take_while(|char| is(**char)).count() + from
}

/// Where dashes between two words end that begin here.
fn end_of_dashes(text: &[char], from: usize) -> Option<usize> {
    let end = run(text, from, |char| char == '-');
    (end >= from + 2 && text.get(end).is_some_and(|char| is_word(*char))).then_some(end)
}

fn end_of_chunk(text: &[char], start: usize, hyphens: bool) -> usize {
    if is_space(text[start]) {
        return run(text, start, is_space);
    }
    if !hyphens {
        return run(text, start, |char| !is_space(char));
    }
    let before = |place: usize, count: usize| place.checked_sub(count).and_then(|place| text.get(place));
    if is_word_or_mark(before(start, 1))
        && let Some(end) = end_of_dashes(text, start)
    {
        return end;
    }
    for end in start + 1..text.len() {
        if is_space(text[end]) {
            return end;
        }
        if text[end] == '-' {
            let behind_word = is_letter(before(end, 1)) && is_letter(before(end, 2))
                || is_word_or_mark(before(end, 1)) && before(end, 2) == Some(&'-') && is_letter(before(end, 3));
            let next = if text.get(end + 2) == Some(&'-') {
                end + 3
            } else {
                end + 2
            };
            if behind_word && is_letter(text.get(end + 1)) && is_letter(text.get(next)) {
                return end + 1;
            }
            if is_word_or_mark(before(end, 1)) && end_of_dashes(text, end).is_some() {
                return end;
            }
        }
    }
    text.len()
}

pub(super) fn wrapped(text: &str, wrap: &Wrap) -> Vec<String> {
    let text: Vec<char> = text.chars().collect();
    let mut rest: Vec<&[char]> = chunks(&text, wrap.hyphens);
    rest.reverse();
    let is_blank = |chunk: &[char]| chunk.iter().all(|char| super::letters::is_space(*char));
    let mut lines: Vec<String> = Vec::new();
    while !rest.is_empty() {
        let mut line: Vec<&[char]> = Vec::new();
        let mut length = 0;
        if !lines.is_empty() && rest.last().is_some_and(|chunk| is_blank(chunk)) {
            rest.pop();
        }
        while let Some(chunk) = rest.last().filter(|chunk| length + chunk.len() <= wrap.width) {
            length += chunk.len();
            line.push(chunk);
            rest.pop();
        }
        if let Some(long) = rest.last_mut().filter(|chunk| chunk.len() > wrap.width) {
            let space = wrap.width - length;
            if wrap.long_words {
                let end = cut(long, space.max(usize::from(wrap.width < 1)), wrap.hyphens);
                line.push(&long[..end]);
                *long = &long[end..];
            } else if line.is_empty() {
                line.push(long);
                rest.pop();
            }
        }
        if line.last().is_some_and(|chunk| is_blank(chunk)) {
            line.pop();
        }
        if !line.is_empty() {
            lines.push(line.concat().iter().collect());
        }
    }
    lines
}

/// Where a word that is too long is cut: behind a hyphen if it has one.
fn cut(chunk: &[char], space: usize, hyphens: bool) -> usize {
    let hyphen = chunk[..space].iter().rposition(|char| *char == '-');
    match hyphen {
        Some(hyphen) if hyphens && hyphen > 0 && chunk[..hyphen].iter().any(|char| *char != '-') => hyphen + 1,
        _ => space,
    }
}
