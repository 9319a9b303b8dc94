//! The planner's arithmetic; what it does to pages stands in the room's own tests.

use super::imprint::ImprintPlace::{BlankNext, Next, Same};
use super::imprint::place_for;
use super::search::smallest;
use crate::document::Form::{Document, Letter, Minutes};

#[test]
fn the_imprint_ends_an_even_page() {
    assert_eq!(place_for(2, true, Document), Same);
    assert_eq!(place_for(3, true, Document), Next);
    assert_eq!(place_for(3, false, Minutes), Next);
    assert_eq!(place_for(2, false, Document), BlankNext);
    assert_eq!(place_for(1, true, Letter), Same);
    assert_eq!(place_for(2, false, Letter), Next);
}

#[test]
fn the_smallest_step_is_found_without_trying_all() {
    for wanted in 1..=35 {
        let mut tries = 0;
        let found = smallest(35, |n| {
            tries += 1;
            Ok((n >= wanted).then_some(n * 10))
        });
        assert_eq!(found.unwrap(), Some((wanted, wanted * 10)));
        assert!(tries <= 8, "{wanted}: {tries}");
    }
    assert_eq!(smallest(35, |_| Ok(None::<i32>)).unwrap(), None);
    assert_eq!(smallest(1, |n| Ok(Some(n))).unwrap(), Some((1, 1)));
}
