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
    row("R-73", "发文字号", Some("公文条例第9条；GB/T 9704-2012 7.2.5")),
    row("R-74", "上行文", Some("公文条例第9、15条")),
    row("R-75", "联合行文会签", Some("公文条例第17、22条")),
    row("R-76", "日期次序", Some("公文条例第9条")),
    row("R-78", "文种版式", Some("公文条例第8条；文件目录")),
    row("R-79", "主送抄送", Some("公文条例第9、15、16条")),
    row("R-80", "授权表述", Some("公文条例第16条")),
    row("R-89", "标题与文种", Some("公文条例第9条（七）")),
    row("R-90", "书名号与括号", Some("GB/T 15834-2011；GB/T 9704-2012")),
    row("R-91", "字符合法性", Some("GB 18030-2022")),
    // 文字规则：标点、数字、计量单位、文号、结构
    row("W-00", "文字规则的说明", None),
    row("W-01", "全角数字和字母", Some("GB/T 15835-2011 5.1.7")),
    row("W-02", "日期写法", Some("GB/T 15835-2011 5.1.4；GB/T 9704-2012 7.3.5.4")),
    row("W-03", "数值范围的连接号", Some("GB/T 15835-2011 5.1.3；GB/T 15834-2011 4.13")),
    row("W-04", "汉字与阿拉伯数字混用", Some("GB/T 15835-2011 5.3")),
    row("W-05", "数字中的千分撇", Some("GB/T 15835-2011 5.1.1")),
    row("W-06", "概数中间的顿号", Some("GB/T 15835-2011 5.2.1")),
    row("W-07", "固定词语中的数字", Some("GB/T 15835-2011 4.2.3")),
    row("W-11", "半角标点", Some("GB/T 15834-2011 5.1")),
    row("W-12", "半角引号", Some("GB/T 15834-2011 4.8")),
    row("W-13", "书名号、引号之间的顿号", Some("GB/T 15834-2011 4.5.3.5")),
    row("W-14", "成对标点不配对或者套用不当", Some("GB/T 15834-2011 4.8、4.9、4.15")),
    row("W-16", "引用的文号写法", Some("GB/T 9704-2012 7.2.5")),
    row("W-17", "省略号和破折号", Some("GB/T 15834-2011 4.10、4.11")),
    row("W-18", "标点重复", Some("GB/T 15834-2011 第4章")),
    row("W-19", "序号后面的标点", Some("GB/T 9704-2012 7.3.3；GB/T 15834-2011 4.5.3.4")),
    row("W-20", "“等”前面的标点", Some("GB/T 15834-2011 4.5.3")),
    row("W-21", "多余的空格", Some("GB/T 15834-2011 5.1")),
    row("W-31", "非法定计量单位", Some("GB 3100-1993；GB 3101-1993")),
    row("W-32", "计量单位符号", Some("GB 3100-1993；GB 3101-1993；GB 3102-1993")),
    row("W-41", "层次序数", Some("GB/T 9704-2012 7.3.3")),
    row("W-43", "标题写法", Some("公文条例第9条（七）；GB/T 9704-2012 7.3.1")),
    row("W-51", "行文方向", Some("公文条例第8、14、16条")),
    row("W-52", "批复与请示", Some("公文条例第8条（十二）")),
    row("W-55", "报告夹带请示", Some("公文条例第15条（四）")),
    // 附件
    row("A-01", "附件缺失", Some("GB/T 18894-2016")),
    row("A-02", "附件大小不符", Some("GB/T 18894-2016")),
    row("A-03", "附件路径不安全", None),
    row("A-04", "图不能用", None),
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
    row("L-05", "首页显示正文", Some("GB/T 9704-2012 7.2.4、7.3.2、7.3.3")),
    row("L-06", "为版记让出位置", Some("GB/T 9704-2012 7.4.1")),
    // 字体
    row("F-01", "代用字：本体字体没有的字", Some("GB 18030-2022；GB/T 9704-2012 5.2.2")),
    row("F-02", "所用的本机字体", Some("GB/T 9704-2012 5.2.2")),
    row("L-08", "超出版心", Some("GB/T 9704-2012 5.2.1")),
    row("L-09", "文字叠印", None),
    row("L-11", "读不了的 PDF 文件", None),
    // 版面检查（验收表第 1—20 项）
    row("G-01", "纸张", Some("GB/T 9704-2012 5.1")),
    row("G-02", "版心", Some("GB/T 9704-2012 5.2.1")),
    row("G-03", "行与字", Some("GB/T 9704-2012 5.2.3")),
    row("G-04", "字体字号颜色", Some("GB/T 9704-2012 5.2.2、5.2.4")),
    row("G-05", "发文机关标志", Some("GB/T 9704-2012 7.2.1—7.2.4")),
    row("G-06", "发文字号、签发人", Some("GB/T 9704-2012 7.2.5、7.2.6")),
    row("G-07", "红色分隔线", Some("GB/T 9704-2012 7.2.7")),
    row("G-08", "标题版面", Some("GB/T 9704-2012 7.3.1")),
    row("G-09", "主送机关版面", Some("GB/T 9704-2012 7.3.2")),
    row("G-10", "首页正文", Some("GB/T 9704-2012 7.3.3")),
    row("G-11", "段落缩进", Some("GB/T 9704-2012 7.3.3")),
    row("G-12", "结构层次版面", Some("GB/T 9704-2012 7.3.3")),
    row("G-13", "附件说明版面", Some("GB/T 9704-2012 7.3.4")),
    row("G-14", "署名与印章位置", Some("GB/T 9704-2012 7.3.5")),
    row("G-15", "成文日期版面", Some("GB/T 9704-2012 7.3.5.4")),
    row("G-16", "附件版面", Some("GB/T 9704-2012 7.3.7")),
    row("G-17", "版记", Some("GB/T 9704-2012 7.4")),
    row("G-18", "页码", Some("GB/T 9704-2012 7.5")),
    row("G-19", "特定格式", Some("GB/T 9704-2012 10")),
    row("G-20", "横排表格", Some("GB/T 9704-2012 8")),
    // 台账（Excel 工作簿）
    row("T-01", "读不了的工作簿", Some("ECMA-376；ISO/IEC 29500")),
    row("T-02", "认不出的台账、工作表", None),
    row("T-03", "台账的表头", None),
    row("T-04", "单元格的值不合栏目", Some("数据模型 case.schema.json")),
    row("T-05", "台账缺少必填的内容", Some("数据模型 case.schema.json")),
    row("T-06", "台账所指的单位、问题等案件里没有", Some("数据模型 case.schema.json")),
    row("T-07", "台账的行重复，或与案件里的不同", None),
    row("T-08", "公式、宏和错误值", None),
    row("T-09", "写不进数据文件", None),
    row("T-10", "单元格放不下", Some("ECMA-376；ISO/IEC 29500")),
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
