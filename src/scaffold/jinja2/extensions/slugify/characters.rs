//! Kinds of characters as Python tells them, and transliteration.

use unicode_normalization::char::is_combining_mark;

include!(concat!(env!("OUT_DIR"), "/transliteration.rs"));

/// The zeros of all decimal digits that Python 3.11 knows; the nine others follow each.
const ZEROS: [u32; 66] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0,
    0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50,
    0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950,
    0x1FBF0,
];

/// `\d`, with its value.
pub(super) fn digit(char: char) -> Option<u32> {
    let code = u32::from(char);
    let zero = ZEROS[..ZEROS.partition_point(|zero| *zero <= code)].last()?;
    Some(code - zero).filter(|digit| *digit < 10)
}

/// `[^\W_]`: letters and numbers, but no marks and no letters in circles or squares.
pub(super) fn is_letter_or_number(char: char) -> bool {
    const ENCLOSED: [std::ops::RangeInclusive<char>; 4] = [
        '\u{24B6}'..='\u{24E9}',
        '\u{1F130}'..='\u{1F149}',
        '\u{1F150}'..='\u{1F169}',
        '\u{1F170}'..='\u{1F189}',
    ];
    char.is_alphanumeric() && !is_combining_mark(char) && !ENCLOSED.iter().any(|range| range.contains(&char))
}

/// What text-unidecode 1.3 makes of a character; Korean syllables have to be decomposed before.
pub(super) fn transliterated(char: char) -> &'static str {
    let Ok(code) = u16::try_from(u32::from(char)) else {
        return "";
    };
    let [page, index] = code.to_be_bytes();
    let block = &BLOCKS[usize::from(PAGES[usize::from(page)])];
    let number = usize::from(block[usize::from(index)]);
    &TEXTS[usize::from(STARTS[number])..usize::from(STARTS[number + 1])]
}
