//! Which files cookiecutter copies without rendering them: those that binaryornot 0.6.0 takes for binary.
//!
//! The lists, the features and the tree's numbers are binaryornot's (BSD-3-Clause, Audrey M. Roy Greenfeld). It asks
//! the name's ending, then for signatures of known formats, then a decision tree about the first 512 bytes.
//!
//! What is not UTF-8 as a whole is binary here as well. That is a superset: cookiecutter fails on such a file if the
//! tree takes it for text. Hence only the tree's branches for UTF-8 are here, which include those for invalid UTF-8:
//! the 512 bytes can end within a character.

mod encoding;
mod tree;

use tree::Feature;

const BEGINNING: usize = 512;

/// Endings of names, without the dot, in order.
const ENDINGS: &[&str] = &[
    "3ds", "7z", "aac", "accdb", "aif", "aiff", "alac", "ape", "arrow", "avi", "avif", "avro", "bin", "blend", "bmp",
    "bz2", "cab", "class", "com", "cr2", "cr3", "dae", "db", "dbf", "dll", "dmg", "dng", "doc", "docx", "dwf", "dwg",
    "dxb", "eot", "epub", "exe", "fbx", "fit", "fits", "flac", "flv", "fw", "gba", "gif", "glb", "gz", "hdf5", "heic",
    "heif", "ico", "img", "iso", "jar", "jfif", "jp2", "jpeg", "jpg", "jxl", "lz", "lz4", "lzma", "m4a", "m4v", "mat",
    "mdb", "mid", "midi", "mkv", "mobi", "mov", "mp3", "mp4", "mpeg", "mpg", "msi", "n64", "nds", "nef", "nes", "npy",
    "npz", "o", "odt", "ogg", "ogv", "opus", "orf", "otf", "pages", "pak", "parquet", "pcap", "pcapng", "pdf", "png",
    "ppt", "pptx", "psd", "pyc", "pyo", "qcow2", "rar", "raw", "rom", "sav", "sfc", "shp", "shx", "smc", "so",
    "sqlite", "sqlite3", "step", "stl", "stp", "tar", "tif", "tiff", "ttc", "ttf", "usdz", "vdi", "vhd", "vmdk",
    "wasm", "wav", "webm", "webp", "wma", "wmv", "woff", "woff2", "xcf", "xls", "xlsx", "xz", "z", "zip", "zst",
];

/// What files of known formats begin with, as far as it can begin a UTF-8 text.
const SIGNATURES: &[&[u8]] = &[
    b"\0\0\0\x01Bud1",
    b"\0\0\0\x18ftyp",
    b"\0\0\0\x1cftypheic",
    b"\0\0\x01\0",
    b"\0\x01\0\0\0",
    b"\0asm",
    b"\x04\x22M\x18",
    b"\x1aE\xdf\xa3",
    b"!<arch>\n",
    b"%PDF-1.",
    b"070701",
    b"8BPS",
    b"ARROW1",
    b"BM",
    b"BZh",
    b"GIF87a",
    b"GIF89a",
    b"ID3",
    b"II*\0",
    b"MM\0*",
    b"MThd",
    b"MZ",
    b"OTTO",
    b"Obj\x01",
    b"OggS",
    b"PACK",
    b"PAR1",
    b"PK\x03\x04",
    b"RIFF",
    b"Rar!\x1a\x07",
    b"SQLite format 3\0",
    b"]\0\0",
    b"bplist",
    b"dex\n",
    b"fLaC",
    b"wOF2",
    b"wOFF",
    b"\x7fELF",
];

/// `name` is a file's name or path.
pub fn is_binary(name: &str, content: &[u8]) -> bool {
    if has_binary_ending(name) || std::str::from_utf8(content).is_err() {
        return true;
    }
    let beginning = &content[..content.len().min(BEGINNING)];
    if beginning.is_empty() {
        return false;
    }
    if SIGNATURES.iter().any(|signature| beginning.starts_with(signature)) {
        return true;
    }
    // No control character, one run, valid UTF-8: the tree's first three questions, and most files need no more.
    let is_plain = beginning.iter().all(|byte| is_printable(*byte) || is_space(*byte));
    !is_plain && tree::decide(|feature| value(feature, beginning))
}

/// As `pathlib` splits names: a dot that comes first or last begins no ending.
fn has_binary_ending(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    match name.rfind('.') {
        None | Some(0) => false,
        Some(dot) => ENDINGS.binary_search(&name[dot + 1..].to_lowercase().as_str()).is_ok(),
    }
}

fn value(feature: Feature, bytes: &[u8]) -> f64 {
    let all = bytes.len();
    let part = |count: usize| count as f64 / all as f64;
    let share = |is: fn(u8) -> bool| part(bytes.iter().filter(|byte| is(**byte)).count());
    let nulls_from = |first: usize| {
        let every_other: Vec<_> = bytes.iter().skip(first).step_by(2).collect();
        let nulls = every_other.iter().filter(|byte| ***byte == 0).count();
        nulls as f64 / every_other.len().max(1) as f64
    };
    // Short texts decode by chance.
    let decodes = |least: usize, valid: fn(&[u8]) -> bool| f64::from(u8::from(all >= least && valid(bytes)));
    match feature {
        Feature::Null => share(|byte| byte == 0),
        Feature::Control => share(|byte| byte < b' ' && !is_space(byte)),
        Feature::Printable => share(is_printable),
        Feature::High => share(|byte| byte >= 0x80),
        Feature::EvenNull => nulls_from(0),
        Feature::OddNull => nulls_from(1),
        Feature::Entropy => entropy(bytes),
        Feature::Run => {
            let runs = bytes.split(|byte| !is_printable(*byte) && !is_space(*byte));
            part(runs.map(<[u8]>::len).max().unwrap_or(0))
        }
        Feature::Utf8 => decodes(0, |bytes| std::str::from_utf8(bytes).is_ok()),
        Feature::Utf16Le => decodes(10, |bytes| encoding::is_utf16(bytes, u16::from_le_bytes)),
        Feature::Utf16Be => decodes(10, |bytes| encoding::is_utf16(bytes, u16::from_be_bytes)),
        Feature::Big5 => decodes(10, encoding::is_big5),
        Feature::ShiftJis => decodes(10, encoding::is_shift_jis),
        Feature::EucKr => decodes(10, encoding::is_euc_kr),
    }
}

fn is_printable(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r')
}

/// Shannon's, in bits for each byte.
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_usize; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let shares = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| *count as f64 / bytes.len() as f64);
    shares.fold(0.0, |entropy, share| entropy - share * share.log2())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endings_are_in_order() {
        assert!(ENDINGS.is_sorted());
    }

    #[test]
    fn the_tree_takes_plain_text_for_text_too() {
        for text in ["x", "\n", "\t\r\n", "fn main() {}\n", &"~ ".repeat(256)] {
            assert!(!tree::decide(|feature| value(feature, text.as_bytes())), "{text:?}");
        }
    }
}
