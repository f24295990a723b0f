//! binaryornot's decision tree, without the branches that no UTF-8 text reaches.

use To::{Binary, Row, Text};

/// What the tree asks about the first bytes of a file. Shares are between 0 and 1, answers are 0 or 1.
#[derive(Clone, Copy)]
pub(super) enum Feature {
    /// Share of zero bytes.
    Null,
    /// Share of control characters, zero among them; tab and the characters of line endings are none.
    Control,
    /// Share of printable ASCII.
    Printable,
    /// Share of bytes beyond ASCII.
    High,
    /// Zero bytes among those at even places.
    EvenNull,
    /// Zero bytes among those at odd places.
    OddNull,
    Entropy,
    /// The longest run of printable ASCII, tabs and line endings, as a share.
    Run,
    /// Whether these encodings can be the text's.
    Utf8,
    Utf16Le,
    Utf16Be,
    Big5,
    ShiftJis,
    EucKr,
}

use Feature::{
    Big5, Control, Entropy, EucKr, EvenNull, High, Null, OddNull, Printable, Run, ShiftJis, Utf8, Utf16Be, Utf16Le,
};

#[derive(Clone, Copy)]
enum To {
    Row(usize),
    Text,
    Binary,
}

/// A feature, a limit, where to go up to the limit, where to go beyond it. Each row leads to later ones only.
const ROWS: &[(Feature, f64, To, To)] = &[
    (Control, 0.000977, Row(1), Row(26)),
    (Run, 0.000977, Row(2), Row(6)),
    (Utf8, 0.5, Row(3), Text),
    (EucKr, 0.5, Row(4), Text),
    (Entropy, 1.953445, Binary, Row(5)),
    (Entropy, 2.74947, Text, Binary),
    (Utf8, 0.5, Row(7), Text),
    (Run, 0.063636, Row(8), Row(9)),
    (Entropy, 2.021329, Binary, Text),
    (Entropy, 3.047898, Text, Row(10)),
    (Printable, 0.758706, Row(11), Text),
    (Run, 0.134848, Row(12), Row(17)),
    (High, 0.633612, Row(13), Row(16)),
    (Entropy, 3.851786, Text, Row(14)),
    (High, 0.483333, Text, Row(15)),
    (Run, 0.129167, Binary, Text),
    (Printable, 0.145455, Text, Binary),
    (Big5, 0.5, Row(18), Row(25)),
    (Entropy, 3.572021, Row(19), Row(21)),
    (High, 0.49, Row(20), Binary),
    (Printable, 0.651515, Text, Binary),
    (Printable, 0.615079, Row(22), Row(24)),
    (ShiftJis, 0.5, Binary, Row(23)),
    (Run, 0.176923, Text, Binary),
    (Run, 0.252381, Text, Binary),
    (Entropy, 3.889752, Binary, Text),
    (Null, 0.163978, Row(27), Row(66)),
    (Utf8, 0.5, Row(28), Row(64)),
    (Entropy, 3.264621, Row(29), Row(34)),
    (Run, 0.022678, Row(30), Row(32)),
    (Printable, 0.000977, Row(31), Binary),
    (EvenNull, 0.001953, Text, Binary),
    (Control, 0.095455, Row(33), Text),
    (Run, 0.306818, Text, Binary),
    (Printable, 0.455534, Row(35), Row(45)),
    (High, 0.79057, Row(36), Text),
    (Control, 0.485714, Row(37), Text),
    (Entropy, 3.540884, Row(38), Row(42)),
    (Entropy, 3.528408, Row(39), Text),
    (Printable, 0.316667, Row(40), Binary),
    (Printable, 0.286364, Binary, Row(41)),
    (Utf16Le, 0.5, Text, Binary),
    (Printable, 0.446657, Binary, Row(43)),
    (Run, 0.066638, Row(44), Binary),
    (Printable, 0.450099, Text, Binary),
    (High, 0.425959, Row(46), Row(57)),
    (High, 0.394552, Row(47), Row(52)),
    (Entropy, 4.209417, Row(48), Binary),
    (Entropy, 4.175213, Row(49), Text),
    (High, 0.100962, Text, Row(50)),
    (High, 0.248047, Binary, Row(51)),
    (Run, 0.106443, Text, Binary),
    (Run, 0.082906, Text, Row(53)),
    (Control, 0.025, Text, Row(54)),
    (Entropy, 3.520764, Text, Row(55)),
    (Control, 0.1225, Binary, Row(56)),
    (Null, 0.033333, Text, Binary),
    (Run, 0.098599, Row(58), Row(59)),
    (Control, 0.012902, Binary, Text),
    (Entropy, 4.453697, Row(60), Binary),
    (High, 0.472136, Row(61), Binary),
    (Run, 0.121324, Text, Row(62)),
    (Run, 0.302885, Row(63), Text),
    (Entropy, 3.539612, Text, Binary),
    (Control, 0.45, Row(65), Binary),
    (Control, 0.006212, Binary, Text),
    (High, 0.082843, Row(67), Row(73)),
    (OddNull, 0.282534, Text, Row(68)),
    (Entropy, 3.088801, Row(69), Row(72)),
    (Null, 0.822852, Row(70), Binary),
    (Printable, 0.291667, Text, Row(71)),
    (Control, 0.521739, Text, Binary),
    (EvenNull, 0.140625, Text, Binary),
    (Run, 0.291667, Row(74), Binary),
    (Entropy, 0.698576, Binary, Row(75)),
    (Entropy, 5.613847, Row(76), Row(82)),
    (Printable, 0.361264, Row(77), Row(80)),
    (ShiftJis, 0.5, Text, Row(78)),
    (Utf16Be, 0.5, Row(79), Text),
    (Null, 0.379808, Text, Binary),
    (Printable, 0.408333, Row(81), Text),
    (Control, 0.26, Text, Binary),
    (Run, 0.012485, Text, Binary),
];

/// Whether a text with these features is binary.
pub(super) fn decide(value: impl Fn(Feature) -> f64) -> bool {
    let mut to = Row(0);
    loop {
        to = match to {
            Text => return false,
            Binary => return true,
            Row(index) => {
                let (feature, limit, within, beyond) = ROWS[index];
                if value(feature) <= limit { within } else { beyond }
            }
        };
    }
}
