//! The smallest step that does it.

use crate::diag::Failure;

/// The smallest of the steps 1 to `most` that `attempt` succeeds with, and what it gave; none if `most` does
/// not. What a step achieves, a greater one achieves as well, so the interval is halved.
pub(super) fn smallest<T>(
    most: i32,
    mut attempt: impl FnMut(i32) -> Result<Option<T>, Failure>,
) -> Result<Option<(i32, T)>, Failure> {
    // The first step is what mostly does it.
    if let Some(found) = attempt(1)? {
        return Ok(Some((1, found)));
    }
    let (mut fails, mut works) = (1, most);
    let Some(mut best) = attempt(most)? else { return Ok(None) };
    while works - fails > 1 {
        let middle = fails + (works - fails) / 2;
        match attempt(middle)? {
            Some(found) => (works, best) = (middle, found),
            None => fails = middle,
        }
    }
    Ok(Some((works, best)))
}
