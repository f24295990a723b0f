//! One thing that is to be said of a project: how bad it is, where, and what would mend it.

use std::ops::Range;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::text::Place;
use crate::neutral::{neutral_line, shortened};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// LocalStack certainly does not load it, or it certainly cannot be built.
    Error,
    /// It works by chance, or in some places only.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// Declares the codes once: the enum, and the names by which they are documented.
macro_rules! codes {
    ($($variant:ident $name:literal,)*) => {
        /// What kind of thing it is; never renamed, because people look for it and programs compare it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($variant,)* }

        impl Code {
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }
        }
    };
}

codes! {
    Unreadable "unreadable",
    NoProject "no-project",
    NoEntryPoint "no-entry-point",
    IgnoredEntryPoint "ignored-entry-point",
    WrongGroup "wrong-group",
    BadEntryPoint "bad-entry-point",
    ModuleMissing "module-missing",
    ModuleNotPackaged "module-not-packaged",
    SeveralPackages "several-packages",
    ObjectMissing "object-missing",
    NotAPlugin "not-a-plugin",
    NoName "no-name",
    NamespaceChanged "namespace-changed",
    ConstructorArguments "constructor-arguments",
    SameName "same-name",
    Shadows "shadows",
    RequiresPython "requires-python",
    LoadOverridden "load-overridden",
    NameDiffers "name-differs",
    NameNotUrl "name-not-url",
    GenericModule "generic-module",
    ApiDependency "api-dependency",
    BadgeEgg "badge-egg",
    LicenceForm "licence-form",
    Reexported "reexported",
    PackageData "package-data",
    MakeDist "make-dist",
    SameClass "same-class",
    DiscoveredAtBuild "discovered-at-build",
    DevMetadata "dev-metadata",
    LicensedImport "licensed-import",
    Computed "computed",
    DistMetadataStale "dist-metadata-stale",
}

/// Bytes of a file to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub range: Range<usize>,
    pub text: String,
}

/// What mends it without a doubt, and what was done in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub file: PathBuf,
    /// What the file must still be.
    pub was: String,
    pub edits: Vec<Edit>,
    pub told: String,
}

impl Fix {
    /// A single change in the file of a place.
    pub fn replace(place: &Place, range: Range<usize>, text: impl Into<String>, told: impl Into<String>) -> Fix {
        Fix {
            file: PathBuf::from(&place.text.path),
            was: place.text.content.clone(),
            edits: vec![Edit {
                range,
                text: text.into(),
            }],
            told: told.into(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    pub code: Code,
    /// From the root; `.` where no file is meant.
    pub file: String,
    pub line: Option<usize>,
    pub column: Option<usize>,
    pub message: String,
    pub hint: String,
    pub fix: Option<Fix>,
}

/// Enough to know a name by. A message names several.
const LONGEST_MESSAGE: usize = 600;

impl Finding {
    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Finding {
        Finding {
            severity,
            code,
            file: ".".into(),
            line: None,
            column: None,
            message: neutral_line(&shortened(&message.into(), LONGEST_MESSAGE)),
            hint: String::new(),
            fix: None,
        }
    }

    pub fn error(code: Code, message: impl Into<String>) -> Finding {
        Finding::new(Severity::Error, code, message)
    }

    pub fn warning(code: Code, message: impl Into<String>) -> Finding {
        Finding::new(Severity::Warning, code, message)
    }

    pub fn note(code: Code, message: impl Into<String>) -> Finding {
        Finding::new(Severity::Note, code, message)
    }

    #[must_use]
    pub fn at(mut self, place: &Place) -> Finding {
        self.file.clone_from(&place.text.path);
        self.line = Some(place.line());
        self.column = Some(place.column());
        self
    }

    /// A whole file or folder.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Finding {
        self.file = file.into();
        self.line = None;
        self.column = None;
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Finding {
        self.hint = neutral_line(&shortened(&hint.into(), LONGEST_MESSAGE));
        self
    }

    #[must_use]
    pub fn fix(mut self, fix: Option<Fix>) -> Finding {
        self.fix = fix;
        self
    }

    /// As one reads it: the place, what is wrong, and below it what to do.
    pub fn told(&self) -> String {
        let place = match (self.file.as_str(), self.line) {
            (".", _) => String::new(),
            (file, None) => format!("{}: ", neutral_line(file)),
            (file, Some(line)) => format!("{}:{line}: ", neutral_line(file)),
        };
        let severity = self.severity.name();
        format!("{place}{severity}: {}\n  hint: {}\n", self.message, self.hint)
    }

    /// For programs.
    pub fn data(&self) -> Value {
        json!({
            "severity": self.severity.name(),
            "code": self.code.name(),
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "hint": self.hint,
            "fixable": self.fix.is_some(),
        })
    }
}
