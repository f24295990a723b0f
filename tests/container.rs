//! LocalStack's installer in a container, with a program in the place of docker that replays what was recorded of the real
//! one (`tests/container/README.md`) and writes down how it was called.

use std::fs;

use lstk_extensions::failure::{Code, Failure};
use lstk_extensions::host::spec::Spec;
use lstk_extensions::installer::Tell;

use crate::support::engine::Engine;

/// The failure as a person sees it, nearly.
fn told(failure: &Failure) -> String {
    let problems = failure.problems.iter();
    let problems: String = problems
        .map(|problem| format!("{}: {}\n", problem.at, problem.message))
        .collect();
    let hints: String = failure.hints.iter().map(|hint| format!("hint: {hint}\n")).collect();
    format!("{}\n{problems}{hints}", failure.message)
}

#[test]
fn a_container_is_one_command() {
    let engine = Engine::replaying(&["init"]);
    engine.container().init(&engine.volume(), &mut |_| {}).unwrap();
    assert_eq!(
        engine.call(1),
        [
            "run",
            "--rm",
            "--name",
            "[NAME]",
            "--entrypoint",
            "/opt/code/localstack/.venv/bin/python",
            "--mount",
            "type=bind,source=[SANDBOX]/work/volume,target=/var/lib/localstack",
            "--env",
            "DEBUG=0",
            "--env",
            "LOCALSTACK_AUTH_TOKEN",
            "--env",
            "PIP_INDEX_URL",
            "--env",
            "PIP_EXTRA_INDEX_URL",
            "localstack/localstack-pro",
            "-c",
            "[PRELUDE]",
            "init",
        ]
    );
    assert_eq!(engine.sandbox.read("engine/calls/others"), "");
}

#[test]
fn podman_may_look_into_the_folders_of_the_user() {
    let engine = Engine::replaying(&["init"]);
    engine.sandbox.write("engine/says", "Client: Podman Engine");
    engine.container().init(&engine.volume(), &mut |_| {}).unwrap();
    let call = engine.call(1).join(" ");
    assert!(call.contains("--security-opt label=disable"), "{call}");
}

#[test]
fn the_volume_is_made_by_its_owner() {
    let mut engine = Engine::replaying(&["init"]);
    engine.config.image = Some("mine/localstack:4".to_string());
    fs::remove_dir_all(engine.sandbox.path("volume")).unwrap();
    let made = engine.volume().extensions().display().to_string();
    engine.sandbox.write("engine/made", &made);
    engine.container().init(&engine.volume(), &mut |_| {}).unwrap();
    assert!(engine.call(1).contains(&"mine/localstack:4".to_string()));
}

/// The engine may be on another machine.
#[test]
fn an_environment_that_is_not_seen_was_not_made() {
    let engine = Engine::replaying(&["init"]);
    fs::remove_dir_all(engine.sandbox.path("volume")).unwrap();
    let error = engine.container().init(&engine.volume(), &mut |_| {}).unwrap_err();
    let failure: Failure = error.downcast().unwrap();
    assert_eq!(failure.code, Code::RuntimeUnavailable);
    assert!(
        told(&failure).contains("the container left nothing in this folder"),
        "{}",
        told(&failure)
    );
}

