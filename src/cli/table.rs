//! 表: columns aligned by what characters take up on a terminal, a Chinese one two columns.

use unicode_width::UnicodeWidthStr;

/// Wider cells do not push the others further.
const WIDEST: usize = 46;

/// Rows of `N` columns.
pub struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// A table with its head.
    pub fn new(head: [&str; N]) -> Self {
        Self { rows: vec![head.map(str::to_owned)] }
    }

    /// One more row.
    pub fn row(&mut self, cells: [&str; N]) {
        self.rows.push(cells.map(str::to_owned));
    }

    /// Its lines, padded with spaces.
    pub fn lines(&self) -> Vec<String> {
        self.lines_within(WIDEST)
    }

    /// Its lines, padded with spaces; cells wider than `widest` do not push the others.
    pub fn lines_within(&self, widest: usize) -> Vec<String> {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width().min(widest));
            }
        }
        let line = |row: &[String; N]| {
            let mut out = String::new();
            for (cell, width) in row.iter().zip(widths) {
                out.push_str(cell);
                out.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
            }
            out.trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn chinese_characters_take_two_columns() {
        let mut table = Table::new(["要素", "a"]);
        table.row(["红色分隔线", "1"]);
        table.row(["x", "2"]);
        assert_eq!(table.lines(), ["要素        a", "红色分隔线  1", "x           2"]);
    }
}
