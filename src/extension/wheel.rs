//! Reading single files out of a wheel, without trusting what its directory says of their sizes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Result, bail};
use zip::ZipArchive;

use crate::limits::{LARGEST_SOURCE, LARGEST_WHEEL, MOST_ENTRIES_OF_A_PROJECT};

pub(super) struct Wheel {
    archive: RefCell<ZipArchive<File>>,
    by_name: BTreeMap<String, usize>,
}

impl Wheel {
    pub(super) fn open(path: &Path) -> Result<Wheel> {
        // A pipe would be waited for.
        let size = std::fs::metadata(path)?;
        if !size.is_file() || size.len() > LARGEST_WHEEL {
            bail!("it is no file, or larger than 200 MiB");
        }
        let file = File::open(path)?;
        let archive = ZipArchive::new(file)?;
        if archive.len() > MOST_ENTRIES_OF_A_PROJECT {
            bail!("it has more than {MOST_ENTRIES_OF_A_PROJECT} files");
        }
        let mut by_name = BTreeMap::new();
        for index in 0..archive.len() {
            let Some(name) = archive.name_for_index(index) else {
                continue;
            };
            let name = name?.into_owned();
            if name.starts_with('/') || name.split('/').any(|part| part == "..") {
                bail!("a file in it would be written outside of the folder it is installed in");
            }
            if !name.ends_with('/') {
                by_name.insert(name, index);
            }
        }
        Ok(Wheel {
            archive: RefCell::new(archive),
            by_name,
        })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// Unpacks no more than a source file may have, whatever is packed.
    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>, &'static str> {
        let index = *self.by_name.get(name).ok_or("it is not in the wheel")?;
        let mut archive = self.archive.borrow_mut();
        let file = archive.by_index(index).map_err(|_| "it cannot be unpacked")?;
        let mut bytes = Vec::new();
        file.take(LARGEST_SOURCE + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| "it cannot be unpacked")?;
        match bytes.len() as u64 > LARGEST_SOURCE {
            true => Err("it is larger than 2 MiB"),
            false => Ok(bytes),
        }
    }
}
