//! What was done to a folder that was there already, so that all of it can be taken back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::beneath::Beneath;
use super::folder;
use super::plan::{Step, Verb};
use crate::fault;

/// Changes to a folder; dropping it takes them back, unless they are kept.
pub struct Undo<'a> {
    root: &'a Beneath,
    folders: Vec<&'a str>,
    files: Vec<&'a str>,
    /// Replaced and removed files: where each was, and where it is kept meanwhile.
    replaced: Vec<(&'a str, PathBuf)>,
    /// Folders that were empty, each before the one it was in, with their permissions.
    emptied: Vec<(&'a str, Option<fs::Permissions>)>,
}

impl<'a> Undo<'a> {
    pub fn new(root: &'a Beneath) -> Self {
        Undo {
            root,
            folders: Vec::new(),
            files: Vec::new(),
            replaced: Vec::new(),
            emptied: Vec::new(),
        }
    }

    /// Makes a folder unless it is there.
    pub fn make_folder(&mut self, path: &'a str) -> io::Result<()> {
        match fault::point("parent").and_then(|()| self.root.create_folder(path)) {
            Ok(()) => self.folders.push(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && self.root.is_folder(path) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Takes a file away, to `kept` in case it has to come back.
    pub fn remove(&mut self, path: &'a str, kept: PathBuf) -> io::Result<()> {
        fault::point("remove").and_then(|()| self.root.take(path, &kept))?;
        self.replaced.push((path, kept));
        Ok(())
    }

    pub fn remove_if_empty(&mut self, folder: &'a str) {
        let metadata = self.root.read(folder).and_then(|folder| folder.metadata());
        // One that is not empty stays.
        if self.root.remove_folder(folder).is_ok() {
            let permissions = metadata.ok().map(|metadata| metadata.permissions());
            self.emptied.push((folder, permissions));
        }
    }

    /// Moves a new file to where the step wants it; what it replaces is kept meanwhile.
    pub fn put(&mut self, step: &'a Step, new: &Path, kept: PathBuf) -> io::Result<()> {
        let path = step.path.as_str();
        if step.verb == Verb::Overwrite {
            self.keep_replaced(step, new, kept)?;
            return fault::point("put").and_then(|()| self.root.bring(new, path));
        }
        fault::point("put").and_then(|()| self.create(new, path))?;
        self.files.push(path);
        Ok(())
    }

    /// Keeps a file in case its replacement fails, and gives its permissions to the successor, unless these are what
    /// differs.
    fn keep_replaced(&mut self, step: &'a Step, new: &Path, kept: PathBuf) -> io::Result<()> {
        let path = step.path.as_str();
        let mut old = self.root.read(path)?;
        let metadata = old.metadata()?;
        if folder::is_executable(&metadata) == step.file.executable {
            fs::set_permissions(new, metadata.permissions())?;
        }
        self.root.link_to(path, &kept).or_else(|_| {
            io::copy(&mut old, &mut fs::File::create(&kept)?)?;
            fs::set_permissions(&kept, metadata.permissions())
        })?;
        self.replaced.push((path, kept));
        Ok(())
    }

    /// Moves a file to a place that must be free: a rename would replace what came there since the plan was made.
    fn create(&self, new: &Path, path: &str) -> io::Result<()> {
        match self.root.link_from(new, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !self.root.is_there(path) => {
                // Not every file system has links.
                self.root.bring(new, path)
            }
            result => result,
        }
    }

    pub fn keep(mut self) {
        self.folders.clear();
        self.files.clear();
        self.replaced.clear();
        self.emptied.clear();
    }
}

impl Drop for Undo<'_> {
    /// Already on the way out with an error: what cannot be undone is left, the error tells what happened.
    fn drop(&mut self) {
        for file in self.files.iter().rev() {
            let _ = self.root.remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = self.root.remove_folder(folder);
        }
        for (folder, permissions) in self.emptied.drain(..).rev() {
            let _ = self.root.create_folder(folder);
            if let (Some(permissions), Ok(folder)) = (permissions, self.root.read(folder)) {
                let _ = folder.set_permissions(permissions);
            }
        }
        for (path, kept) in self.replaced.iter().rev() {
            let _ = self.root.bring(kept, path);
        }
    }
}
