//! 案卷: the program.

fn main() {}
