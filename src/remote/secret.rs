//! What in an address gives access, and text without it: passwords and tokens reach git and nothing else.

/// Below this a secret on its own is too short to be told from other text; in an address it is removed all the same.
const SHORTEST: usize = 4;

/// A secret in every spelling that git may give it, the longest first.
#[derive(Clone, Default)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// Adds a part of an address, unless it is plain to see in what is `shown` of the address anyway.
    pub(super) fn add(&mut self, part: &str, shown: &str) {
        let decoded = decoded(part);
        let text = String::from_utf8_lossy(&decoded).into_owned();
        let spellings = [
            part.to_string(),
            text,
            encoded(&decoded, false),
            encoded(&decoded, true),
        ];
        let spellings = spellings
            .into_iter()
            .filter(|secret| secret.len() >= SHORTEST && !shown.contains(secret.as_str()));
        self.0.extend(spellings);
        self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        self.0.dedup();
    }

    /// The text with every secret, and the credentials in every address, removed.
    pub(super) fn hidden_in(&self, text: &str) -> String {
        let mut text = text.to_string();
        for secret in &self.0 {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), "***");
            }
        }
        addresses_without_credentials(&text)
    }
}

/// Any text without what could be a user and a password in it, be it an address or not: `USER:PASSWORD@` with no
/// scheme in front as well, which is a forgotten one more often than it is anything else.
pub fn without_credentials(text: &str) -> String {
    let text = addresses_without_credentials(text);
    let ends_word = |char: char| char.is_whitespace() || matches!(char, '\'' | '"' | '`' | '<' | '>');
    let mut clean = String::with_capacity(text.len());
    for word in text.split_inclusive(ends_word) {
        match (word.find(':'), word.rfind('@')) {
            (Some(colon), Some(at)) if colon < at && !word.contains("://") => {
                let user = word[..colon].rfind(['/', '=']).map_or(0, |before| before + 1);
                clean.push_str(&word[..user]);
                clean.push_str("***");
                clean.push_str(&word[at..]);
            }
            _ => clean.push_str(word),
        }
    }
    clean
}

/// The text whose addresses have lost what is between `://` and `@`, and what is behind a `?`.
///
/// These need not be credentials the user typed: git's own configuration may put others into an address.
fn addresses_without_credentials(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, address) = rest.split_at(start + 3);
        clean.push_str(before);
        let end = address
            .find(|char: char| char.is_whitespace() || matches!(char, '\'' | '"' | '<' | '>'))
            .unwrap_or(address.len());
        let (address, behind) = address.split_at(end);
        let host_end = address.find('/').unwrap_or(address.len());
        let (authority, path) = address.split_at(host_end);
        if let Some((credentials, host)) = authority.rsplit_once('@') {
            // A user name alone is how ssh is told where to go, and no secret.
            if before.ends_with("ssh://") {
                let user = credentials.split(':').next().unwrap_or_default();
                clean.push_str(user);
                clean.push('@');
            }
            clean.push_str(host);
        } else {
            clean.push_str(authority);
        }
        clean.push_str(path.split('?').next().unwrap_or_default());
        rest = behind;
    }
    clean.push_str(rest);
    clean
}

/// What of a refused address can be shown: all that could be a credential is left out, wherever it begins or ends.
pub(super) fn refused(text: &str) -> String {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let rest = rest.rsplit('@').next().unwrap_or_default();
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}{rest}")
}

/// The bytes that `%41` and its like stand for.
pub(super) fn decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).filter(|_| *byte == b'%');
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    decoded
}

fn encoded(bytes: &[u8], upper: bool) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(*byte)),
            byte if upper => text.push_str(&format!("%{byte:02X}")),
            byte => text.push_str(&format!("%{byte:02x}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let mut secrets = Secrets::default();
        secrets.add("s%2fcr t+", "https://host/x");
        for text in ["s%2fcr t+", "s/cr t+", "s%2Fcr%20t%2B", "s%2fcr%20t%2b"] {
            assert_eq!(secrets.hidden_in(&format!("a {text} b")), "a *** b", "{text}");
        }
    }

    #[test]
    fn what_is_short_or_shown_stays_readable() {
        let mut secrets = Secrets::default();
        secrets.add("x", "https://host/alice/x");
        secrets.add("alice", "https://host/alice/x");
        assert_eq!(secrets.hidden_in("fatal: alice/x"), "fatal: alice/x");
    }

    #[test]
    fn addresses_lose_their_credentials() {
        let secrets = Secrets::default();
        for (text, expected) in [
            (
                "unable to access 'https://u:p@h/x/': no",
                "unable to access 'https://h/x/': no",
            ),
            ("https://u@h", "https://h"),
            ("ssh://git:pw@h/x", "ssh://git@h/x"),
            ("see https://h/x?token=t#y, ssh://h", "see https://h/x ssh://h"),
            ("https://a@b@h/x http://u:p@h/@y", "https://h/x http://h/@y"),
            ("a://", "a://"),
        ] {
            assert_eq!(secrets.hidden_in(text), expected);
        }
    }

    #[test]
    fn a_user_and_a_password_are_left_out_of_any_text() {
        for (text, expected) in [
            ("tok:s3cret@h/x", "***@h/x"),
            ("tok:s3cret@h:o/x", "***@h:o/x"),
            ("//tok:s3cret@h/x", "//***@h/x"),
            ("--template=tok:s3:cr@et@h/x", "--template=***@h/x"),
            (
                "unexpected argument 'tok:s3cret@h/x' found",
                "unexpected argument '***@h/x' found",
            ),
            ("https://tok:s3cret@h/x", "https://h/x"),
            ("git@h:o/x", "git@h:o/x"),
            ("note: write to me@h", "note: write to me@h"),
        ] {
            assert_eq!(without_credentials(text), expected);
        }
    }

    #[test]
    fn a_refused_address_shows_nothing_that_could_be_secret() {
        for text in [
            "http://u:to/ken@h/x",
            "http://u:to?ken@h/x",
            "http://u:to#ken@h/x",
            "http://to@ken@h/x",
        ] {
            assert_eq!(refused(text), "http://h/x", "{text}");
        }
        assert_eq!(refused("http://h/x?token"), "http://h/x");
    }
}
