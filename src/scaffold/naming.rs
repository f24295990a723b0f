//! Slug, module and class name from a project name: the safe defaults, whatever the name holds.
//!
//! Letters outside ASCII are transliterated, everything is lower-cased (the documented default for "My LocalStack
//! Extension" is `my-localstack-extension`, heck alone would split `local-stack`), and heck finds the words.

use deunicode::deunicode;
use heck::{ToKebabCase, ToTitleCase, ToUpperCamelCase};
use unicode_normalization::UnicodeNormalization;

use super::reserved;

/// The longest slug, module or class name. A wheel's file name repeats the slug and must stay below 255 bytes.
pub const LONGEST_NAME: usize = 100;

/// A distribution name: `bob-s` joins as `bobs`, words by hyphens. Empty when the text has no letter or digit.
pub fn slug(text: &str) -> String {
    ours(&shortened(&words(text).to_kebab_case(), '-'), '-')
}

/// An importable module name: a keyword gets a trailing underscore, a leading digit the prefix `ext_`, a name that is
/// somebody else's the prefix `localstack_`. Empty when the text has no letter or digit.
pub fn module(text: &str) -> String {
    let module = words(text).to_kebab_case().replace('-', "_");
    let safe = if module.starts_with(|first: char| first.is_ascii_digit()) {
        format!("ext_{module}")
    } else if reserved::KEYWORDS.contains(&module.as_str()) {
        format!("{module}_")
    } else {
        ours(&module, '_')
    };
    shortened(&safe, '_')
}

/// A class name. Empty when the text has no letter or digit.
pub fn class(text: &str) -> String {
    let kebab = words(text).to_kebab_case();
    let class = shortened(&kebab, '-').to_upper_camel_case();
    if class.starts_with(|first: char| first.is_ascii_digit()) {
        shortened(&format!("ext-{kebab}"), '-').to_upper_camel_case()
    } else if is_of_python(&class) {
        format!("{class}Extension")
    } else {
        class
    }
}

/// A project name from a folder's name: `my-cool_ext` is read as "My Cool Ext".
pub fn title(folder: &str) -> String {
    folder.nfc().collect::<String>().to_title_case()
}

/// Whether a class of this name would hide a word or a class of Python's.
pub fn is_of_python(class: &str) -> bool {
    reserved::KEYWORDS.contains(&class) || reserved::BUILTIN_CLASSES.contains(&class)
}

/// Why a module or distribution of this name would not work: it is somebody else's, or the tools skip it.
///
/// `-` and `_` are the same here, as they are for an installer.
pub fn taken_by(name: &str) -> Option<&'static str> {
    let name = name.replace('-', "_");
    let holds = |names: &[&str]| names.binary_search(&name.as_str()).is_ok();
    if holds(reserved::STANDARD_LIBRARY) {
        Some("is a module of Python's standard library")
    } else if holds(reserved::LOCALSTACK_ENVIRONMENT) {
        Some("is a package of LocalStack's own environment")
    } else if holds(reserved::SETUPTOOLS_EXCLUDED) {
        Some("is left out by setuptools' package discovery")
    } else if holds(reserved::WINDOWS_DEVICES) {
        Some("is a device name on Windows")
    } else if holds(reserved::DEVELOPMENT_TOOLS) {
        Some("is a package of the tools that the project is developed with")
    } else if name == "conftest" || name.starts_with("test_") {
        Some("is what pytest takes for tests")
    } else if name == "node_modules" {
        Some("is a folder that tools leave alone")
    } else if name == "s3" {
        Some("is the name of a host of LocalStack's")
    } else if name == "makefile" || name == "setup" {
        Some("clashes with a file of the project")
    } else {
        None
    }
}

/// Whose module is imported in LocalStack when another distribution brings one of this name; nobody's for the two
/// namespaces that everybody may add to.
pub fn owner_of(module: &str) -> Option<&'static str> {
    let holds = |names: &[&str]| names.binary_search(&module).is_ok();
    if holds(reserved::STANDARD_LIBRARY) {
        Some("Python's standard library")
    } else if holds(reserved::LOCALSTACK_ENVIRONMENT) && !matches!(module, "google" | "zope") {
        Some("LocalStack's own environment")
    } else {
        None
    }
}

