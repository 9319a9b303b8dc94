//! Hand-over from office to office.
