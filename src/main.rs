//! 案卷: the program; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    anjuan::cli::main()
}