/// Whether setuptools leaves a folder of this name out when it looks for packages by itself.
pub fn is_left_out_of_packages(folder: &str) -> bool {
    reserved::SETUPTOOLS_EXCLUDED.binary_search(&folder).is_ok()
}

/// The text as lower-case ASCII whose words heck can find. An apostrophe joins: "Bob's" is one word.
fn words(text: &str) -> String {
    let composed: String = text.nfkc().filter(|c| !matches!(c, '\'' | '’' | 'ʼ')).collect();
    deunicode(&composed).to_ascii_lowercase()
}

/// The name, or one made from it that is nobody else's.
fn ours(name: &str, separator: char) -> String {
    let prefixed = format!("localstack{separator}{name}");
    let suffixed = format!("{prefixed}{separator}extension");
    let free = [name, &prefixed, &suffixed]
        .into_iter()
        .find(|name| taken_by(name).is_none());
    free.map_or(String::new(), |name| shortened(name, separator))
}

/// Cuts a name that is too long at the last separator that fits.
fn shortened(name: &str, separator: char) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_string();
    }
    let head = &name[..=LONGEST_NAME];
    let end = head.rfind(separator).filter(|end| *end > 0).unwrap_or(LONGEST_NAME);
    head[..end].trim_end_matches(separator).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffold::rule::Rule;

    const LISTS: [&[&str]; 7] = [
        reserved::STANDARD_LIBRARY,
        reserved::LOCALSTACK_ENVIRONMENT,
        reserved::SETUPTOOLS_EXCLUDED,
        reserved::WINDOWS_DEVICES,
        reserved::KEYWORDS,
        reserved::DEVELOPMENT_TOOLS,
        reserved::BUILTIN_CLASSES,
    ];

    #[test]
    fn the_documented_defaults() {
        assert_eq!(slug("My LocalStack Extension"), "my-localstack-extension");
        assert_eq!(module("my-localstack-extension"), "my_localstack_extension");
        assert_eq!(class("My LocalStack Extension"), "MyLocalstackExtension");
    }

    #[test]
    fn names_follow_from_any_text() {
        assert_eq!(slug("Bob's Extension"), "bobs-extension");
        assert_eq!(slug("Cafe\u{301} Größe"), "cafe-grosse");
        assert_eq!(slug("日本語拡張"), "ri-ben-yu-kuo-zhang");
        assert_eq!(slug("Tpl {{ 7*7 }}"), "tpl-7-7");
        assert_eq!(slug("!?"), "");
        assert_eq!(title("my-cool_ext"), "My Cool Ext");
    }

    #[test]
    fn a_name_that_would_break_the_package_gets_a_safe_one() {
        assert_eq!(slug("JSON"), "localstack-json");
        assert_eq!(module("json"), "localstack_json");
        assert_eq!(module("localstack-json"), "localstack_json");
        assert_eq!(module("class"), "class_");
        assert_eq!(module("123 Extension"), "ext_123_extension");
        assert_eq!(class("123 Extension"), "Ext123Extension");
        assert_eq!(class("true"), "TrueExtension");
        assert_eq!(module("Test"), "localstack_test");
    }

    #[test]
    fn every_reserved_name_has_a_safe_one() {
        for list in LISTS {
            for name in list {
                for (safe, rule) in [(slug(name), Rule::DistributionName), (module(name), Rule::ModuleName)] {
                    assert_eq!(rule.check(&safe).as_ref(), Ok(&safe), "{name}");
                }
            }
        }
    }

    #[test]
    fn long_names_are_cut_between_words() {
        let long = "word ".repeat(60);
        for name in [slug(&long), module(&long), class(&long)] {
            assert!(name.len() <= LONGEST_NAME && name.ends_with("ord"), "{name}");
        }
        assert_eq!(slug(&"x".repeat(300)).len(), LONGEST_NAME);
    }

    #[test]
    fn the_reserved_lists_are_sorted_for_the_binary_search() {
        for list in LISTS {
            assert!(list.is_sorted());
        }
    }
}
