//! What cookiecutter gives every template beside Jinja2's own: its five built-in extensions, less `jsonify`.

use jiff::Timestamp;
use minijinja::{Environment, Error, ErrorKind};

mod now;
mod random;
mod slugify;

pub fn add_to(environment: &mut Environment) {
    add_with_clock(environment, Timestamp::now);
}

/// The same with a clock of the caller's.
pub fn add_with_clock(environment: &mut Environment, clock: impl Fn() -> Timestamp + Send + Sync + 'static) {
    now::add_to(environment, clock);
    random::add_to(environment);
    slugify::add_to(environment);
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}
