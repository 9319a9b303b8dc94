//! 网络盘: whether a file lies on a file system shared between machines, where locks and WAL do not hold.

use std::path::Path;

/// File systems that come over a network, by the names that Linux gives them.
const SHARED: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ncpfs",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "gfs2",
    "ocfs2",
    "fuse.sshfs",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.davfs",
    "davfs",
    "davfs2",
    "9p",
];

/// The kind of shared file system on which `path` (absolute, without links) lies, by a table of mounts in the form of
/// `/proc/mounts`; none for a disk of the machine's own, or if the table does not say.
#[must_use]
pub fn network(mounts: &str, path: &Path) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let mut words = line.split(' ');
        let (Some(_), Some(at), Some(kind)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let at = at.replace("\\040", " ");
        // A later mount on the same folder covers an earlier one.
        if path.starts_with(&at) && best.is_none_or(|(length, _)| at.len() >= length) {
            best = Some((at.len(), kind));
        }
    }
    best.map(|(_, kind)| kind).filter(|kind| SHARED.contains(kind)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::network;
    use std::path::Path;

    #[test]
    fn the_nearest_mount_counts() {
        let mounts = "/dev/sda / ext4 rw 0 0\n\
                      //srv/share /mnt/office\\040share cifs rw 0 0\n\
                      /dev/sdb /mnt/office\\040share/local ext4 rw 0 0\n";
        let on = |path: &str| network(mounts, Path::new(path));
        assert_eq!(on("/var/register"), None);
        assert_eq!(on("/mnt/office share/register"), Some("cifs".into()));
        assert_eq!(on("/mnt/office share/local/register"), None);
        assert_eq!(on("/mnt/office sharer/register"), None);
    }
}
