//! What texts may include: files of the same template, and nothing else on the machine.

use super::{NEW, SECRET, committed, new_from, template, world};

#[test]
fn only_the_template_s_own_texts_can_be_included() {
    let sandbox = template(
        "",
        &[
            ("includes/a", "part"),
            ("files/x.txt.j2", ""),
            ("files/copied", "copied"),
            ("other", SECRET),
        ],
    );
    sandbox.write("t2/template.toml", super::HEADER);
    sandbox.write("t2/includes/a", SECRET);
    let secret = sandbox.path("secret/key").display().to_string();
    let paths = [
        "/etc/passwd",
        &secret,
        "../secret/key",
        "../../secret/key",
        "files/../../secret/key",
        "includes/../../secret/key",
        "includes/../includes/a",
        "includes//a",
        "./includes/a",
        "/includes/a",
        "includes/a/",
        "includes\\\\a",
        "INCLUDES/A",
        "../t2/includes/a",
        "t2/includes/a",
        "a",
        "includes",
        "other",
        "template.toml",
        "files/copied",
        "file:///etc/passwd",
        "http://localhost/",
        "",
        "\\u0000",
        "/proc/self/environ",
        "/dev/stdin",
    ];
    let statements = [
        "{% include 'PATH' %}",
        "{% include ['PATH', 'PATH'] %}",
        "{% include 'PATH'[:1] ~ 'PATH'[1:] %}",
        "{% extends 'PATH' %}",
        "{% import 'PATH' as x %}{{ x }}",
        "{% from 'PATH' import x %}",
    ];
    let before = world(&sandbox);
    for path in paths {
        // All in one template: every file is a problem of its own.
        for (index, statement) in statements.iter().enumerate() {
            sandbox.write(&format!("t/files/{index}.txt.j2"), &statement.replace("PATH", path));
        }
        let seen = sandbox.run(&NEW).fails(1);
        assert_eq!(
            seen.matches("template not found").count(),
            statements.len(),
            "{path:?}: {seen}"
        );
        assert!(!seen.contains(SECRET) && !seen.contains("root:"), "{seen}");
        for index in 0..statements.len() {
            super::remove(&sandbox.path(&format!("t/files/{index}.txt.j2")));
        }
        // A part that may be missing is missing.
        sandbox.write(
            "t/files/x.txt.j2",
            &format!("[{{% include '{path}' ignore missing %}}]"),
        );
        let _ = sandbox.run(&NEW).ok();
        assert_eq!(sandbox.read("p/x.txt"), "[]", "{path:?}");
        super::remove(&sandbox.path("p"));
    }
    sandbox.write("t/files/x.txt.j2", "");
    assert_eq!(world(&sandbox), before);
}

#[test]
fn a_template_s_own_parts_are_found_in_a_folder_and_in_a_commit() {
    let sandbox = template(
        "",
        &[
            ("includes/a", "part"),
            ("files/x.txt.j2", "[{% include 'includes/a' %}]"),
        ],
    );
    let address = committed(&sandbox);
    for named in ["./t", &address] {
        let _ = sandbox.run(&new_from(named)).ok();
        assert_eq!(sandbox.read("p/x.txt"), "[part]");
        super::remove(&sandbox.path("p"));
    }
}
