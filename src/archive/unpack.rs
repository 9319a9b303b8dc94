//! 普通 BagIt 包: a bundle unpacked into a folder, whole or not at all, for tools that take folders.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

use super::inspect::{self, Inspection};
use super::reader::{self, BundleReader};
use super::sign::Trust;
use crate::container::{create_folder, sync_folder};
use crate::diag::{Failure, WorldError};

/// Inspects the bundle at `path` and, if it is acceptable, writes its bag as the folder `out`, which must not be there;
/// gives the number of files.
///
/// # Errors
/// [`Failure::Usage`] if `out` is there; else only when the world fails. A bad bundle is told by the inspection, and
/// nothing is written then.
pub fn export_bag(path: &Path, out: &Path) -> Result<(Inspection, Option<usize>), Failure> {
    if fs::symlink_metadata(out).is_ok() {
        let words = format!("{} 已经存在；请给出一个还没有的文件夹名", out.display());
        return Err(Failure::Usage(words));
    }
    let Ok(reader) = reader::open(path)? else {
        return Ok((inspect::verify(path, inspect::Depth::Full)?, None));
    };
    let inspection = inspect::inspect(&reader, path, &Trust::nobody())?;
    if !inspection.accepted {
        return Ok((inspection, None));
    }
    let parent = match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    create_folder(parent)?;
    let whole = || -> io::Result<usize> {
        // Removes itself with all that is in it unless it is renamed.
        let staging =
            tempfile::Builder::new().prefix(".anjuan-").suffix(".tmp").tempdir_in(parent)?;
        let count = fill(&reader, staging.path())?;
        // Readable by others, as a folder made in the usual way.
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(staging.path(), open)?;
        match fs::rename(staging.path(), out) {
            Ok(()) => drop(staging.keep()),
            Err(e) if e.kind() == ErrorKind::DirectoryNotEmpty => {
                return Err(ErrorKind::AlreadyExists.into());
            }
            Err(e) => return Err(e),
        }
        sync_folder(parent)?;
        Ok(count)
    };
    let count = whole().map_err(WorldError::while_("写入文件夹", out))?;
    Ok((inspection, Some(count)))
}

fn fill(reader: &BundleReader, to: &Path) -> io::Result<usize> {
    let mut folders = std::collections::BTreeSet::from([to.to_path_buf()]);
    let mut count = 0;
    for (path, _) in reader.files() {
        let place = to.join(path);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
            folders.insert(folder.to_path_buf());
        }
        let mut file = File::create_new(&place)?;
        io::copy(&mut reader.open(path)?, &mut file)?;
        file.sync_all()?;
        count += 1;
    }
    folders.iter().try_for_each(|f| sync_folder(f))?;
    Ok(count)
}
