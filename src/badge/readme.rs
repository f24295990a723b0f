//! Putting the badge into a README exactly once, or correcting the one that is there, in the README's own markup.

use std::ops::Range;

use super::{Badge, IMAGE, INSTALLER, LABEL};

/// Every badge image in use ends like this; older READMEs take it from another host.
const IMAGE_FILE: &str = "/gh/extension-badge.svg";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    Markdown,
    Rst,
    AsciiDoc,
}

impl Markup {
    /// By the name of the README; Markdown where nothing else is said.
    pub fn of(file_name: &str) -> Markup {
        match file_name
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "rst" => Markup::Rst,
            "adoc" | "asciidoc" => Markup::AsciiDoc,
            _ => Markup::Markdown,
        }
    }
}

/// What has to be done to a README.
#[derive(Debug, PartialEq, Eq)]
pub enum Put {
    /// The badge is there and right.
    Unchanged,
    /// The whole new text.
    Changed(String),
    /// There is a badge in a form that only its author can correct.
    Unclear,
}

/// The README with this badge in it once: a badge that is there is corrected, else one is put below the title.
pub fn put(badge: &Badge, readme: &str, markup: Markup) -> Put {
    // A byte order mark stays in front.
    let (mark, body) = match readme.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", readme),
    };
    let newline = if body.contains("\r\n") { "\r\n" } else { "\n" };
    let prose = without_code(body, markup);
    let (place, text) = match prose.find(IMAGE_FILE) {
        Some(image) => match existing(badge, body, &prose, image, markup) {
            Some(found) => found,
            None => return Put::Unclear,
        },
        None => inserted(badge, body, &prose, markup),
    };
    let text = text.replace('\n', newline);
    if body[place.clone()] == text {
        return Put::Unchanged;
    }
    Put::Changed(format!("{mark}{}{text}{}", &body[..place.start], &body[place.end..]))
}

/// Where installer links in a README say what is installed, behind `egg=`; what is shown as code is none.
pub fn eggs(readme: &str, markup: Markup) -> Vec<Range<usize>> {
    let prose = without_code(readme, markup);
    let links = prose.match_indices(INSTALLER);
    let egg = |(start, _): (usize, &str)| {
        let rest = &prose[start..];
        let link = &rest[..rest.find([')', '"', '\'', '>', ']', ' ', '\n']).unwrap_or(rest.len())];
        let name = link.find("#egg=")? + "#egg=".len();
        let length = link[name..].find('&').unwrap_or(link.len() - name);
        (length > 0).then(|| start + name..start + name + length)
    };
    links.filter_map(egg).collect()
}

/// The badge around the image at `image`: its place, and what should stand there.
fn existing(badge: &Badge, text: &str, prose: &str, image: usize, markup: Markup) -> Option<(Range<usize>, String)> {
    match markup {
        Markup::Rst => Some(rst_directive(badge, text, image)),
        Markup::AsciiDoc => {
            let start = prose[..image].rfind("image:")?;
            let macro_name = if prose[start..].starts_with("image::") {
                "image::"
            } else {
                "image:"
            };
            let end = image + prose[image..].find(']')? + 1;
            Some((start..end, badge.asciidoc().replacen("image:", macro_name, 1)))
        }
        Markup::Markdown => {
            let tag = prose[..image]
                .rfind("<img")
                .filter(|tag| !prose[*tag..image].contains('>'));
            match tag {
                Some(tag) => Some((html_badge(prose, tag, image)?, badge.html())),
                None => Some((markdown_badge(prose, image)?, badge.markdown())),
            }
        }
    }
}

/// `![...](image)`, with the link around it where it has one.
fn markdown_badge(prose: &str, image: usize) -> Option<Range<usize>> {
    let start = prose[..image].rfind("![")?;
    let label_end = start + prose[start..image].find("](")?;
    // The image's address begins right there, and nothing else ends before it.
    if prose[label_end + 2..image].contains([')', ' ', '\n']) {
        return None;
    }
    let end = image + prose[image..].find(')')? + 1;
    if !prose[..start].ends_with('[') {
        return Some(start..end);
    }
    let closing = if prose[end..].starts_with("](") {
        ')'
    } else if prose[end..].starts_with("][") {
        ']'
    } else {
        return Some(start..end);
    };
    Some(start - 1..end + 2 + prose[end + 2..].find(closing)? + 1)
}

/// `<img ...>`, with the link around it where it has one; both may span lines.
fn html_badge(prose: &str, tag: usize, image: usize) -> Option<Range<usize>> {
    let end = image + prose[image..].find('>')? + 1;
    let after = &prose[end..];
    let closing = after
        .trim_start()
        .starts_with("</a>")
        .then(|| end + after.len() - after.trim_start().len() + 4);
    let opening = prose[..tag]
        .trim_end()
        .strip_suffix('>')
        .and_then(|before| before.rfind('<'));
    match (opening.filter(|opening| prose[*opening..].starts_with("<a")), closing) {
        (Some(opening), Some(closing)) => Some(opening..closing),
        _ => Some(tag..end),
    }
}

