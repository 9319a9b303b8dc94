//! 国际提交信息包: what `export --sip` writes for other systems. It is told what it is, not judged as a bundle.

use super::{Inspection, Report, USABILITY};
use crate::archive::bag;
use crate::archive::reader::BundleReader;

const METS: &str = "METS.xml";

/// Whether the package is one by its root; a bag may hold a METS file too and stays a bag.
pub(super) fn is(reader: &BundleReader) -> bool {
    reader.has(METS) && !reader.has(bag::DECLARATION)
}

/// One line in the place of every file missed and every file too many.
pub(super) fn inspect(reader: &BundleReader) -> Inspection {
    let mut r = Report::new("K1", USABILITY);
    r.add(METS, "归档包（bagit.txt、metadata/bundle.json）", "E-ARK 国际提交信息包（SIP）");
    let check = r.verdict(
        "",
        "这是导出给其他系统的国际提交信息包，不是归档包，没有检测；检测、接收用导出它的那个归档包\
         （anjuan verify 归档包.zip），这个包由接收它的系统用 E-ARK 检验程序检验",
    );
    Inspection {
        checks: vec![check],
        accepted: false,
        quick: false,
        form: Some("sip".into()),
        name: reader.name.clone(),
        description: None,
    }
}
