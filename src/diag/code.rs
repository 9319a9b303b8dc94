//! CODES: the program's own finding codes, one row each, with the clause behind them.
//!
//! Rule ids of the inspection system (`S-…`, `R-…`, `P-…`) come with the rule packs and stand here only
//! as far as the program itself raises them.

/// One row of the table.
#[derive(Debug)]
pub struct CodeInfo {
    /// The code.
    pub code: &'static str,
    /// What it is about, in a few words.
    pub name: &'static str,
    /// Clause or standard behind it.
    pub clause: Option<&'static str>,
}

const fn row(code: &'static str, name: &'static str, clause: Option<&'static str>) -> CodeInfo {
    CodeInfo { code, name, clause }
}

/// The table, in order of code.
pub static CODES: &[CodeInfo] = &[
    // 数据文件的书写 (YAML)
    row("Y-01", "数据文件语法错误", Some("YAML 1.2")),
    row("Y-02", "不是 UTF-8 编码", Some("YAML 1.2 §5.2")),
    row("Y-03", "用了制表符缩进", Some("YAML 1.2 §6.1")),
    row("Y-04", "用了全角冒号", Some("YAML 1.2 §7.4")),
    row("Y-05", "键重复", Some("YAML 1.2 §3.2.1.3")),
    row("Y-06", "用了别名、锚点、标签或合并键", None),
    row("Y-07", "嵌套过深或文件过大", None),
    row("Y-08", "井号后面的文字被当作注释", Some("YAML 1.2 §6.6")),
    // 数据模型
    row("S-01", "结构与类型", Some("数据模型 case.schema.json")),
    row("S-02", "标识唯一", Some("数据模型 case.schema.json")),
    row("S-03", "引用完整", Some("数据模型 case.schema.json")),
    row("S-04", "事实不晚于时点", Some("数据模型")),
    // 流水线规则
    row("P-01", "字形覆盖", Some("GB 18030-2022；GB/T 9704-2012")),
    row("P-02", "附件一致", Some("GB/T 9704-2012 7.3.4、7.3.7")),
    row("P-05", "校验值核对", Some("GB/T 18894-2016；DA/T 70-2018 真实性")),
    row("P-06", "包完整", Some("DA/T 70-2018；DA/T 22-2015")),
    row("P-07", "示例数据隔离", Some("档案真实性")),
    row("P-08", "涉密拒收", Some("办法第45条；保守国家秘密法")),
    // 督察规则中由程序自身提出的
    row("R-78", "文种版式", Some("公文条例第8条；文件目录")),
    row("R-91", "字符合法性", Some("GB 18030-2022")),
    // 附件
    row("A-01", "附件缺失", Some("GB/T 18894-2016")),
    row("A-02", "附件大小不符", Some("GB/T 18894-2016")),
    row("A-03", "附件路径不安全", None),
    // 文件种类与模板
    row("K-01", "文件种类的清单有误", None),
    row("K-02", "没有这个文件种类", None),
    row("K-03", "模板语法错误", None),
    row("K-04", "模板用了没有定义的字段", None),
    row("K-05", "模板运行出错", None),
    row("K-06", "模板标记有误", None),
    row("K-07", "样式有误", None),
    row("K-08", "字库有误", None),
    // 排版
    row("L-01", "排版引擎提示", None),
    row("L-02", "文字没有排到页面上", None),
    row("L-03", "署名页没有正文", Some("GB/T 9704-2012 7.3.5.5")),
    row("L-04", "版记不在应在的页", Some("GB/T 9704-2012 7.4.1")),
    row("L-06", "超出版心", Some("GB/T 9704-2012 5.2.1")),
    row("L-07", "文字叠印", None),
    // 检索
    row("Q-01", "检索式读法说明", None),
    // 归档包的检测结果以四性检测编号 (Z1…S9) 报告，不在此表
];

/// The row of `code`.
#[must_use]
pub fn lookup(code: &str) -> Option<&'static CodeInfo> {
    CODES.iter().find(|row| row.code == code)
}

/// The table as the page docs/codes.md.
#[cfg(test)]
fn page() -> String {
    let mut out = String::from(
        "# Finding codes 提示代码\n\n\
         The program's own codes, from `src/diag/code.rs` (a test keeps this page equal to the table). Rule ids of \
         the inspection system (`S-…`, `R-…`, `P-…`) are listed as far as the program itself raises them; results of \
         四性检测 carry the numbers of docs/bundle-format.md.\n\n\
         | code | name 名称 | clause 依据 |\n|---|---|---|\n",
    );
    for row in CODES {
        let line = format!("| {} | {} | {} |\n", row.code, row.name, row.clause.unwrap_or("—"));
        out.push_str(&line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{CODES, page};

    #[test]
    fn the_page_says_what_the_table_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/codes.md");
        let there = std::fs::read_to_string(path).unwrap_or_default();
        assert!(there == page(), "docs/codes.md should read:\n{}", page());
    }

    #[test]
    fn codes_are_unique() {
        let mut seen = std::collections::BTreeSet::new();
        assert!(CODES.iter().all(|row| seen.insert(row.code)));
    }
}
