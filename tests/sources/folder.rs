//! `--directory`, and folders that are a part of a repository.

use snapbox::{assert_data_eq, str};

use super::{git, manifest, sandbox, url, version};
use crate::support::Sandbox;

/// A repository `r` with the templates `web` and `more/api`.
pub(super) fn several() -> Sandbox {
    let sandbox = Sandbox::new();
    for name in ["web", "more/api"] {
        sandbox.write(&format!("r/{name}/template.toml"), &manifest(name, "1"));
        sandbox.write(&format!("r/{name}/files/{}.txt", name.replace('/', "-")), "");
    }
    git(&sandbox, "r", &["init", "-q"]);
    git(&sandbox, "r", &["add", "."]);
    git(&sandbox, "r", &["commit", "-qm", "1"]);
    git(&sandbox, "r", &["tag", "v1"]);
    sandbox
}

#[test]
fn a_folder_is_the_same_however_it_is_typed() {
    let sandbox = several();
    for (index, template) in ["./r".to_string(), url(&sandbox)].iter().enumerate() {
        for (number, directory) in ["more/api", "./more/api", "more/api/", "more//./api"]
            .iter()
            .enumerate()
        {
            let project = format!("p{index}{number}");
            let new = ["dev", "new", &project, "-t", template, "--defaults", "--no-git"];
            let _ = sandbox.run(&[&new[..], &["--directory", directory]].concat()).ok();
            let record = |project: &str| sandbox.read(&format!("{project}/.lstk-extension.toml"));
            assert_eq!(record(&project), record(&format!("p{index}0")), "{directory}");
        }
        let list = ["template", "list", template, "--directory", "./web/"];
        assert!(sandbox.run(&list).ok().contains("\nweb   1 "));
    }
    // The folder itself, where that is the template.
    let shown = sandbox.run(&["template", "show", "./r/web", "--directory", "."]).ok();
    assert!(shown.starts_with("web 1  The template web\n"), "{shown}");
}