#[test]
fn a_token_is_handed_on_by_its_name() {
    let mut engine = Engine::replaying(&["init", "init"]);
    engine.config.licence_variables.clear();
    engine.config.settings = Some(engine.sandbox.path("settings"));
    engine
        .sandbox
        .write("settings/auth.json", r#"{"LOCALSTACK_AUTH_TOKEN": "ls-secret"}"#);
    engine.config.default_volume = Some(engine.sandbox.path("cache/localstack/volume"));
    engine.sandbox.write("cache/localstack-cli/license.json", "{}");
    engine.container().init(&engine.volume(), &mut |_| {}).unwrap();
    let call = engine.call(1).join("\n");
    assert!(call.contains("--env\nLOCALSTACK_AUTH_TOKEN\n"), "{call}");
    assert!(!call.contains("ls-secret"), "{call}");
    let names = engine.sandbox.read("engine/calls/1.env");
    assert!(names.contains("LOCALSTACK_AUTH_TOKEN\n"), "{names}");
    assert_eq!(
        engine.mounts(1)[1],
        "type=bind,source=[SANDBOX]/work/cache/localstack-cli/license.json,\
         target=/etc/localstack/conf.d/license.json,readonly"
    );
    // LocalStack refuses two of them.
    engine.config.licence_variables = vec!["LOCALSTACK_API_KEY"];
    engine.container().init(&engine.volume(), &mut |_| {}).unwrap();
    let call = engine.call(2).join("\n");
    assert!(
        call.contains("LOCALSTACK_API_KEY") && !call.contains("LOCALSTACK_AUTH_TOKEN"),
        "{call}"
    );
}

#[test]
fn without_a_licence_no_image_is_pulled() {
    let mut engine = Engine::replaying(&["licence-missing"]);
    engine.config.licence_variables.clear();
    let failure = engine.install_named("x").unwrap_err();
    assert_eq!((failure.code, failure.exit, engine.count()), (Code::AuthRequired, 4, 0));
    assert_eq!(
        told(&failure),
        "LocalStack's own installer needs a licence, and there is no token\n\
         hint: sign in with `lstk login`, or set LOCALSTACK_AUTH_TOKEN\n\
         hint: or do without a licence: `--engine local`\n"
    );
    // Another image may bring its own.
    engine.config.image = Some("mine".to_string());
    let failure = engine.install_named("x").unwrap_err();
    assert_eq!((failure.code, failure.exit, engine.count()), (Code::AuthRequired, 4, 1));
    let told = told(&failure);
    assert!(
        told.starts_with("could not install x\nlicence: No credentials were found"),
        "{told}"
    );
}

#[test]
fn a_licence_that_localstack_does_not_take_is_another_failure() {
    let line = "localstack.pro.core.bootstrap.licensingv2.LicenseExpiredError: The license has expired.\n";
    let failure = Engine::saying(1, "", line).install_named("x").unwrap_err();
    assert_eq!((failure.code, failure.exit), (Code::LicenseInvalid, 1));
    assert!(told(&failure).starts_with("could not install x\nlicence: The license has expired.\n"));
}

#[test]
fn what_was_installed_is_known() {
    let engine = Engine::replaying(&["install-name"]);
    let mut heard = Vec::new();
    let spec = Spec::Requirement("localstack-extension-hello-world".to_string());
    let mut tell = |tell: Tell<'_>| match tell {
        Tell::Step(text) => heard.push(format!("step: {text}")),
        Tell::Progress(text) => heard.push(format!("progress: {text}")),
    };
    let container = engine.container();
    let installed = container.install(&engine.volume(), &spec, false, &mut tell).unwrap();
    assert_eq!(engine.words(1), "install localstack-extension-hello-world");
    assert_eq!(installed.extensions, ["hello-world"]);
    assert_eq!(installed.packages, ["localstack-extension-hello-world-0.1.1"]);
    assert!(!installed.was_there);
    assert_eq!(
        heard[..4],
        [
            "step: Starting a container of localstack/localstack-pro",
            "step: Checking installed extensions",
            "step: Installing extension",
            "progress: Collecting localstack-extension-hello-world",
        ]
    );
    assert_eq!(heard.last().unwrap(), "progress: ");
}

