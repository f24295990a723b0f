//! `badge`: from an existing project to its badge, and into its README exactly once.

use std::process::Command;

use snapbox::{assert_data_eq, str};

use crate::support::Sandbox;

const BADGE: &str = "[![Install LocalStack Extension](https://localstack.cloud/gh/extension-badge.svg)](https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext)";

fn git(sandbox: &Sandbox, args: &[&str]) {
    let run = Command::new("git")
        .args(args)
        .current_dir(sandbox.path(""))
        .env_clear()
        .envs(sandbox.environment())
        .status();
    assert!(run.unwrap().success(), "git {args:?}");
}

/// A project with this metadata and this remote.
fn project(setup_cfg: &str, origin: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("setup.cfg", setup_cfg);
    git(&sandbox, &["init", "-q"]);
    if !origin.is_empty() {
        git(&sandbox, &["remote", "add", "origin", origin]);
    }
    sandbox
}

const NAMED: &str = "[metadata]\nname = my-ext\nurl = https://github.com/from/metadata\n";

#[test]
fn every_format() {
    let sandbox = project(NAMED, "https://github.com/acme/mono");
    let mut seen = String::new();
    for format in ["markdown", "html", "rst", "asciidoc", "url", "json"] {
        seen.push_str(&format!(
            "{format}:\n{}\n",
            sandbox.run(&["badge", "--format", format]).ok()
        ));
    }
    assert_data_eq!(
        seen,
        str![[r#"
markdown:
[![Install LocalStack Extension](https://localstack.cloud/gh/extension-badge.svg)](https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext)

html:
<a href="https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext"><img src="https://localstack.cloud/gh/extension-badge.svg" alt="Install LocalStack Extension"></a>

rst:
.. image:: https://localstack.cloud/gh/extension-badge.svg
   :target: https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext
   :alt: Install LocalStack Extension

asciidoc:
image:https://localstack.cloud/gh/extension-badge.svg[Install LocalStack Extension,link="https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext"]

url:
https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext

json:
{
  "badge": "[![Install LocalStack Extension](https://localstack.cloud/gh/extension-badge.svg)](https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext)",
  "installerUrl": "https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext",
  "requirement": "git+https://github.com/acme/mono/#egg=my-ext",
  "distribution": "my-ext",
  "repository": "https://github.com/acme/mono/",
  "subdirectory": null,
  "ref": null,
  "readme": null,
  "changed": null
}


"#]]
    );
    let envelope: serde_json::Value = serde_json::from_str(&sandbox.run(&["badge", "--json"]).ok()).unwrap();
    assert_eq!(envelope["command"], "extensions badge");
    assert_eq!(envelope["data"]["badge"], BADGE);
}

#[test]
fn the_remote_s_address_is_understood_in_every_form_and_credentials_are_dropped() {
    for origin in [
        "https://github.com/acme/mono",
        "https://github.com/acme/mono.git",
        "https://github.com/acme/mono/",
        "https://user:ghp_SECRET@github.com/acme/mono.git",
        "git@github.com:acme/mono.git",
        "ssh://git@github.com:22/acme/mono.git",
        "ssh://git@ssh.github.com:443/acme/mono.git",
        "git://GitHub.com/acme/mono",
    ] {
        let sandbox = project(NAMED, origin);
        assert_eq!(sandbox.run(&["badge"]).ok(), format!("{BADGE}\n"), "{origin}");
    }
    // The first of several, and an address that only another form of it makes usable.
    let sandbox = project(NAMED, "https://github.com/acme/mono");
    git(
        &sandbox,
        &["remote", "set-url", "--add", "origin", "https://github.com/second/one"],
    );
    assert_eq!(sandbox.run(&["badge"]).ok(), format!("{BADGE}\n"));
    let sandbox = project(NAMED, "gh:acme/mono");
    git(&sandbox, &["config", "url.https://github.com/.insteadOf", "gh:"]);
    assert_eq!(sandbox.run(&["badge"]).ok(), format!("{BADGE}\n"));
    let sandbox = project(NAMED, "https://git.example.com:8443/acme/mono.git");
    assert!(
        sandbox
            .run(&["badge", "--format", "url"])
            .ok()
            .contains("git+https://git.example.com:8443/acme/mono/#")
    );
    // A page in the metadata is not a repository.
    let sandbox = project("[metadata]\nname = a\nurl = https://pypi.org/project/a\n", "");
    let _ = sandbox.run(&["badge"]).fails(1);
    // A remote on this machine installs nothing elsewhere.
    for origin in ["", "/srv/git/mono", "file:///srv/git/mono", "C:/git/mono"] {
        let sandbox = project(NAMED, origin);
        let seen = sandbox.run(&["badge", "--format", "url"]).ok();
        assert!(seen.contains("github.com/from/metadata/#egg"), "{origin}: {seen}");
    }
}

#[test]
fn a_project_below_the_root_names_its_folder() {
    let sandbox = project("", "git@gitlab.example.com:group/sub/mono.git");
    sandbox.write("extensions/my ext/pyproject.toml", "[project]\nname = \"My_Ext\"\n");
    let url = sandbox
        .run(&["badge", "extensions/my ext", "--format", "url", "--ref", "feature/x"])
        .ok();
    assert_data_eq!(
        url,
        str![[r#"
https://app.localstack.cloud/extensions/remote?url=git+https://gitlab.example.com/group/sub/mono/@feature/x#egg=My_Ext&subdirectory=extensions/my%20ext

"#]]
    );
    let url = sandbox
        .command(&["badge", "--format", "url"])
        .in_folder("extensions/my ext")
        .run()
        .ok();
    assert!(
        url.ends_with("/#egg=My_Ext&subdirectory=extensions/my%20ext\n"),
        "{url}"
    );
}

#[test]
fn what_cannot_be_known_is_told() {
    let sandbox = project("[metadata]\nname = my-ext\n", "");
    assert_data_eq!(
        sandbox.run(&["badge"]).fails(1),
        str![[r#"
error: no repository is known for .
hint: name it: `git remote add origin https://github.com/OWNER/REPO`
hint: or give its address in the metadata of the project

"#]]
    );
    let sandbox = project("[options]\n", "https://github.com/a/b");
    assert_data_eq!(
        sandbox.run(&["badge"]).fails(1),
        str![[r#"
error: setup.cfg does not name the distribution
hint: give `name` below [project] in pyproject.toml, or below [metadata] in setup.cfg

"#]]
    );
    let sandbox = project("[metadata]\nname = my ext\n", "https://github.com/a/b");
    assert_data_eq!(
        sandbox.run(&["badge"]).fails(1),
        str![[r#"
error: `my ext` is not a distribution's name
hint: letters, digits, `-`, `_` and `.` make one; correct `name` in the metadata of the project

"#]]
    );
    let sandbox = Sandbox::new();
    assert_data_eq!(
        sandbox.run(&["badge"]).fails(1),
        str![[r#"
error: . is not an extension project: it has neither pyproject.toml nor setup.cfg nor setup.py
hint: name the project's folder: `lstk-extensions badge DIR`

"#]]
    );
    assert_data_eq!(
        sandbox.run(&["badge", "nowhere"]).fails(1),
        str![[r#"
error: nowhere is not an extension project: it has neither pyproject.toml nor setup.cfg nor setup.py
hint: name the project's folder: `lstk-extensions badge DIR`

"#]]
    );
    assert_eq!(sandbox.run(&["badge", "--ref", "a b"]).status, Some(2));
    sandbox.write("pyproject.toml", "[project\n");
    assert_data_eq!(
        sandbox.run(&["badge"]).fails(1),
        str![[r#"
error: could not read ./pyproject.toml:1:9: this is not TOML: unclosed table, expected `]`
hint: no installer reads it either; correct the syntax

"#]]
    );
}

/// Writes the badge into a README, twice.
fn write(name: &str, readme: &str) -> String {
    let sandbox = project(NAMED, "https://github.com/acme/mono");
    sandbox.write(name, readme);
    assert_eq!(
        sandbox.run(&["badge", "--write"]).ok(),
        format!("put the badge into ./{name}\n")
    );
    let written = sandbox.read(name);
    assert_eq!(
        sandbox.run(&["badge", "--write"]).ok(),
        format!("./{name} has the badge already\n")
    );
    assert_eq!(sandbox.read(name), written);
    written
}

#[test]
fn the_badge_is_put_below_the_title_once() {
    for (readme, expected) in [
        ("# Title\n\nText.\n", format!("# Title\n\n{BADGE}\n\nText.\n")),
        ("# Title\nText.\n", format!("# Title\n\n{BADGE}\n\nText.\n")),
        ("# Title", format!("# Title\n\n{BADGE}\n")),
        ("Title\n=====\n\nText.\n", format!("Title\n=====\n\n{BADGE}\n\nText.\n")),
        ("Text only.\n", format!("{BADGE}\n\nText only.\n")),
        ("", format!("{BADGE}\n")),
        (
            "# Title\r\n\r\nText.\r\n",
            format!("# Title\r\n\r\n{BADGE}\r\n\r\nText.\r\n"),
        ),
        (
            "```\n# no title\n```\n# Title\n",
            format!("```\n# no title\n```\n# Title\n\n{BADGE}\n"),
        ),
    ] {
        assert_eq!(write("README.md", readme), expected);
    }
    let rst = write("README.rst", "Title\n=====\n\nText.\n");
    assert_data_eq!(
        rst,
        str![[r#"
Title
=====

.. image:: https://localstack.cloud/gh/extension-badge.svg
   :target: https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext
   :alt: Install LocalStack Extension

Text.

"#]]
    );
    let adoc = write("readme.adoc", "= Title\n\nText.\n");
    assert_data_eq!(
        adoc,
        str![[r#"
= Title

image:https://localstack.cloud/gh/extension-badge.svg[Install LocalStack Extension,link="https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext"]

Text.

"#]]
    );
}

const LINK: &str = "https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext";
const WRONG: &str = "https://app.localstack.cloud/extensions/remote?url=git+https://github.com/old/name/#egg=wrong";
const IMAGE: &str = "https://localstack.cloud/gh/extension-badge.svg";
const OLD_IMAGE: &str = "https://cdn.localstack.cloud/gh/extension-badge.svg";

#[test]
fn a_wrong_badge_is_corrected_where_it_is() {
    let html = format!("<a href=\"{LINK}\"><img src=\"{IMAGE}\" alt=\"Install LocalStack Extension\"></a>");
    for (wrong, right) in [
        (format!("[![Install LocalStack Extension]({IMAGE})]({WRONG})"), BADGE),
        (format!("[![other words]({OLD_IMAGE})]({WRONG}&subdirectory=x)"), BADGE),
        (format!("[![other words]({OLD_IMAGE})][installer]"), BADGE),
        (format!("![badge]({IMAGE})"), BADGE),
        (
            format!("<a href=\"{WRONG}\"><img src=\"{IMAGE}\" alt=\"x\"></a>"),
            &html,
        ),
        (format!("<a href=\"{WRONG}\">\n  <img src=\"{IMAGE}\"/>\n</a>"), &html),
        (format!("<img src=\"{OLD_IMAGE}\">"), &html),
    ] {
        let readme = format!("# T\n\n----\n\n[![ci](x.svg)](y) {wrong} more\n\n````md\n```\n{wrong}\n```\n````\n");
        let expected = format!("# T\n\n----\n\n[![ci](x.svg)](y) {right} more\n\n````md\n```\n{wrong}\n```\n````\n");
        assert_eq!(write("README.md", &readme), expected);
    }
    let adoc = write(
        "README.adoc",
        &format!("= T\n\nimage::{IMAGE}[x]\n\n----\nimage::{IMAGE}[x]\n----\n"),
    );
    assert_data_eq!(
        adoc,
        str![[r#"
= T

image::https://localstack.cloud/gh/extension-badge.svg[Install LocalStack Extension,link="https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext"]

----
image::https://localstack.cloud/gh/extension-badge.svg[x]
----

"#]]
    );
}

#[test]
fn a_wrong_badge_in_restructured_text_keeps_its_own_ways() {
    let source = format!(".. code:: rst\n\n   .. image:: {IMAGE}\n");
    let plain = format!("T\n----\n\n{source}\n.. image:: {IMAGE}\n   :target: {WRONG}\n   :width: 9\n\nText.\n");
    assert_data_eq!(
        write("README.rst", &plain),
        str![[r#"
T
----

.. code:: rst

   .. image:: https://localstack.cloud/gh/extension-badge.svg

.. image:: https://localstack.cloud/gh/extension-badge.svg
   :target: https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext
   :width: 9
   :alt: Install LocalStack Extension

Text.

"#]]
    );
    let substitution = format!("T\n~~~~\n\n|ls|\n\n.. |ls| image:: {OLD_IMAGE}\n   :alt: own words\n");
    assert_data_eq!(
        write("README.rst", &substitution),
        str![[r#"
T
~~~~

|ls|

.. |ls| image:: https://localstack.cloud/gh/extension-badge.svg
   :target: https://app.localstack.cloud/extensions/remote?url=git+https://github.com/acme/mono/#egg=my-ext
   :alt: own words

"#]]
    );
}

#[test]
fn a_badge_that_only_its_author_can_correct_is_left_alone() {
    let sandbox = project(NAMED, "https://github.com/acme/mono");
    let readme = format!("# T\n\n[![Install][badge]][link]\n\n[badge]: {IMAGE}\n[link]: {WRONG}\n");
    sandbox.write("README.md", &readme);
    assert_data_eq!(
        sandbox.run(&["badge", "--write"]).fails(1),
        str![[r#"
error: ./README.md has a badge in a form of its own
hint: correct it by hand: `lstk-extensions badge` prints what it should be

"#]]
    );
    assert_eq!(sandbox.read("README.md"), readme);
}

#[test]
fn a_readme_keeps_its_mode_and_its_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let sandbox = project(NAMED, "https://github.com/acme/mono");
    sandbox.write("docs/index.md", "# T\n");
    std::fs::set_permissions(sandbox.path("docs/index.md"), PermissionsExt::from_mode(0o640)).unwrap();
    symlink("docs/index.md", sandbox.path("README.md")).unwrap();
    let _ = sandbox.run(&["badge", "--write"]).ok();
    assert!(sandbox.path("README.md").symlink_metadata().unwrap().is_symlink());
    assert_eq!(sandbox.read("docs/index.md"), format!("# T\n\n{BADGE}\n"));
    assert_eq!(
        sandbox.path("docs/index.md").metadata().unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert_eq!(sandbox.listing().iter().filter(|path| path.contains(".tmp")).count(), 0);
}

#[test]
fn a_new_project_has_its_badge_already() {
    let sandbox = Sandbox::with_identity();
    let _ = sandbox.run(&["dev", "new", "p", "--defaults"]).ok();
    assert_eq!(
        sandbox.run(&["badge", "--write", "p"]).ok(),
        "p/README.md has the badge already\n"
    );
}
