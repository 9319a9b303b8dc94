//! 样例文件: an entry of `documents` made up from what a kind says of itself, to try a kind that a case has not.

use serde_json::{Value as Json, json};

use super::kinds::Kind;

/// Prefix of a made-up entry's id.
const PREFIX: &str = "sample-";

impl Kind {
    /// An entry of `documents` for this kind over the facts of `case`, as a case would write it: its first 文种 and
    /// 版式, the organs that its manifest names by role, the next free number, dated as of the case's 数据时点.
    #[must_use]
    pub fn sample(&self, case: &Json) -> Json {
        let genre = self.genres.first().map(String::as_str).unwrap_or_default();
        let form = self.forms.first().map(String::as_str).unwrap_or_default();
        let issuer = organ_for(&self.issuer, case).or_else(|| text(&case["case"]["office"]));
        let issuer = issuer.or_else(|| text(&case["organs"][0]["id"])).unwrap_or_default();
        let recipients = if self.recipients.is_empty() {
            Vec::new()
        } else {
            organ_for(&self.recipients, case).map_or_else(|| inspected(case), |id| vec![id])
        };
        let date = text(&case["as_of"]).unwrap_or_default();
        let mut entry = json!({
            "id": format!("{PREFIX}{}", self.code),
            "kind": self.code,
            "genre": genre,
            "title": title(&self.name, genre, form),
            "format": form,
            "issuers": [issuer],
            "recipients": recipients,
            "secrecy": self.secrecy,
            "issued_on": date,
            "retention": self.retention,
            "status": "草稿",
            "openness": self.openness,
        });
        if form != "无版头" {
            entry["doc_number"] = number(case, &issuer, &date);
        }
        // 上行文 bear their 签发人.
        if form == "文件式" && matches!(genre, "请示" | "报告") {
            entry["signer"] = case["persons"][0]["id"].clone();
        }
        if form == "命令式" {
            entry["signer"] = case["persons"][0]["id"].clone();
        }
        entry
    }
}

/// 「关于…的通知」 for what is sent, the kind's name for what is kept.
fn title(name: &str, genre: &str, form: &str) -> String {
    // A name may hold variants in brackets: 督办函（函告、催办）.
    let name = name.split('（').next().unwrap_or(name).trim();
    if form == "无版头" || form == "纪要式" || name.starts_with("关于") {
        return name.to_owned();
    }
    match name.strip_suffix(genre) {
        Some(matter) if matter.ends_with('的') => format!("关于{name}"),
        Some("") | None if name.ends_with('的') => format!("关于{name}{genre}"),
        Some("") => name.to_owned(),
        Some(matter) => format!("关于{matter}的{genre}"),
        None => format!("关于{name}的{genre}"),
    }
}

/// The organ that a role such as 领导小组办公室 means: what the case says of itself, else an organ of that kind or
/// name.
fn organ_for(role: &str, case: &Json) -> Option<String> {
    match role {
        "领导小组办公室" => text(&case["case"]["office"]),
        "领导小组" => text(&case["case"]["leading_group"]),
        "" => None,
        _ => {
            let organs = case["organs"].as_array()?;
            let named = |field: &str| organs.iter().find(|o| o[field] == role);
            let found = named("name").or_else(|| named("short_name")).or_else(|| named("kind"))?;
            text(&found["id"])
        }
    }
}

fn inspected(case: &Json) -> Vec<String> {
    let all = case["case"]["inspected_organs"].as_array();
    all.into_iter().flatten().filter_map(text).collect()
}

/// The organ's code with the year and the next number that no document of the case has.
fn number(case: &Json, organ: &str, date: &str) -> Json {
    let organs = case["organs"].as_array();
    let organ = organs.into_iter().flatten().find(|o| o["id"] == organ);
    let Some(code) = organ.and_then(|o| text(&o["doc_code"])) else { return Json::Null };
    let Some(year) = date.get(..4).and_then(|y| y.parse::<u64>().ok()) else { return Json::Null };
    let taken = |number: &Json| -> Option<u64> {
        (number["code"] == code.as_str() && number["year"] == year)
            .then(|| number["seq"].as_u64())
            .flatten()
    };
    let documents = case["documents"].as_array();
    let last = documents.into_iter().flatten().filter_map(|d| taken(&d["doc_number"])).max();
    json!({"code": code, "year": year, "seq": last.unwrap_or(0) + 1})
}

fn text(value: &Json) -> Option<String> {
    value.as_str().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn titles_of_sample_documents_read_like_titles() {
        for (name, genre, form, want) in [
            ("催报材料的函", "函", "信函式", "关于催报材料的函"),
            ("督办函（函告、催办）", "函", "信函式", "关于督办的函"),
            ("印发督察报告的通知", "通知", "文件式", "关于印发督察报告的通知"),
            ("整改方案", "通知", "文件式", "关于整改方案的通知"),
            ("约谈纪要", "纪要", "纪要式", "约谈纪要"),
            ("调阅资料通知单", "清单", "无版头", "调阅资料通知单"),
            ("通报", "通报", "文件式", "通报"),
        ] {
            assert_eq!(title(name, genre, form), want);
        }
    }
}