#[test]
fn a_file_is_mounted_under_its_name() {
    let engine = Engine::replaying(&["install-wheel"]);
    engine.sandbox.write("a,b/x-1-py3-none-any.whl", "");
    let wheel = engine.sandbox.path("a,b/x-1-py3-none-any.whl");
    let installed = engine.install(&Spec::Path(wheel), false).unwrap();
    assert_eq!(installed.extensions, ["hello-world"]);
    assert_eq!(engine.words(1), "install /tmp/x-1-py3-none-any.whl");
    assert_eq!(
        engine.mounts(1)[1],
        "type=bind,\"source=[SANDBOX]/work/a,b/x-1-py3-none-any.whl\",target=/tmp/x-1-py3-none-any.whl,readonly"
    );
}

/// A build writes into its folder.
#[test]
fn a_folder_is_copied_in_the_container() {
    let engine = Engine::replaying(&["install-git"]);
    engine.sandbox.write("mine/setup.py", "");
    let installed = engine.install(&Spec::Path(engine.sandbox.path("mine")), false).unwrap();
    assert_eq!(installed.extensions, ["in-git"]);
    assert_eq!(engine.words(1), "install /tmp/mine");
    assert_eq!(
        engine.mounts(1)[1],
        "type=bind,source=[SANDBOX]/work/mine,target=/mnt/source/mine,readonly"
    );
}

#[test]
fn what_is_there_is_left_unless_it_is_to_be_upgraded() {
    let engine = Engine::replaying(&["already-installed", "pip-install-wheel"]);
    let installed = engine.install_named("localstack-extension-hello-world").unwrap();
    assert!(installed.was_there && installed.packages.is_empty());
    let spec = Spec::Requirement("localstack-extension-hello-world".to_string());
    let installed = engine.install(&spec, true).unwrap();
    assert!(!installed.was_there);
    assert_eq!(installed.packages, ["localstack-extension-hello-world-0.1.1"]);
    assert_eq!(
        engine.words(2),
        "pip install --upgrade localstack-extension-hello-world"
    );
}

#[test]
fn a_wheel_that_was_built_again_is_installed_again() {
    let engine = Engine::replaying(&["same-wheel", "pip-install-wheel"]);
    engine.sandbox.write("x-1-py3-none-any.whl", "");
    let wheel = engine.sandbox.path("x-1-py3-none-any.whl");
    let installed = engine.install(&Spec::Path(wheel), false).unwrap();
    assert!(!installed.was_there);
    assert_eq!(engine.count(), 2);
    assert_eq!(
        engine.words(2),
        "pip install --force-reinstall --no-deps /tmp/x-1-py3-none-any.whl"
    );
}

#[test]
fn an_upgrade_needs_no_licence() {
    let mut engine = Engine::replaying(&["pip-install-wheel"]);
    engine.config.licence_variables.clear();
    let spec = Spec::Requirement("localstack-extension-hello-world".to_string());
    assert!(engine.install(&spec, true).is_ok());
    let call = engine.call(1).join("\n");
    assert!(!call.contains("LOCALSTACK_"), "{call}");
}

#[test]
fn a_package_without_an_extension_is_installed_all_the_same() {
    let installed = Engine::replaying(&["no-extension"]).install_named("iniconfig").unwrap();
    assert_eq!((installed.extensions.len(), installed.was_there), (0, false));
    assert_eq!(installed.packages, ["iniconfig-2.1.0"]);
}

#[test]
fn what_is_not_on_pypi_is_told_by_localstack() {
    let failure = Engine::replaying(&["not-found"]).install_named("nowhere").unwrap_err();
    assert_eq!((failure.code, failure.exit), (Code::Validation, 1));
    assert_eq!(
        told(&failure),
        "could not install nowhere\n\
         pip: ERROR: Could not find a version that satisfies the requirement localstack-extension-that-is-nowhere (from \
         versions: none)\n\
         ERROR: No matching distribution found for localstack-extension-that-is-nowhere\n\
         LocalStack: Could not resolve package localstack-extension-that-is-nowhere, please check the URL or that the \
         package exists in pypi.\n"
    );
}

