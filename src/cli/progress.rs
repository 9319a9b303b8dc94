//! 进度: a bar on stderr when a person watches, NDJSON lines when asked for.

use std::io::{self, IsTerminal, Write as _};
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::{Global, ProgressWhen};

/// The progress of one command.
pub struct Progress {
    mode: Mode,
}

enum Mode {
    Off,
    Bar(ProgressBar),
    Json(Mutex<(&'static str, usize, usize)>),
}

impl Progress {
    /// As the options and the terminal ask for.
    pub fn new(global: &Global) -> Self {
        let watched = io::stderr().is_terminal() && !global.quiet;
        let mode = match global.progress {
            ProgressWhen::Json => Mode::Json(Mutex::new(("", 0, 0))),
            ProgressWhen::Auto if watched => {
                let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
                Mode::Bar(bar)
            }
            _ => Mode::Off,
        };
        Self { mode }
    }

    /// A step begins.
    pub fn step(&self, name: &'static str, total: usize) {
        match &self.mode {
            Mode::Off => {}
            Mode::Bar(bar) => {
                let form = if total > 0 { "{msg} {bar:30} {pos}/{len}" } else { "{msg} {spinner}" };
                if let Ok(style) = ProgressStyle::with_template(form) {
                    bar.set_style(style);
                }
                bar.set_length(total as u64);
                bar.set_position(0);
                bar.set_message(name);
                bar.tick();
            }
            Mode::Json(state) => {
                if let Ok(mut state) = state.lock() {
                    *state = (name, 0, total);
                    tell(*state);
                }
            }
        }
    }

    /// One thing of the step is done.
    pub fn tick(&self) {
        match &self.mode {
            Mode::Off => {}
            Mode::Bar(bar) => bar.inc(1),
            Mode::Json(state) => {
                if let Ok(mut state) = state.lock() {
                    state.1 += 1;
                    tell(*state);
                }
            }
        }
    }

    /// Runs `print` with the bar out of the way.
    pub fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.mode {
            Mode::Bar(bar) => bar.suspend(print),
            _ => print(),
        }
    }

    /// The command is over.
    pub fn finish(&self) {
        if let Mode::Bar(bar) = &self.mode {
            bar.finish_and_clear();
        }
    }
}

fn tell((step, done, total): (&str, usize, usize)) {
    let line = serde_json::json!({"type": "progress", "step": step, "done": done, "total": total});
    let _ = writeln!(io::stderr(), "{line}");
}
