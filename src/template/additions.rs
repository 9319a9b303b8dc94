//! What templates can use besides the case's own data: variables that the program adds, functions and filters.
//! `anjuan kinds fields` lists them; tests hold the tables against what is really there.

/// 附加数据: a variable or a field of one, which the program adds.
#[derive(Clone, Copy, Debug)]
pub struct Added {
    /// How a template names it.
    pub path: &'static str,
    /// Its Chinese name.
    pub title: &'static str,
    /// What stands in it.
    pub sort: &'static str,
    /// What is meant.
    pub note: &'static str,
}

/// 函数或过滤器.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its Chinese name.
    pub title: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it gives.
    pub note: &'static str,
}

const fn added(
    path: &'static str,
    title: &'static str,
    sort: &'static str,
    note: &'static str,
) -> Added {
    Added { path, title, sort, note }
}

const fn tool(
    name: &'static str,
    title: &'static str,
    usage: &'static str,
    note: &'static str,
) -> Tool {
    Tool { name, title, usage, note }
}

/// What every body, condition and cell sees besides the case.
pub const EVERYWHERE: &[Added] = &[
    added("doc", "正在写的公文", "一组数据", "documents 中的这一项，另有 doc.number"),
    added("doc.number", "发文字号文字", "文字", "如“渝环督办〔2025〕12号”；没有编号的为空"),
];

/// What a cell of a table sees besides.
pub const CELLS: &[Added] = &[
    added("row", "这一行的数据", "随 rows 而定", "清单中 [[table]] 的 rows 列表的一项"),
    added("loop_index", "行号", "整数", "从 1 起"),
];

/// What catalogues see besides (`reads` has `records`).
pub const CATALOGUES: &[Added] = &[
    added("records", "移交的件", "列表", "归档目录的一行一件；只有 reads 写了 records 的种类才有"),
    added("records[].seq", "序号", "整数", "在这次移交中的顺序，从 1 起"),
    added("records[].code", "档号", "文字", "件的档号"),
    added("records[].number", "文号", "文字", "发文字号；没有的为空"),
    added("records[].responsible", "责任者", "文字", "形成文件的机关"),
    added("records[].title", "题名", "文字", "文件的标题"),
    added("records[].date", "日期", "日期", "成文日期"),
    added("records[].secrecy", "密级", "文字", "公开、内部等"),
    added("records[].pages", "页数", "整数", "排出来的页数，由程序数出"),
    added("records[].kind", "文件种类", "文字", "目录代码"),
    added("records[].genre", "文种", "文字", "通知、函等"),
    added("records[].class", "类别", "文字", "文件，或者证据"),
    added("records[].files", "文件数", "整数", "这一件有几个电子文件"),
    added("records[].sha256", "校验值", "文字", "正本的 SHA-256"),
    added("records[].note", "备注", "文字", "没有的为空"),
    added("classes", "分类合计", "列表", "移交清单的一行一类"),
    added("classes[].name", "类别", "文字", "文件，或者证据"),
    added("classes[].items", "件数", "整数", "这一类有几件"),
    added("classes[].pages", "页数", "整数", "这一类共几页"),
    added("classes[].files", "文件数", "整数", "这一类有几个电子文件"),
    added("classes[].digest", "合计校验值", "文字", "这一类全部文件的校验值再求的 SHA-256"),
    added(
        "handover",
        "本次移交",
        "一组数据",
        "archive.handovers 中与这份目录对应的一次；没有的为空",
    ),
];

/// Functions.
pub const FUNCTIONS: &[Tool] = &[
    tool(
        "get",
        "按标识取对象",
        "get('o-office').name",
        "有这个标识的单位、人员、问题等；没有则报错",
    ),
    tool(
        "daterange",
        "起止日期",
        "daterange(a, b)",
        "如 2025年3月10日至4月2日，相同的年、月不重复",
    ),
    tool("table", "放一张表", "table('名字')", "放在单独一行；表在 kind.toml 的 [[table]] 中定义"),
];

/// Filters.
pub const FILTERS: &[Tool] = &[
    tool(
        "obj",
        "取出对象",
        "(p.district | obj).name",
        "标识（或标识的列表）变成对象（或对象的列表）",
    ),
    tool("name", "全称", "doc.recipients | name", "标识、对象或列表变成全称，用顿号连接"),
    tool("short", "简称", "doc.recipients | short", "同上，有简称用简称"),
    tool("cdate", "日期", "as_of | cdate", "2025年3月4日"),
    tool("cmonth", "年月", "as_of | cmonth", "2025年3月"),
    tool("date8", "八位日期", "as_of | date8", "20250304"),
    tool("cn", "汉字数字", "12 | cn", "十二"),
    tool("zh_join", "连接", "列表 | zh_join", "用顿号连成文字；换连接号写 zh_join(sep='；')"),
    tool("stop", "末尾加句号", "文字 | stop", "末尾恰好一个句号"),
    tool("nostop", "末尾去标点", "文字 | nostop", "去掉末尾的句号、分号、逗号"),
    tool("num", "数字", "12.50 | num", "去掉小数末尾多余的零"),
    tool("percent", "百分比", "402 | percent(1126)", "35.7%；位数写 percent(总数, digits=2)"),
    tool(
        "docno",
        "发文字号",
        "m.document | docno",
        "公文（或它的标识）变成发文字号；没有编号的为空",
    ),
    tool("paras", "分段", "文字 | paras", "多行文字（或文字的列表）变成段落的列表，用 for 逐段写"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CATALOGUES, FILTERS, FUNCTIONS};

    /// What deposit.rs hands to catalogues is what is listed here.
    #[test]
    fn every_field_of_catalogues_is_listed() {
        let source = include_str!("../pipeline/deposit.rs");
        for (function, list) in [("\nfn row(", "records[]."), ("\nfn class_row(", "classes[].")] {
            let (_, rest) = source.split_once(function).unwrap();
            let (_, body) = rest.split_once("json!({").unwrap();
            let body = body.split("\n    })").next().unwrap();
            let keys = body.lines().filter_map(|l| l.trim().strip_prefix('"')?.split_once("\":"));
            let there: BTreeSet<&str> = keys.map(|(key, _)| key).collect();
            let listed: BTreeSet<&str> =
                CATALOGUES.iter().filter_map(|a| a.path.strip_prefix(list)).collect();
            assert_eq!(there, listed);
        }
    }

    /// What functions.rs registers is what is listed here.
    #[test]
    fn every_function_and_filter_is_listed() {
        let source = include_str!("functions.rs");
        for (call, tools) in [("env.add_function(\"", FUNCTIONS), ("env.add_filter(\"", FILTERS)] {
            let there: Vec<&str> =
                source.split(call).skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let listed: Vec<&str> = tools.iter().map(|t| t.name).collect();
            assert_eq!(there, listed);
        }
    }
}
