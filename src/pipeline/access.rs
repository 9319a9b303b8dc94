//! 查阅权限: what who searches an archive may see, by the archive's own settings (`access.toml` beside the store).
//!
//! It bounds what this program answers, down to counts and snippets. It guards no files: who can read the archive's
//! folder can read it all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::diag::{Failure, WorldError};
use crate::vocab::secrecy::Secrecy;

/// Name of the settings within an archive.
const FILE: &str = "access.toml";

/// The settings.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Access {
    /// 密级 up to which whoever names no role may see; everything if it is not set.
    default: Option<Secrecy>,
    /// 角色 and the 密级 up to which it may see.
    #[serde(default)]
    roles: BTreeMap<String, Secrecy>,
}

/// 密级 up to which `role` may see in the archive at `archive`, and no further than `most`; none if that is everything.
///
/// # Errors
/// [`Failure::Usage`] for a role that the settings do not have, or settings that cannot be understood: then nothing is
/// shown, rather than too much.
pub(super) fn allowed(
    archive: &Path,
    role: Option<&str>,
    most: Option<Secrecy>,
) -> Result<Option<Secrecy>, Failure> {
    let path = archive.join(FILE);
    let access = match fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text).map_err(|e| {
            let said = e.to_string();
            Failure::Usage(format!("{} 写得不对，未予检索：{}", path.display(), said.trim()))
        })?,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Access::default(),
        Err(e) => return Err(WorldError::while_("读取查阅权限", &path)(e).into()),
    };
    let given = match role {
        None => access.default,
        Some(role) => Some(access.roles.get(role).copied().ok_or_else(|| {
            let known = access.roles.keys().map(String::as_str).collect::<Vec<_>>().join("、");
            let known = if known.is_empty() { "（无）" } else { &known };
            Failure::Usage(format!("{} 中没有角色「{role}」；有：{known}", path.display()))
        })?),
    };
    Ok(match (given, most) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    })
}

#[cfg(test)]
mod tests {
    use super::allowed;
    use crate::diag::Failure;
    use crate::vocab::secrecy::Secrecy;

    #[test]
    fn roles_see_what_the_settings_say() {
        let dir = tempfile::tempdir().unwrap();
        let at = |role, most| allowed(dir.path(), role, most);
        assert_eq!(at(None, None).unwrap(), None);
        assert_eq!(at(None, Some(Secrecy::Public)).unwrap(), Some(Secrecy::Public));
        assert!(matches!(at(Some("公众"), None), Err(Failure::Usage(_))));
        let text = "default = \"内部\"\n[roles]\n\"公众\" = \"公开\"\n\"档案员\" = \"绝密\"\n";
        crate::container::write_atomically(&dir.path().join("access.toml"), |f| {
            std::io::Write::write_all(f, text.as_bytes())
        })
        .unwrap();
        assert_eq!(at(None, None).unwrap(), Some(Secrecy::Internal));
        assert_eq!(at(Some("公众"), None).unwrap(), Some(Secrecy::Public));
        assert_eq!(at(Some("档案员"), Some(Secrecy::Secret)).unwrap(), Some(Secrecy::Secret));
        assert!(matches!(at(Some("旁人"), None), Err(Failure::Usage(_))));
    }
}
