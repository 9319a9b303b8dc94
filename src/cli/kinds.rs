//! `anjuan kinds`: 文件种类.

use serde_json::json;

use super::args::{KindsAction, KindsArgs, KindsCheckArgs, KindsFieldsArgs, KindsNewArgs};
use super::exit::Exit;
use super::show::{Show, summary};
use super::table::Table;
use crate::diag::{Checked, Diagnostic, Failure};
use crate::pipeline::{self, KindsOptions, Settings};
use crate::template::{
    FieldGroup, Kinds, NewKind, field_group, field_groups, find_fields, near_fields,
};

/// Wider cells do not push the others.
const WIDEST: usize = 34;

/// Lists kinds, checks them, lists what they can use, or makes a new one.
pub fn kinds(args: &KindsArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let pack = args.pack.as_deref();
    match &args.action {
        None | Some(KindsAction::List) => list(pack, settings, show),
        Some(KindsAction::Check(args)) => check(args, pack, settings, show),
        Some(KindsAction::Fields(args)) => fields(args, settings, show),
        Some(KindsAction::New(args)) => new(args, settings, show),
    }
}

fn scan(pack: Option<&str>, settings: &Settings, show: &Show) -> Result<Kinds, Failure> {
    let Checked { value, findings } = pipeline::kinds_under(pack, settings)?;
    findings.iter().for_each(|f| show.finding(f));
    Ok(value)
}

fn list(pack: Option<&str>, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    for kind in scan(pack, settings, show)?.iter() {
        show.object(&json!({
            "type": "kind",
            "code": kind.code,
            "name": kind.name,
            "folder": kind.slug,
            "genres": kind.genres,
            "forms": kind.forms,
            "case_types": kind.case_types,
            "issuer": kind.issuer,
            "recipients": kind.recipients,
            "copies": kind.copies,
            "approvals": kind.approvals,
            "retention": kind.retention,
            "secrecy": kind.secrecy,
            "openness": kind.openness,
            "articles": kind.articles,
        }));
        show.line(format!(
            "{}　{}　{}・{}　{}",
            kind.code,
            kind.name,
            kind.genres.join("、"),
            kind.forms.join("、"),
            kind.articles.join("；")
        ));
    }
    Ok(Exit::Done)
}

fn check(
    args: &KindsCheckArgs,
    pack: Option<&str>,
    settings: &Settings,
    show: &Show,
) -> Result<Exit, Failure> {
    let options = KindsOptions {
        kinds: args.kind.clone(),
        cases: args.case.clone(),
        quick: args.quick,
        pack: pack.map(ToOwned::to_owned),
    };
    let done = pipeline::check_kinds(settings, &options, &|event| show.event(event, |_| {}))?;
    show.finish();
    let (errors, warnings) = show.counts();
    let mut line = summary(errors, warnings);
    line["kinds"] = done.kinds.into();
    line["documents"] = done.documents.into();
    line["made_up"] = done.made_up.into();
    line["pages"] = done.pages.into();
    show.object(&line);
    let tried = match (done.documents, done.pages) {
        (0, _) => "没有可试的样例".to_owned(),
        (n, 0) => format!("试写样例 {n} 份"),
        (n, pages) => format!("试排样例 {n} 份、量版面 {pages} 面"),
    };
    let made = if done.made_up > 0 {
        format!("（其中 {} 份是程序照清单写的样例文件）", done.made_up)
    } else {
        String::new()
    };
    show.line(format!(
        "{} 个种类，{tried}{made}：{errors} 处错误、{warnings} 处警告。",
        done.kinds
    ));
    Ok(if errors > 0 { Exit::Faulty } else { Exit::Done })
}