/// An image directive, whose head (it may define a substitution) and other options stay as they are.
fn rst_directive(badge: &Badge, text: &str, image: usize) -> (Range<usize>, String) {
    let start = text[..image].rfind('\n').map_or(0, |newline| newline + 1);
    let address = text[start..image]
        .rfind(char::is_whitespace)
        .map_or(start, |blank| start + blank + 1);
    let head = text[start..address].to_string();
    let margin = head.len() - head.trim_start().len();
    let mut end = image + text[image..].find('\n').unwrap_or(text.len() - image);
    let mut options: Vec<String> = Vec::new();
    for line in text[end..].split_inclusive('\n').skip(1) {
        let is_option = line.trim_start().starts_with(':') && line.len() - line.trim_start().len() > margin;
        if !is_option {
            break;
        }
        options.push(line.trim_end().to_string());
        end += 1 + line.trim_end_matches(['\r', '\n']).len();
        end += usize::from(line.ends_with("\r\n"));
    }
    let indent = " ".repeat(margin + 3);
    let is = |option: &str, name: &str| option.trim_start().starts_with(name);
    let target = format!("{indent}:target: {}", badge.installer_url());
    match options.iter_mut().find(|option| is(option, ":target:")) {
        Some(option) => *option = target,
        None => options.insert(0, target),
    }
    if !options.iter().any(|option| is(option, ":alt:")) {
        options.push(format!("{indent}:alt: {LABEL}"));
    }
    let end = start + text[start..end].trim_end().len();
    (start..end, format!("{head}{IMAGE}\n{}", options.join("\n")))
}

/// A new badge below the title, a line of its own.
fn inserted(badge: &Badge, text: &str, prose: &str, markup: Markup) -> (Range<usize>, String) {
    let badge = match markup {
        Markup::Markdown => badge.markdown(),
        Markup::Rst => badge.rst(),
        Markup::AsciiDoc => badge.asciidoc(),
    };
    let place = below_title(prose, markup);
    let mut new = String::new();
    if place > 0 {
        new.push_str(if text[..place].ends_with('\n') { "\n" } else { "\n\n" });
    }
    new.push_str(&badge);
    new.push('\n');
    let rest = &text[place..];
    if !rest.is_empty() && !rest.starts_with(['\n', '\r']) {
        new.push('\n');
    }
    (place..place, new)
}

/// The place just below the README's title, or its beginning where it has none.
fn below_title(prose: &str, markup: Markup) -> usize {
    let mut start = 0;
    let lines: Vec<(usize, &str)> = prose
        .split_inclusive('\n')
        .map(|line| {
            start += line.len();
            (start, line.trim_end())
        })
        .collect();
    for (index, (end, line)) in lines.iter().enumerate() {
        let next = lines.get(index + 1);
        match markup {
            Markup::Markdown if line.starts_with("# ") => return *end,
            Markup::AsciiDoc if line.starts_with("= ") => return *end,
            Markup::Markdown if line.trim_start().starts_with("<h1") => {
                let closed = lines[index..].iter().find(|(_, line)| line.contains("</h1>"));
                return closed.map_or(*end, |(end, _)| *end);
            }
            Markup::AsciiDoc => {}
            _ if !line.trim().is_empty() && !is_underline(line, markup) => {
                if let Some((end, _)) = next.filter(|(_, next)| is_underline(next, markup)) {
                    return *end;
                }
            }
            _ => {}
        }
    }
    0
}

/// A line that makes the one above it a title.
fn is_underline(line: &str, markup: Markup) -> bool {
    let marks = if markup == Markup::Rst { "=-~*#^+\"'" } else { "=-" };
    line.len() >= 2 && marks.chars().any(|mark| line.chars().all(|char| char == mark))
}

/// The text with everything that is shown as code blanked out, in the same length: it may well show a badge's source.
fn without_code(text: &str, markup: Markup) -> String {
    let mut prose = String::with_capacity(text.len());
    let mut fence: Option<String> = None;
    let mut margin: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let indent = content.len() - content.trim_start().len();
        let is_code = match markup {
            Markup::Rst => {
                if margin.is_some_and(|margin| !content.is_empty() && indent <= margin) {
                    margin = None;
                }
                let is_code = margin.is_some();
                let directive = content.trim_start().starts_with(".. ");
                if !is_code && (content.ends_with("::") && !directive || content.trim_start().starts_with(".. code")) {
                    margin = Some(indent);
                }
                is_code
            }
            Markup::Markdown | Markup::AsciiDoc => {
                let run = fence_run(content.trim_start(), markup);
                match (&fence, run) {
                    (None, Some(run)) => {
                        fence = Some(run.to_string());
                        true
                    }
                    (Some(open), Some(run)) => {
                        let closes = run.starts_with(open.as_str()) && content.trim() == run;
                        fence = fence.filter(|_| !closes);
                        true
                    }
                    (open, None) => open.is_some(),
                }
            }
        };
        match is_code {
            true => prose.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' })),
            false => prose.push_str(line),
        }
    }
    prose
}

/// The characters that open or close a block of code at the beginning of a line.
fn fence_run(line: &str, markup: Markup) -> Option<&str> {
    let (marks, least) = match markup {
        Markup::AsciiDoc => (['-', '.'], 4),
        _ => (['`', '~'], 3),
    };
    let mark = line.chars().next().filter(|char| marks.contains(char))?;
    let run = &line[..line.len() - line.trim_start_matches(mark).len()];
    // In AsciiDoc the line is the mark alone.
    (run.len() >= least && (markup != Markup::AsciiDoc || run == line)).then_some(run)
}
