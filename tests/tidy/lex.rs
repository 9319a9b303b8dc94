//! Just enough of a Rust lexer: words, signs, strings and doc comments with their lines; ordinary
//! comments vanish. It never fails: what it cannot place becomes a sign.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier or keyword (raw identifiers without their `r#`).
    Word,
    /// One sign; `::` is one token.
    Sign,
    /// A string literal of any form: what stands between its quotes, escapes as written.
    Str,
    /// A doc comment.
    Doc,
    /// A number, character or lifetime.
    Other,
}

/// One token.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its text.
    pub(crate) text: String,
    /// Its line, 1-based.
    pub(crate) line: usize,
    /// Whether it stands in an item marked `#[cfg(test)]`.
    pub(crate) test: bool,
}

impl Token {
    /// Whether this is the word or sign `text` (never a string or comment of that text).
    pub(crate) fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Sign) && self.text == text
    }
}

/// Whether the tokens from `at` on are the words and signs of `pattern`.
pub(crate) fn follows(tokens: &[Token], at: usize, pattern: &[&str]) -> bool {
    pattern.iter().enumerate().all(|(i, text)| tokens.get(at + i).is_some_and(|t| t.is(text)))
}

/// The tokens of `source`, those of `#[cfg(test)]` items marked.
pub(crate) fn lex(source: &str) -> Vec<Token> {
    let mut lexer = Lexer { chars: source.chars().collect(), at: 0, line: 1, tokens: Vec::new() };
    while lexer.at < lexer.chars.len() {
        lexer.step();
    }
    let mut tokens = lexer.tokens;
    mark_tests(&mut tokens);
    tokens
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
    tokens: Vec<Token>,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn take(&mut self) -> char {
        let c = self.peek(0);
        self.at += 1;
        if c == '\n' {
            self.line += 1;
        }
        c
    }

    fn push(&mut self, kind: Kind, text: String, line: usize) {
        self.tokens.push(Token { kind, text, line, test: false });
    }

    fn step(&mut self) {
        let line = self.line;
        match self.peek(0) {
            c if c.is_whitespace() => {
                self.take();
            }
            '/' if self.peek(1) == '/' => {
                let mut text = String::new();
                while self.at < self.chars.len() && self.peek(0) != '\n' {
                    text.push(self.take());
                }
                if text.starts_with("//!") || (text.starts_with("///") && !text.starts_with("////"))
                {
                    self.push(Kind::Doc, text, line);
                }
            }
            '/' if self.peek(1) == '*' => self.block_comment(),
            '"' => {
                self.take();
                self.string(line);
            }
            '\'' => self.quote(line),
            c if c.is_alphabetic() || c == '_' => self.word(line),
            c if c.is_ascii_digit() => {
                let text = self.run();
                self.push(Kind::Other, text, line);
            }
            ':' if self.peek(1) == ':' => {
                self.at += 2;
                self.push(Kind::Sign, "::".into(), line);
            }
            _ => {
                let c = self.take();
                self.push(Kind::Sign, c.into(), line);
            }
        }
    }

    /// Letters, figures and `_`.
    fn run(&mut self) -> String {
        let mut text = String::new();
        while self.peek(0).is_alphanumeric() || self.peek(0) == '_' {
            text.push(self.take());
        }
        text
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.at < self.chars.len() {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => {
                    depth += 1;
                    self.at += 2;
                }
                ('*', '/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return;
                    }
                }
                _ => {
                    self.take();
                }
            }
        }
    }

    /// A string whose opening quote has been taken.
    fn string(&mut self, line: usize) {
        let mut text = String::new();
        while self.at < self.chars.len() {
            match self.take() {
                '"' => break,
                '\\' => {
                    text.push('\\');
                    text.push(self.take());
                }
                c => text.push(c),
            }
        }
        self.push(Kind::Str, text, line);
    }

    /// A raw string, from its `#`s or quote on.
    fn raw_string(&mut self, line: usize) {
        let mut hashes = 0;
        while self.peek(0) == '#' {
            self.take();
            hashes += 1;
        }
        self.take();
        let mut text = String::new();
        while self.at < self.chars.len() {
            if self.peek(0) == '"' && (1..=hashes).all(|i| self.peek(i) == '#') {
                self.at += 1 + hashes;
                break;
            }
            text.push(self.take());
        }
        self.push(Kind::Str, text, line);
    }

    /// A character literal or a lifetime.
    fn quote(&mut self, line: usize) {
        self.take();
        let text = if self.peek(0) == '\\' {
            self.take();
            let mut text = String::from(self.take());
            while self.at < self.chars.len() && self.peek(0) != '\'' {
                text.push(self.take());
            }
            self.take();
            text
        } else if self.peek(1) == '\'' {
            let text = String::from(self.take());
            self.take();
            text
        } else {
            self.run()
        };
        self.push(Kind::Other, text, line);
    }

    fn word(&mut self, line: usize) {
        let word = self.run();
        match (word.as_str(), self.peek(0), self.peek(1)) {
            ("r" | "br" | "cr", '"', _) | ("r" | "br" | "cr", '#', '"' | '#') => {
                self.raw_string(line);
            }
            ("b" | "c", '"', _) => {
                self.take();
                self.string(line);
            }
            ("b", '\'', _) => self.quote(line),
            ("r", '#', _) => {
                self.take();
                let name = self.run();
                self.push(Kind::Word, name, line);
            }
            _ => self.push(Kind::Word, word, line),
        }
    }
}

/// Marks the items that `#[cfg(test)]` and `#[cfg(all(test, …))]` keep out of the program.
fn mark_tests(tokens: &mut [Token]) {
    let mut at = 0;
    while at < tokens.len() {
        let only = follows(tokens, at, &["#", "[", "cfg", "(", "test", ")"])
            || follows(tokens, at, &["#", "[", "cfg", "(", "all", "(", "test", ","]);
        if !only {
            at += 1;
            continue;
        }
        let end = item_end(tokens, at);
        for token in &mut tokens[at..end] {
            token.test = true;
        }
        at = end;
    }
}

/// Where the item that begins at `start` (with its attributes) ends.
fn item_end(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    while follows(tokens, at, &["#", "["]) {
        at = closing(tokens, at + 1) + 1;
    }
    while let Some(token) = tokens.get(at) {
        if token.is(";") {
            return at + 1;
        }
        if token.is("{") {
            return closing(tokens, at) + 1;
        }
        if token.is("}") {
            return at;
        }
        at = if token.is("(") || token.is("[") { closing(tokens, at) } else { at } + 1;
    }
    tokens.len()
}

/// Where the bracket that opens at `open` closes (the last token if it never does).
pub(crate) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.kind != Kind::Sign {
            continue;
        }
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len().saturating_sub(1)
}