fn fields(args: &KindsFieldsArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let mut groups = field_groups();
    if let Some(kind) = &args.kind {
        let kinds = scan(None, settings, show)?;
        let kind = kinds.named(kind).map_err(|finding| Failure::Faulty(vec![*finding]))?;
        groups = kinds.fields_of(kind);
        let (code, name) = (&kind.code, &kind.name);
        show.note(format!("{code}（{name}）用到的数据；全部数据用 anjuan kinds fields 查看。"));
    }
    if let Some(name) = &args.entity {
        groups = match field_group(&groups, name) {
            Ok(found) => found.into_iter().cloned().collect(),
            Err(guess) => {
                let all: Vec<&str> = groups.iter().map(|g| g.title.as_str()).collect();
                let hint = guess.map_or_else(
                    || format!("有这些组：{}。", all.join("、")),
                    |g| format!("是否应为“{g}”？"),
                );
                return Err(Failure::Usage(format!("没有“{name}”这一组数据\n  = 办法：{hint}")));
            }
        };
    }
    if let Some(word) = &args.find {
        let found = find_fields(&groups, word);
        groups = if found.is_empty() { near_fields(&groups, word) } else { found.clone() };
        if groups.is_empty() {
            let finding = Diagnostic::note("K-04", format!("没有与“{word}”有关的数据"))
                .hint("换一个词再找，如用“期限”代替“时限”；不写 --find 列出全部。");
            return Err(Failure::No(vec![finding]));
        }
        if found.is_empty() {
            show.note(format!("没有与“{word}”完全一样的；相近的有："));
        }
    }
    groups.iter().for_each(|group| draw(group, show));
    let count: usize = groups.iter().map(|g| g.fields.len()).sum();
    show.object(&json!({"type": "summary", "groups": groups.len(), "fields": count}));
    Ok(Exit::Done)
}

fn draw(group: &FieldGroup, show: &Show) {
    for field in &group.fields {
        show.object(&json!({
            "type": "field",
            "entity": group.entity,
            "entity_title": group.title,
            "name": field.name,
            "paths": field.paths,
            "label": field.label,
            "sort": field.sort,
            "required": field.required,
            "choices": field.choices,
            "meaning": field.meaning,
        }));
    }
    if show.json() {
        return;
    }
    show.line(format!(
        "{}（{}）：{}",
        group.title,
        group.entity.trim_start_matches('+'),
        group.note
    ));
    let places: Vec<&str> = group.places.iter().map(|p| p.trim_end_matches("[]")).collect();
    if places.iter().any(|p| !p.is_empty()) {
        show.line(format!("  取法：{}", places.join("、")));
        if let Some(list) = group
            .places
            .iter()
            .find(|p| p.ends_with("[]") && !p.trim_end_matches("[]").contains("[]"))
        {
            let list = list.trim_end_matches("[]");
            show.line(format!("  逐项：{{% for x in {list} %}}{{{{ x.字段 }}}}{{% endfor %}}"));
        }
    }
    let tools = group.entity == "+functions" || group.entity == "+filters";
    let mut table = if tools {
        Table::new(["  名字", "中文名", "写法", "", "含义"])
    } else {
        Table::new(["  字段", "中文名", "类型", "必填", "含义"])
    };
    for field in &group.fields {
        let required = if field.required { "是" } else { "" };
        let third = if tools { field.paths.join("") } else { field.sort.clone() };
        let mut meaning = field.meaning.clone();
        if !field.choices.is_empty() && !tools {
            meaning.push_str(&format!("（{}）", field.choices.join("、")));
        }
        table.row([&format!("  {}", field.name), &field.label, &third, required, &meaning]);
    }
    table.lines_within(WIDEST).iter().for_each(|line| show.line(line));
    show.line("");
}

fn new(args: &KindsNewArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let code = match &args.code {
        Some(code) => code.clone(),
        None => scan(None, settings, show)?.free_code().unwrap_or_default(),
    };
    let new = NewKind {
        code,
        name: args.name.clone(),
        genre: args.genre.clone(),
        form: args.form.clone(),
        from: args.from.clone(),
    };
    let folder = pipeline::new_kind(settings, &new, &args.folder, args.into.as_deref())?;
    show.object(&json!({
        "type": "new",
        "code": new.code,
        "name": new.name,
        "folder": folder,
    }));
    show.line(format!("建好了 {} {}：{}", new.code, new.name, folder.display()));
    let dir = match &args.into {
        Some(dir) => format!(" --kinds-dir {}", dir.display()),
        None => String::new(),
    };
    show.note(format!(
        "接下来：\n  改 {0}/kind.toml（清单）和 {0}/body.md.j2（正文）\n  查 anjuan kinds check {1}{dir}\n  看 anjuan preview 案件 --kind {1} --watch{dir}\n  可用的数据 anjuan kinds fields --find 词",
        folder.display(),
        new.code
    ));
    Ok(Exit::Done)
}
