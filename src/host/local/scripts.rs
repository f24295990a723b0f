//! Programs that come with packages, put where the container looks for them, and started by its Python.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::extension::{file, record};
use crate::host::environment::{Environment, IN_CONTAINER};

/// As a `RECORD` calls the folder from the one with the packages.
const BIN: &str = "../../../bin/";

/// uv and pip put programs into a folder `bin` beside packages that they install for another machine. Moves them to where they
/// belong, and corrects what is written down of them.
pub(super) fn put_in_place(environment: &Environment) -> io::Result<()> {
    let packages = environment.site_packages();
    let bin = packages.join("bin");
    let mut moved = Vec::new();
    for name in files(&bin)? {
        let script = fs::read(bin.join(&name))?;
        let target = environment.folder.join("bin").join(&name);
        // A new file: the one that is there may be the old environment's as well.
        match fs::remove_file(&target) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        match for_container(&script) {
            Some(text) => fs::write(&target, text)?,
            None => fs::write(&target, &script)?,
        }
        fs::set_permissions(&target, fs::metadata(bin.join(&name))?.permissions())?;
        fs::remove_file(bin.join(&name))?;
        moved.push(name);
    }
    if moved.is_empty() {
        return Ok(());
    }
    // A package may be called `bin`, too.
    let _ = fs::remove_dir(&bin);
    for (_, info) in crate::host::installed::distributions(&packages)? {
        correct(&info, &moved)?;
    }
    Ok(())
}

/// Files at the top of a folder; of folders in it nothing is a program.
fn files(folder: &Path) -> io::Result<Vec<String>> {
    // A link would have the programs of another place moved.
    let is_link = folder.is_symlink();
    let entries = match fs::read_dir(folder) {
        _ if is_link => return Ok(Vec::new()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        let is_module = entry.path().extension().is_some_and(|end| end == "py");
        if entry.file_type()?.is_file() && !(is_module && folder.join("__init__.py").exists()) {
            names.extend(entry.file_name().into_string().ok());
        }
    }
    Ok(names)
}

/// A script whose first line names a Python of this machine, with the container's instead.
fn for_container(script: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(script).ok()?;
    let (first, mut rest) = text.split_once('\n')?;
    let is_long = first == "#!/bin/sh" && rest.starts_with("'''exec'");
    if is_long {
        // A path that no first line can hold is given to a shell, in two lines that are a text to Python.
        rest = rest.splitn(3, '\n').nth(2)?;
    }
    let is_python = first.starts_with("#!") && (is_long || first.contains("python"));
    is_python.then(|| format!("#!{IN_CONTAINER}/bin/python\n{rest}").into_bytes())
}

/// The lines of `RECORD` with these programs, which begin with `bin/` or `../../bin/`. What a line says of the size was never
/// looked at, and is of another file now.
fn correct(info: &Path, moved: &[String]) -> io::Result<()> {
    let Ok(text) = file::read_text(&info.join("RECORD")) else {
        return Ok(());
    };
    let mut is_changed = false;
    let mut corrected = String::with_capacity(text.len());
    for (line, path) in text.lines().zip(text.lines().map(record::path)) {
        let name = path.strip_prefix("../../").unwrap_or(&path).strip_prefix("bin/");
        match name.filter(|name| moved.iter().any(|moved| moved == name)) {
            Some(name) => {
                corrected.push_str(&format!("{},,", record::field(&format!("{BIN}{name}"))));
                is_changed = true;
            }
            None => corrected.push_str(line),
        }
        corrected.push('\n');
    }
    if is_changed {
        let file = info.join("RECORD");
        fs::remove_file(&file)?;
        fs::write(file, corrected)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_moved_and_started_by_the_containers_python() {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::at(folder.path().join("python_venv"), "3.13");
        environment.lay_out().unwrap();
        let packages = environment.site_packages();
        fs::create_dir_all(packages.join("bin")).unwrap();
        fs::write(packages.join("bin/tool"), "#!/home/a/python3.11\nimport x\n").unwrap();
        fs::write(packages.join("bin/native"), b"\x7fELF\xff").unwrap();
        fs::create_dir(packages.join("t-1.dist-info")).unwrap();
        let record = packages.join("t-1.dist-info/RECORD");
        fs::write(
            &record,
            "../../bin/tool,sha256=x,1\nbin/native,sha256=y,2\nt.py,sha256=z,3\n",
        )
        .unwrap();
        put_in_place(&environment).unwrap();
        put_in_place(&environment).unwrap();
        let tool = fs::read_to_string(environment.folder.join("bin/tool")).unwrap();
        assert_eq!(
            tool,
            "#!/var/lib/localstack/lib/extensions/python_venv/bin/python\nimport x\n"
        );
        assert!(environment.folder.join("bin/native").exists() && !packages.join("bin").exists());
        let text = fs::read_to_string(record).unwrap();
        assert_eq!(text, "../../../bin/tool,,\n../../../bin/native,,\nt.py,sha256=z,3\n");
    }

    #[test]
    fn only_scripts_of_python_are_changed() {
        let long = "#!/bin/sh\n'''exec' '/a b/python' \"$0\" \"$@\"\n' '''\nimport x\n";
        let changed = String::from_utf8(for_container(long.as_bytes()).unwrap()).unwrap();
        assert!(
            changed.ends_with("/bin/python\nimport x\n") && changed.starts_with("#!/var/lib/"),
            "{changed}"
        );
        for other in ["#!/bin/sh\necho\n", "\u{0}", "import x\n"] {
            assert!(for_container(other.as_bytes()).is_none(), "{other}");
        }
    }
}
