//! How python-slugify shortens a slug.

pub(super) fn truncated(text: &str, most: usize, word_boundary: bool, save_order: bool) -> String {
    let text = text.trim_matches('-');
    if text.chars().count() < most {
        return text.to_string();
    }
    let cut: String = text.chars().take(most).collect();
    if !word_boundary {
        return cut.trim_matches('-').to_string();
    }
    if !text.contains('-') {
        return cut;
    }
    let mut result = String::new();
    let mut length = 0;
    for word in text.split('-').filter(|word| !word.is_empty()) {
        let next = length + word.chars().count();
        if next < most {
            result.push_str(word);
            result.push('-');
            length = next + 1;
        } else if next == most {
            result.push_str(word);
            break;
        } else if save_order {
            break;
        }
    }
    let result = if result.is_empty() { &cut } else { &result };
    result.trim_matches('-').to_string()
}
