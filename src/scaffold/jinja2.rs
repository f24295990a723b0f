//! Jinja2 as cookiecutter's templates use it.

pub mod extensions;