#[test]
fn what_does_not_build_is_told_by_pip() {
    let failure = Engine::replaying(&["build-failure"])
        .install_named("broken")
        .unwrap_err();
    let told = told(&failure);
    assert!(told.starts_with("could not install broken\npip: "), "{told}");
    assert!(told.contains("this does not build"), "{told}");
    assert!(!told.contains("non-zero exit status"), "{told}");
}

#[test]
fn an_extension_is_uninstalled() {
    let engine = Engine::replaying(&["uninstall"]);
    engine.uninstall("localstack-extension-hello-world").unwrap();
    assert_eq!(engine.words(1), "uninstall localstack-extension-hello-world");
    assert_eq!(engine.count(), 1);
}

/// Its licence has several lines, which LocalStack does not understand of `pip show`.
#[test]
fn what_localstack_crashes_on_is_uninstalled_by_pip() {
    let engine = Engine::replaying(&["uninstall-pgvector", "pip-install-wheel"]);
    engine.uninstall("localstack-extension-pgvector").unwrap();
    assert_eq!(engine.words(2), "pip uninstall --yes localstack-extension-pgvector");
}

#[test]
fn what_is_not_installed_cannot_be_uninstalled() {
    let expected = "could not uninstall x\nx: is not installed\nhint: `lstk-extensions list` shows what is\n";
    for recorded in [&["not-installed"][..], &["uninstall-pgvector", "pip-not-installed"]] {
        let failure = Engine::replaying(recorded).uninstall("x").unwrap_err();
        assert_eq!(told(&failure), expected);
    }
    let engine = Engine::replaying(&[]);
    fs::remove_dir_all(engine.sandbox.path("volume")).unwrap();
    assert_eq!(told(&engine.uninstall("x").unwrap_err()), expected);
    assert_eq!(engine.count(), 0);
}

#[test]
fn a_container_that_does_not_start_is_the_engines_fault() {
    let stderr = "Unable to find image 'localstack/localstack-pro:latest' locally\n\
                  docker: Error response from daemon: pull access denied\n";
    let failure = Engine::saying(125, "", stderr).install_named("x").unwrap_err();
    assert_eq!(failure.code, Code::RuntimeUnavailable);
    assert_eq!(
        told(&failure),
        "could not install x\n\
         docker: Unable to find image 'localstack/localstack-pro:latest' locally\n\
         docker: Error response from daemon: pull access denied\n\
         hint: `docker pull localstack/localstack-pro` tells whether there is such an image\n\
         hint: or do without a container: `--engine local`\n"
    );
}

#[test]
fn an_image_without_the_installer_is_named() {
    let module = "/opt/code/localstack/.venv/bin/python: Error while finding module specification for \
                  'localstack.pro.core.bootstrap.extensions' (ModuleNotFoundError: No module named 'localstack.pro')\n";
    for engine in [Engine::saying(127, "", "exec failed"), Engine::saying(1, "", module)] {
        let failure = engine.install_named("x").unwrap_err();
        assert_eq!(
            told(&failure),
            "could not install x\n\
             localstack/localstack-pro: has no installer of extensions\n\
             hint: take LocalStack's own image: `--image localstack/localstack-pro`\n"
        );
    }
}

/// Its exit code is 0 whatever happens.
#[test]
fn an_end_without_a_word_of_success_is_a_failure() {
    let begun = "{\"event\": \"status\", \"message\": \"Checking installed extensions\"}\nnot JSON\n";
    let failure = Engine::saying(0, begun, "Killed\n").install_named("x").unwrap_err();
    let seen = told(&failure);
    assert!(seen.starts_with("could not install x\ndocker: "), "{seen}");
    assert!(seen.contains("Killed") && seen.contains("not JSON"), "{seen}");
    let failure = Engine::saying(137, begun.lines().next().unwrap(), "")
        .install_named("x")
        .unwrap_err();
    assert_eq!(
        told(&failure),
        "could not install x\ndocker: the container ended with 137, and did not say that it was done\n"
    );
}
