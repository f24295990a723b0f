//! Jinja2's filters by name.

use minijinja::Environment;

use super::operators::{Filter, add};
use super::{Syntax, lists, numbers, selection, texts, urls};

const FILTERS: [(&str, Filter); 55] = [
    ("abs", numbers::abs),
    ("attr", selection::attr),
    ("batch", lists::batch),
    ("capitalize", texts::capitalize),
    ("center", texts::center),
    ("count", lists::length),
    ("d", selection::default),
    ("default", selection::default),
    ("dictsort", lists::dictsort),
    ("e", texts::escape),
    ("escape", texts::escape),
    ("filesizeformat", numbers::filesizeformat),
    ("first", lists::first),
    ("float", numbers::float),
    ("forceescape", texts::forceescape),
    ("format", texts::format),
    ("groupby", selection::groupby),
    ("indent", texts::indent),
    ("int", numbers::int),
    ("items", lists::items),
    ("join", lists::join),
    ("jsonify", texts::jsonify),
    ("last", lists::last),
    ("length", lists::length),
    ("list", lists::list),
    ("lower", texts::lower),
    ("map", selection::map),
    ("max", selection::max),
    ("min", selection::min),
    ("pprint", texts::pprint),
    ("random", lists::random),
    ("reject", selection::reject),
    ("rejectattr", selection::rejectattr),
    ("replace", texts::replace),
    ("reverse", lists::reverse),
    ("round", numbers::round),
    ("safe", texts::safe),
    ("select", selection::select),
    ("selectattr", selection::selectattr),
    ("slice", lists::slice),
    ("sort", selection::sort),
    ("string", texts::string),
    ("striptags", texts::striptags),
    ("sum", numbers::sum),
    ("title", texts::title),
    ("tojson", texts::tojson),
    ("trim", texts::trim),
    ("truncate", texts::truncate),
    ("unique", selection::unique),
    ("upper", texts::upper),
    ("urlencode", urls::urlencode),
    ("urlize", urls::urlize),
    ("wordcount", texts::wordcount),
    ("wordwrap", texts::wordwrap),
    ("xmlattr", urls::xmlattr),
];

/// Filters of cookiecutter's that are not made here.
const ELSEWHERE: [&str; 1] = ["slugify"];

pub(super) fn register(environment: &mut Environment<'static>, syntax: &Syntax) {
    for (name, filter) in FILTERS {
        add(environment, name, filter);
    }
    environment.add_global(texts::NEWLINE, syntax.newline.as_str());
}

pub(super) fn is_known(name: &str) -> bool {
    ELSEWHERE.contains(&name) || FILTERS.iter().any(|(known, _)| *known == name)
}
