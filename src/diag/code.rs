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

impl CodeInfo {
    /// Whether it is a rule of the inspection system, not a slip in a file.
    #[must_use]
    pub fn is_rule(&self) -> bool {
        ["S-", "R-", "P-"].iter().any(|head| self.code.starts_with(head))
    }
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
    row("P-09", "放不进一个包", Some("RFC 8493 2.2.2")),
    row("P-10", "先前打的包还在", None),
    // 督察规则中由程序自身提出的
    row("R-01", "年度计划依据", Some("办法第6条；计划四（一）")),
    row("R-02", "督察工作安排报批", Some("办法第13条、17条（三）、23条")),
    row("R-03", "督察组组建报批", Some("办法第10条")),
    row("R-04", "组长、副组长配备", Some("办法第14条")),
    row("R-05", "组长、副组长资格", Some("办法第14条")),
    row("R-06", "组织部审核人选", Some("办法第14条")),
    row("R-07", "组长出自人选库", Some("办法第14条；计划四（十五）")),
    row("R-08", "一次一授权", Some("办法第14条")),
    row("R-09", "地域回避", Some("办法第12条")),
    row("R-10", "任职回避", Some("办法第12条")),
    row("R-11", "公务回避", Some("办法第12条")),
    row("R-12", "回避申报在先", Some("办法第12条")),
    row("R-13", "人员以市生态环境局为主体", Some("办法第10条")),
    row("R-14", "临时党支部", Some("办法第43条")),
    row("R-15", "动员培训在先", Some("办法第17条（四）")),
    row("R-16", "进驻通知时序", Some("办法第17条（三）（五）")),
    row("R-17", "进驻通知主送", Some("办法第15、17条（五）")),
    row("R-18", "进驻期活动日期", Some("办法第18条")),
    row("R-19", "公告先于受理", Some("办法第18条（四）、38条")),
    row("R-20", "调阅资料时序", Some("办法第18条（五）")),
    row("R-21", "受理编号", Some("惯例（中央督察 X3HB202406020025 式）")),
    row("R-22", "信访件时序", Some("办法第18、19条")),
    row("R-23", "办结要素齐全", Some("办法第19条")),
    row("R-24", "属地与承办单位", Some("办法第19条")),
    row("R-25", "批次统计一致", Some("计划四（九）全口径台账；惯例")),
    row("R-26", "边督边改公开", Some("办法第38条")),
    row("R-27", "开展抽查", Some("办法第19条")),
    row("R-28", "重点件抽查", Some("办法第19条；惯例")),
    row("R-29", "报告形成时限", Some("办法第20、26条")),
    row("R-30", "交换意见在先", Some("办法第20、31条")),
    row("R-31", "审议先于报审", Some("办法第20、26条")),
    row("R-32", "报告经批准方可印发", Some("办法第21、27条")),
    row("R-33", "印发主体", Some("办法第21、27条")),
    row("R-34", "反馈时序与主体", Some("办法第21、27条")),
    row("R-35", "报告与反馈问题一致", Some("办法第20、21条")),
    row("R-36", "问题须有证据", Some("办法第18条（七）、20条")),
    row("R-37", "取证二人以上", Some("办法第18条（三）（七）；惯例")),
    row("R-38", "日常督察报送层级", Some("办法第31条")),
    row("R-39", "专项督察成果形式", Some("办法第27条")),
    row("R-40", "反馈对象", Some("办法第21条")),
    row("R-41", "整改方案时限", Some("办法第35条")),
    row("R-42", "例行整改方案报送对象", Some("办法第35条")),
    row("R-43", "问题全覆盖", Some("办法第35、36条")),
    row("R-44", "措施时限", Some("办法第35条")),
    row("R-45", "属地主体责任", Some("办法第34条")),
    row("R-46", "不得自督自验", Some("计划四（十三）三个重点环节")),
    row("R-47", "进展报告六个月", Some("办法第36条")),
    row("R-48", "整改报告主送", Some("办法第36条")),
    row("R-49", "综合报告时点", Some("办法第36条")),
    row("R-50", "报告数字与台账一致", Some("计划四（九）；办法第36条")),
    row("R-51", "季调度不断档", Some("计划四（九）")),
    row("R-52", "调度统计一致", Some("计划四（九）")),
    row("R-53", "逾期须督办", Some("办法第37条；计划四（九）")),
    row("R-54", "进度不倒退", Some("计划四（九）")),
    row("R-55", "五步齐全依序", Some("计划四（十三）")),
    row("R-56", "销号主体", Some("计划四（十三）")),
    row("R-57", "销号状态", Some("计划四（十三）")),
    row("R-58", "措施全部完成", Some("计划四（十三）")),
    row("R-59", "公示期限", Some("计划四（十三）；办法第38条")),
    row("R-60", "异议处理", Some("计划四（十三）公众满意度评价")),
    row("R-61", "问题状态一致", Some("计划四（十四）闭环管理")),
    row("R-62", "移送对象匹配", Some("办法第39条、32条（七）")),
    row("R-63", "清单和案卷", Some("办法第39条")),
    row("R-64", "跨区县赔偿", Some("办法第39条")),
    row("R-65", "督察结果移送", Some("办法第39条")),
    row("R-66", "移送时点", Some("办法第39条")),
    row("R-67", "问责数字", Some("办法第41条")),
    row("R-68", "公开须审核", Some("办法第38、45条")),
    row("R-69", "内部件不得直接公开", Some("办法第45条")),
    row("R-70", "应公开事项", Some("办法第38条")),
    row("R-71", "个人信息", Some("办法第45、50条（六）；个人信息保护要求")),
    row("R-72", "密级与公开属性", Some("办法第45条；公文条例第9条")),
    row("R-73", "发文字号", Some("公文条例第9条；GB/T 9704-2012 7.2.5")),
    row("R-74", "上行文", Some("公文条例第9、15条")),
    row("R-75", "联合行文会签", Some("公文条例第17、22条")),
    row("R-76", "日期次序", Some("公文条例第9条")),
    row("R-77", "依据文件先后", Some("公文常识")),
    row("R-78", "文种版式", Some("公文条例第8条；文件目录")),
    row("R-79", "主送抄送", Some("公文条例第9、15、16条")),
    row("R-80", "授权表述", Some("公文条例第16条")),
    row("R-81", "应归档件齐全", Some("办法第22、28、33条")),
    row("R-82", "保管期限下限", Some("国家档案局8号令；办法第22、28、33条")),
    row("R-83", "归档移交", Some("办法第22、28、33条")),
    row("R-84", "校验值与路径", Some("GB/T 18894；办法第22条")),
    row("R-85", "序号连续", Some("惯例")),
    row("R-86", "重大情况请示报告", Some("办法第44条")),
    row("R-87", "约谈文书", Some("办法第18条（十）、37条")),
    row("R-88", "区域限批要素", Some("办法第32条（六）")),
    row("R-89", "标题与文种", Some("公文条例第9条（七）")),
    row("R-90", "书名号与括号", Some("GB/T 15834-2011 4.9、4.15；GB/T 9704-2012")),
    row("R-91", "字符合法性", Some("GB 18030-2022")),
    // 文字规则：标点、数字、计量单位、文号、结构
    row("W-00", "文字规则的说明", None),
    row("W-01", "全角数字和字母", Some("GB/T 15835-2011 5.1.7.1；惯例（字母）")),
    row("W-02", "日期写法", Some("GB/T 15835-2011 5.1.4；GB/T 9704-2012 7.3.5.4（比照）")),
    row("W-03", "数值范围的连接号", Some("GB/T 15835-2011 5.1.3；GB/T 15834-2011 4.13.3.2")),
    row("W-04", "汉字与阿拉伯数字混用", Some("GB/T 15835-2011 4.3、5.2.5、5.3")),
    row("W-05", "数字中的千分撇", Some("惯例；GB 3101-1993 3.3.1")),
    row("W-06", "概数中间的顿号", Some("GB/T 15835-2011 5.2.1")),
    row("W-07", "固定词语中的数字", Some("GB/T 15835-2011 4.2.3、4.3")),
    row("W-11", "半角标点", Some("GB/T 15834-2011 5.1.1—5.1.3")),
    row("W-12", "半角引号", Some("GB/T 15834-2011 4.8.2")),
    row("W-13", "书名号、引号之间的顿号", Some("GB/T 15834-2011 4.5.3.5")),
    row("W-14", "成对标点不配对或者套用不当", Some("GB/T 15834-2011 4.8.3.4、4.15.3.5、5.1.3")),
    row("W-16", "引用的文号写法", Some("GB/T 9704-2012 7.2.5")),
    row("W-17", "省略号和破折号", Some("GB/T 15834-2011 4.10.2、4.11.2、5.1.4、5.1.5")),
    row("W-18", "标点重复", Some("GB/T 15834-2011 第4章（各点号的定义）")),
    row(
        "W-19",
        "序号后面的标点",
        Some("GB/T 9704-2012 7.3.3；GB/T 15834-2011 4.4.3.3、4.5.3.3、B.3"),
    ),
    row("W-20", "“等”前面的标点", Some("GB/T 15834-2011 B.1.2")),
    row("W-21", "多余的空格", Some("惯例；GB/T 15834-2011 5.1.1—5.1.3（标点前）")),
    row("W-31", "非法定计量单位", Some("GB 3100-1993 5.4、7.1；GB 3101-1993 2.3.4")),
    row("W-32", "计量单位符号", Some("GB 3100-1993 6.2；GB 3101-1993 3.2")),
    row("W-41", "层次序数", Some("GB/T 9704-2012 7.3.3")),
    row("W-43", "标题写法", Some("公文条例第9条（七）；GB/T 9704-2012 7.3.1")),
    row("W-51", "行文方向", Some("公文条例第8、14、16条")),
    row("W-52", "批复与请示", Some("公文条例第8条（十二）")),
    row("W-55", "报告夹带请示", Some("公文条例第15条（四）")),
    // 公开版
    row("D-01", "不属主动公开的文件", Some("政府信息公开条例第13—16、27、37条；办法第38条")),
    row("D-02", "能否公开须由人判断", Some("政府信息公开条例第15、17条；个人信息保护法第25条")),
    row("D-03", "没有公开审核的记载", Some("政府信息公开条例第17条；办法第38、45条")),
    row("D-04", "公开件里留有不公开的内容", Some("办法第45条、50条（六）；个人信息保护法第25条")),
    row("D-05", "公开件看不透", Some("办法第45条")),
    row("D-06", "公开件里的图片须由人看过", Some("政府信息公开条例第17条")),
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
    row("K-12", "规则包缺少或有误", None),
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
    // 发文登记簿
    row("N-01", "不是发文登记簿，或已损坏", None),
    row("N-02", "登记簿的版本不同", None),
    row("N-03", "登记簿在网络盘上", None),
    row("N-04", "登记的条目被改动", Some("档案真实性")),
    row("N-05", "缺号", Some("公文条例第25条（二）")),
    row("N-06", "重号", Some("公文条例第9条、25条（二）")),
    row("N-07", "成文日期与文号不符", Some("公文条例第9条；GB/T 9704-2012 7.2.5")),
    row("N-08", "不能作废的号", Some("公文条例第25条（二）")),
    row("N-09", "已经发文", Some("公文条例第25条（二）")),
    row("N-10", "发文前的审批不全", Some("公文条例第22、25条（一）")),
    row("N-11", "案件与登记簿不一致", Some("公文条例第25条（二）")),
    row("N-12", "不编号的公文", Some("GB/T 9704-2012 7.2.5")),
    row("N-13", "发文后有改动", Some("档案真实性")),
    row("N-14", "定稿缺失、不符或读不了", Some("档案真实性")),
    row("N-15", "不能更正的公文", Some("公文条例第22、25条")),
    // 档案库
    row("B-01", "接收中断，还没有完成", Some("GB/T 18894-2016")),
    row("B-02", "写入中断留下的临时文件", None),
    row("B-03", "不属于档案库的文件", None),
    row("B-04", "库中有，登记簿没有", Some("GB/T 18894-2016")),
    row("B-05", "登记簿有，库中没有", Some("GB/T 18894-2016")),
    row("B-06", "接收登记簿被改动", Some("档案真实性")),
    row("B-07", "缺少回执", Some("档发〔2012〕7号")),
    row("B-08", "回执被改动", Some("档案真实性")),
    row("B-09", "库存结构有误", Some("OCFL 1.1")),
    row("B-10", "库存文件损坏", Some("DA/T 70-2018 真实性；OCFL 1.1")),
    row("B-11", "库存文件缺失", Some("DA/T 70-2018 完整性；OCFL 1.1")),
    row("B-12", "库存清单外的文件", Some("DA/T 70-2018 完整性；OCFL 1.1")),
    row("B-13", "还原的归档包与登记的摘要不符", Some("DA/T 70-2018 真实性")),
    row("B-14", "索引缺少或落后", None),
    row("B-15", "档案库的权限", None),
    row("B-16", "另一进程正在写档案库", None),
    row("B-17", "档案库说明有误", None),
    row("B-18", "没有随件保存登记", None),
    row("B-24", "分包没有收齐", Some("RFC 8493 2.2.2")),
    row("B-25", "分包互相矛盾", Some("RFC 8493 2.2.2")),
    row("B-19", "档号指不到唯一的一件", Some("DA/T 22-2015")),
    // 旧档导入
    row("O-01", "没有文字可供检索", Some("GB/T 18894-2016；DA/T 70-2018 可用性")),
    row("O-02", "不能导入的文件", Some("DA/T 70-2018 可用性、安全性")),
    row("O-03", "著录缺项", Some("DA/T 22-2015；DA/T 46-2009")),
    row("O-04", "著录表有误", Some("DA/T 22-2015")),
    row("O-05", "著录与原文不符", Some("DA/T 70-2018 真实性")),
    row("O-06", "重复的文件", Some("DA/T 70-2018 真实性")),
    row("O-07", "库中改用的文件名", Some("DA/T 70-2018 可用性")),
    // 密钥和签名
    row("M-01", "读不懂的密钥", Some("RFC 5958；RFC 5280")),
    row("M-02", "口令不对", None),
    row("M-03", "口令不合要求", None),
    row("M-04", "没有口令", None),
    row("M-05", "没有这把密钥", None),
    row("M-06", "密钥已撤销", Some("电子签名法第15条")),
    row("M-07", "签名无效", Some("电子签名法第13条")),
    row("M-08", "密钥登记有误", None),
    row("M-09", "密钥已有或名称不合适", None),
    row("M-10", "签名人不可信", Some("电子签名法第13条")),
    // 移交、接收
    row("H-01", "移交缺次", Some("档案真实性")),
    row("H-02", "移交次序分叉", Some("档案真实性")),
    row("H-03", "回执与移交的包不符", Some("档案真实性")),
    row("H-04", "接收登记前后矛盾", Some("档案真实性")),
    row("H-05", "回执已经登记过", None),
    row("H-06", "读不懂的回执、退回单", None),
    row("H-07", "移交登记簿有误", Some("档案真实性")),
    row("H-08", "没有这次移交", None),
    row("H-09", "接收方退回", None),
    row("H-10", "不能退回的包", None),
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