#[test]
fn a_folder_without_a_template_is_told_with_those_that_have_one() {
    let sandbox = several();
    sandbox.write("r/empty/x", "");
    std::os::unix::fs::symlink("web", sandbox.path("r/link")).unwrap();
    let url = url(&sandbox);
    let ending = |status: i32, template: &str, directory: &str| {
        let args = [
            "dev",
            "new",
            "p",
            "-t",
            template,
            "--defaults",
            "--directory",
            directory,
        ];
        sandbox.run(&args).fails(status)
    };
    let said = |template: &str, directory: &str| ending(1, template, directory);
    assert_data_eq!(
        [
            said("./r", "nope"),
            said("./r", "webb"),
            said("./r", "api"),
            said("./r", "empty"),
            said("./r", "link"),
            said("./r", "."),
            said("./r/web", "nope"),
            said("./r/empty", "nope"),
            said("basic", "nope"),
            ending(2, "./r", "/etc"),
            ending(2, "./r", "../r"),
            sandbox
                .run(&["template", "list", "./r", "--directory", "nope"])
                .fails(1),
        ]
        .concat(),
        str![[r#"
error: ./r has no template in `nope`
  more/api: The template more/api
  web: The template web
hint: name one of them: `--directory more/api`
error: ./r has no template in `webb`
  more/api: The template more/api
  web: The template web
hint: did you mean `--directory web`?
error: ./r has no template in `api`
  more/api: The template more/api
  web: The template web
hint: did you mean `--directory more/api`?
error: ./r has no template in `empty`
  more/api: The template more/api
  web: The template web
hint: name one of them: `--directory more/api`
error: ./r has no template in `link`: ./r/link is a link; links are not followed
  more/api: The template more/api
  web: The template web
hint: name one of them: `--directory more/api`
error: ./r has no template in `.`
  more/api: The template more/api
  web: The template web
hint: name one of them: `--directory more/api`
error: ./r/web has no template in `nope`
hint: leave `--directory` out: it is a template itself
error: ./r/empty has no template in `nope`
hint: a template is a folder with a template.toml or a cookiecutter.json
error: basic has no template in `nope`: there is no folder nope
hint: leave `--directory` out: it is a template itself
error: the template's folder cannot have this name
  --directory: `/etc` must be a path within the template's repository or folder
error: the template's folder cannot have this name
  --directory: `../r` has a part `.` or `..`
error: ./r has no template in `nope`
  more/api: The template more/api
  web: The template web
hint: name one of them: `--directory more/api`

"#]]
    );
    let id = git(&sandbox, "r", &["rev-parse", "HEAD"]);
    assert_data_eq!(
        said(&url, "webb").replace(&id, "[COMMIT]"),
        str![[r#"
error: file://[SANDBOX]/work/r has no template in `webb`: there is no folder `webb` in the commit [COMMIT]
  more/api: The template more/api
  web: The template web
hint: did you mean `--directory web`?

"#]]
    );
}

#[test]
fn the_templates_to_choose_from_are_told_whatever_one_of_them_does() {
    let sandbox = several();
    let bomb = "[[question]]\nkey = \"a\"\ndefault = \"{{ ('a\\n' * 100000) | indent(100000) }}\"\n";
    sandbox.write(
        "r/runaway/template.toml",
        &format!("{}{bomb}", manifest("runaway", "1")),
    );
    sandbox.write("r/a-broken/template.toml", "[template]\n");
    sandbox.write("none/x/template.toml", "[template]\n");
    sandbox.write("none/y/template.toml", "");
    let new = ["dev", "new", "p", "--defaults", "-t"];
    assert_data_eq!(
        [
            sandbox.run(&[&new[..], &["./r"]].concat()).fails(2),
            sandbox
                .run(&[&new[..], &["./r", "--directory", "nope"]].concat())
                .fails(1),
            sandbox
                .run(&[&new[..], &["./r", "--directory", "wbe"]].concat())
                .fails(1),
            sandbox.run(&[&new[..], &["./none"]].concat()).fails(2),
        ]
        .concat(),
        str![[r#"
error: ./r holds several templates
  a-broken: (its template.toml does not work)
  more/api: The template more/api
  runaway: The template runaway
  web: The template web
hint: name one of them: `--directory more/api`
error: ./r has no template in `nope`
  a-broken: (its template.toml does not work)
  more/api: The template more/api
  runaway: The template runaway
  web: The template web
hint: name one of them: `--directory more/api`
error: ./r has no template in `wbe`
  a-broken: (its template.toml does not work)
  more/api: The template more/api
  runaway: The template runaway
  web: The template web
hint: name one of them: `--directory more/api`
error: ./none holds several templates
  x: (its template.toml does not work)
  y: (its template.toml does not work)

"#]]
    );
}

#[test]
fn a_part_of_a_repository_is_told_with_the_command_that_works() {
    let sandbox = several();
    sandbox.write("work/x", "");
    let new = |folder: &str, template: &str, more: &[&str]| {
        let args = [
            "dev",
            "new",
            "p",
            "-t",
            template,
            "--checkout",
            "v1",
            "--defaults",
            "--no-git",
        ];
        let seen = sandbox.command(&[&args[..], more].concat()).in_folder(folder).run();
        seen.fails(2)
    };
    let absolute = sandbox.path("r/web").display().to_string();
    let said = [
        new("work", "../r/web", &[]),
        new("work", "../r/more", &["--directory", "./api"]),
        new("r", "web", &[]),
        new("r/more", "api", &[]),
        new("work", &absolute, &[]),
        sandbox
            .run(&["template", "show", "./r/more/api", "--checkout=v1"])
            .fails(2),
    ]
    .concat();
    assert_data_eq!(
        said.clone(),
        str![[r#"
error: ../r/web is a folder of the repository ../r
hint: name the repository and the folder in it: `lstk-extensions dev new p -t ../r --checkout v1 --defaults --no-git --directory web`
error: ../r/more is a folder of the repository ../r
hint: name the repository and the folder in it: `lstk-extensions dev new p -t ../r --checkout v1 --defaults --no-git --directory more/api`
error: web is a folder of the repository .
hint: name the repository and the folder in it: `lstk-extensions dev new p -t . --checkout v1 --defaults --no-git --directory web`
error: api is a folder of the repository [SANDBOX]/work/r
hint: name the repository and the folder in it: `lstk-extensions dev new p -t [SANDBOX]/work/r --checkout v1 --defaults --no-git --directory more/api`
error: [SANDBOX]/work/r/web is a folder of the repository [SANDBOX]/work/r
hint: name the repository and the folder in it: `lstk-extensions dev new p -t [SANDBOX]/work/r --checkout v1 --defaults --no-git --directory web`
error: ./r/more/api is a folder of the repository ./r
hint: name the repository and the folder in it: `lstk-extensions template show ./r '--checkout=v1' --directory more/api`

"#]]
    );
    let commands = said
        .lines()
        .filter_map(|line| line.strip_prefix("hint: name the repository and the folder in it: `"));
    let commands: Vec<&str> = commands.map(|line| line.trim_end_matches('`')).collect();
    let folders = ["work", "work", "r", "r/more", "work", "."];
    assert_eq!(commands.len(), folders.len(), "{said}");
    for (command, folder) in commands.into_iter().zip(folders) {
        let command = command.replace("[SANDBOX]/work", &sandbox.path("").display().to_string());
        let words = shell_words::split(&command).unwrap();
        let args: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let seen = sandbox.command(&args).in_folder(folder).run();
        assert_eq!(seen.status, Some(0), "{command}: {}", seen.all());
        let _ = std::fs::remove_dir_all(sandbox.path(folder).join("p"));
    }
}

#[test]
fn a_part_of_a_repository_may_be_named_in_the_configuration() {
    let sandbox = sandbox();
    sandbox.write("r/sub/template.toml", &manifest("sub", "7"));
    sandbox.write("../home/.config/lstk-extensions/config.toml", "template = \"r/sub\"\n");
    let said = sandbox
        .run(&["dev", "new", "p", "--checkout", "v1", "--defaults"])
        .fails(2);
    assert!(said.contains("`r` as the template, and `--directory sub`"), "{said}");
    let _ = sandbox.run(&["dev", "new", "p", "--defaults", "--no-git"]).ok();
    assert_eq!(version(&sandbox, "p"), "7");
}

#[test]
fn the_record_s_folder_is_found_from_the_project() {
    let sandbox = several();
    sandbox.write("work/x", "");
    let absolute = sandbox.path("work/../r").display().to_string();
    let settled = sandbox.path("r").display().to_string();
    let inside = format!("{absolute}/web");
    for (index, (template, more, key, expected)) in [
        ("../r/./web", &[][..], "folder", "../../../r/web"),
        ("../r", &["--directory", "web"], "folder", "../../../r/web"),
        (&inside, &[], "folder", &format!("{settled}/web")),
        ("../r", &["--directory", "web", "--checkout", "v1"], "git", "../../../r"),
        ("../r/.git", &["--directory", "web"], "git", "../../../r/.git"),
        (&absolute, &["--directory", "web", "--checkout", "v1"], "git", &settled),
        (
            &format!("file://{absolute}"),
            &["--directory", "web"],
            "git",
            &format!("file://{absolute}"),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let project = format!("out/p{index}");
        let new = ["dev", "new", &project, "-t", template, "--defaults", "--no-git"];
        let seen = sandbox.command(&[&new[..], more].concat()).in_folder("work").run();
        let _ = seen.ok();
        let record: toml::Table = sandbox
            .read(&format!("work/{project}/.lstk-extension.toml"))
            .parse()
            .unwrap();
        assert_eq!(record["template"][key].as_str(), Some(expected), "{template}");
        let place = expected.trim_start_matches("file://");
        assert!(sandbox.path(&format!("work/{project}")).join(place).is_dir());
    }
}

#[test]
fn the_record_s_folder_is_found_through_links() {
    use std::os::unix::fs::symlink;
    let sandbox = several();
    sandbox.write("a/b/c/x", "");
    sandbox.write("work/x", "");
    symlink("../a/b/c", sandbox.path("work/out")).unwrap();
    symlink("r", sandbox.path("current")).unwrap();
    symlink("../r/more/api", sandbox.path("work/deep")).unwrap();
    std::fs::create_dir(sandbox.path("a/b/empty")).unwrap();
    symlink("../a/b/empty", sandbox.path("work/empty")).unwrap();
    let absolute = sandbox.path("work/deep/../../web").display().to_string();
    let settled = sandbox.path("r/web").canonicalize().unwrap().display().to_string();
    for (template, project, made, expected) in [
        ("../r/web", "out/p", "a/b/c/p", "../../../../r/web"),
        ("../r/web", "out/new/p", "a/b/c/new/p", "../../../../../r/web"),
        ("../r/web", "../work/out/q", "a/b/c/q", "../../../../r/web"),
        ("../r/web", "empty", "a/b/empty", "../../../r/web"),
        ("../current/web", "p", "work/p", "../../current/web"),
        ("deep", "out/r", "a/b/c/r", "../../../../work/deep"),
        ("deep/../../web", "q", "work/q", "../../r/web"),
        (&absolute, "r", "work/r", &settled),
    ] {
        let new = ["dev", "new", project, "-t", template, "--defaults", "--no-git"];
        let _ = sandbox.command(&new).in_folder("work").run().ok();
        let record = sandbox.read(&format!("{made}/.lstk-extension.toml"));
        let record: toml::Table = record.parse().unwrap();
        let recorded = record["template"]["folder"].as_str().unwrap();
        assert_eq!(recorded, expected, "{template} {project}");
        let found = sandbox.path(made).join(recorded).canonicalize();
        assert_eq!(
            found.ok(),
            sandbox.path("work").join(template).canonicalize().ok(),
            "{template}"
        );
    }
}
