//! Workbooks in, workbooks out.
