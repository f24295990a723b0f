//! The table behind `slugify`: what text-unidecode 1.3 makes of a character, in a tenth of the room it takes as texts.
//!
//! Both the crate `unidecode` and text-unidecode come from Perl's Text::Unidecode, by different versions of it. What
//! differs was measured over all of Unicode and is corrected here. Beyond U+FFFF text-unidecode knows nothing.

use std::collections::BTreeMap;
use std::fmt::Write;

const UNKNOWN: &str = "[?]";

/// First and last character, and what text-unidecode makes of them.
const CORRECTIONS: &[(u32, u32, &str)] = &[
    (0x80, 0x80, ""),
    (0x82, 0x8C, ""),
    (0x8E, 0x8E, ""),
    (0x91, 0x9C, ""),
    (0x9E, 0x9F, ""),
    (0x2E5, 0x2EB, ""),
    (0x2EF, 0x2FE, UNKNOWN),
    (0x3F4, 0x3F9, UNKNOWN),
    (0x3FC, 0x3FE, UNKNOWN),
    (0xAF0, 0xAF1, UNKNOWN),
    (0xAF9, 0xAF9, UNKNOWN),
    (0x13F5, 0x13F5, UNKNOWN),
    (0x13F8, 0x13FD, UNKNOWN),
    (0x1EFA, 0x1EFE, UNKNOWN),
    (0x25F4, 0x25F7, "#"),
    (0x25F8, 0x25FE, UNKNOWN),
    (0xFDF0, 0xFDFB, ""),
    (0xFDFC, 0xFDFD, UNKNOWN),
];

/// Blocks of 256 characters whose last one is unknown, and has a space behind that.
const SPACED: &[u32] = &[
    0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x13, 0x16, 0x17, 0x18,
    0x1E, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2E, 0x2F, 0x30, 0x31, 0x32, 0x33, 0x4D, 0x9F, 0xA4,
    0xD7, 0xFA, 0xFD,
];

fn transliterated(code: u32) -> &'static str {
    // Decomposed before they are looked up.
    const HANGUL: std::ops::RangeInclusive<u32> = 0xAC00..=0xD7A3;
    if code & 0xFF == 0xFF && SPACED.contains(&(code >> 8)) {
        return "[?] ";
    }
    if let Some((.., text)) = CORRECTIONS
        .iter()
        .find(|(first, last, _)| (*first..=*last).contains(&code))
    {
        return text;
    }
    match char::from_u32(code).filter(|_| !HANGUL.contains(&code)) {
        Some(char) => unidecode::unidecode_char(char),
        None => "",
    }
}

/// Rust source: which block a block of 256 characters is like, the blocks with the numbers of texts, where each text
/// starts, and all texts in one.
pub(crate) fn source() -> String {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut texts = String::new();
    let mut starts = vec![0];
    let mut blocks: Vec<Vec<usize>> = Vec::new();
    let mut pages = Vec::new();
    for page in 0..0x100_u32 {
        let mut block = Vec::new();
        for code in page << 8..(page + 1) << 8 {
            let text = transliterated(code);
            let next = numbers.len();
            let number = *numbers.entry(text).or_insert_with(|| {
                texts.push_str(text);
                starts.push(texts.len());
                next
            });
            block.push(number);
        }
        let like = blocks.iter().position(|known| *known == block).unwrap_or_else(|| {
            blocks.push(block);
            blocks.len() - 1
        });
        pages.push(like);
    }
    let mut source = String::new();
    let (number, count) = (blocks.len(), starts.len());
    let written = writeln!(source, "static PAGES: [u8; 256] = {pages:?};")
        .and_then(|()| writeln!(source, "static BLOCKS: [[u16; 256]; {number}] = {blocks:?};"))
        .and_then(|()| writeln!(source, "static STARTS: [u16; {count}] = {starts:?};"))
        .and_then(|()| writeln!(source, "static TEXTS: &str = {texts:?};"));
    assert!(written.is_ok(), "a String takes everything");
    source
}
