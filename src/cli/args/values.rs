//! 值的写法: how what is typed after an option is read.

use chrono::NaiveDate;

pub(super) fn field(text: &str) -> Result<(String, String), String> {
    text.split_once(['=', '：', ':'])
        .map(|(name, value)| (name.trim().into(), value.trim().into()))
        .filter(|(name, _): &(String, String)| !name.is_empty())
        .ok_or_else(|| "写法为 字段=值，如 文种=通知".into())
}

/// 密级 by its name.
pub(super) fn secrecy(text: &str) -> Result<crate::vocab::secrecy::Secrecy, String> {
    use crate::vocab::secrecy::Secrecy::{Confidential, Internal, Public, Secret, TopSecret};
    let all = [Public, Internal, Confidential, Secret, TopSecret];
    all.into_iter()
        .find(|level| level.name() == text)
        .ok_or_else(|| "密级为 公开、内部、秘密、机密、绝密 之一".into())
}

/// `表头=字段`; the field may be empty.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    text.rsplit_once('=')
        .map(|(head, name)| (head.trim().into(), name.trim().into()))
        .filter(|(head, _): &(String, String)| !head.is_empty())
        .ok_or_else(|| "写法为 表头=字段，如 情况说明=问题描述".into())
}

pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    crate::vocab::date::parse(text).ok_or_else(|| "日期写法为 2025-03-04".into())
}

pub(super) fn date(text: &str) -> Result<String, String> {
    crate::vocab::date::parse(text)
        .map(|_| text.into())
        .ok_or_else(|| "日期写法为 2025-03-04".into())
}
