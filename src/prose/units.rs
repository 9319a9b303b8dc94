//! Units (GB 3100、3101、3102-1993; 国务院关于在我国统一实行法定计量单位的命令): W-31 names, W-32 symbols.

use super::Found;
use super::line::{Line, is_han_digit};

/// Names that are not legal, what they are, and whether one may stand for the other with the same number.
const NAMES: &[(&str, &str, bool)] = &[
    ("公分", "厘米", true),
    ("平米", "平方米", true),
    ("公升", "升", true),
    ("公尺", "米", true),
    ("市斤", "千克（1市斤等于0.5千克）", false),
    ("市尺", "米（3市尺等于1米）", false),
    ("市亩", "平方米或者公顷（15亩等于1公顷）", false),
    ("华里", "千米（1华里等于0.5千米）", false),
    ("英寸", "厘米（1英寸等于2.54厘米）", false),
    ("英尺", "米（1英尺等于0.3048米）", false),
    ("英里", "千米（1英里等于1.609千米）", false),
];

/// Symbols as they are mistyped, and as they are.
const SYMBOLS: &[(&str, &str)] = &[
    ("CM", "cm"),
    ("Cm", "cm"),
    ("HM2", "hm²"),
    ("KG", "kg"),
    ("KM", "km"),
    ("KM/H", "km/h"),
    ("KM2", "km²"),
    ("KV", "kV"),
    ("KW", "kW"),
    ("KWH", "kW·h"),
    ("KWh", "kW·h"),
    ("Kg", "kg"),
    ("Km", "km"),
    ("Km2", "km²"),
    ("Kv", "kV"),
    ("Kw", "kW"),
    ("M2", "m²"),
    ("M3", "m³"),
    ("MG", "mg"),
    ("MG/KG", "mg/kg"),
    ("MG/L", "mg/L"),
    ("MM", "mm"),
    ("Mg/L", "mg/L"),
    ("cm2", "cm²"),
    ("cm3", "cm³"),
    ("hm2", "hm²"),
    ("km2", "km²"),
    ("kv", "kV"),
    ("kw", "kW"),
    ("kwh", "kW·h"),
    ("m2", "m²"),
    ("m3", "m³"),
    ("m3/a", "m³/a"),
    ("m3/d", "m³/d"),
    ("m3/h", "m³/h"),
    ("m3/s", "m³/s"),
    ("mg/Kg", "mg/kg"),
    ("mg/m3", "mg/m³"),
    ("mm2", "mm²"),
    ("t/km2", "t/km²"),
    ("ug/L", "μg/L"),
    ("ug/m3", "μg/m³"),
    ("µg/m3", "μg/m³"),
    ("μg/m3", "μg/m³"),
];

/// Characters that are a unit in one cell.
const CELLS: &[(char, &str)] = &[
    ('㎡', "m²"),
    ('㎥', "m³"),
    ('㎞', "km"),
    ('㎏', "kg"),
    ('㎎', "mg"),
    ('㎜', "mm"),
    ('㎝', "cm"),
    ('㎢', "km²"),
];

/// Looks for units after a number, and for units in one cell anywhere.
pub fn check(line: &Line, found: &mut Found<'_>) {
    for i in 0..line.len() {
        if line.is_guarded(i) {
            continue;
        }
        let c = line.at(i);
        if let Some((_, right)) = CELLS.iter().find(|(cell, _)| *cell == c) {
            found.certain("W-32", i..i + 1, format!("“{c}”是一个字符的单位符号"), *right);
        } else if starts_symbol(c) && !starts_symbol(line.back(i, 1)) {
            let from = if line.back(i, 1) == ' ' { i - 1 } else { i };
            if counts(line.back(from, 1)) {
                symbol(line, found, i);
            }
        } else if c == '平' || c == '立' || NAMES.iter().any(|(name, ..)| name.starts_with(c)) {
            name(line, found, i);
        }
    }
}

fn starts_symbol(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, 'μ' | 'µ')
}

/// Whether a unit may follow.
fn counts(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '万' | '亿')
}

fn symbol(line: &Line, found: &mut Found<'_>, i: usize) {
    let end = line.run(i, |c| starts_symbol(c) || c.is_ascii_digit() || c == '/');
    let token = line.text(i..end);
    // A longer code that begins like a unit is none.
    if matches!(line.at(end), '-' | '_') {
        return;
    }
    if let Ok(n) = SYMBOLS.binary_search_by(|(wrong, _)| (*wrong).cmp(token.as_str())) {
        found.certain("W-32", i..end, format!("单位符号“{token}”写法不对"), SYMBOLS[n].1);
    }
}

fn name(line: &Line, found: &mut Found<'_>, i: usize) {
    let before = line.back(i, 1);
    let counted = counts(before)
        || is_han_digit(before)
        || matches!(before, '十' | '百' | '千' | '余' | '多' | '几' | '每' | '个');
    if !counted {
        return;
    }
    if line.has(i, "平方") || line.has(i, "立方") {
        let follows = line.at(i + 2);
        let whole =
            matches!(follows, '米' | '公' | '千' | '厘' | '毫' | '分' | '微' | '英' | '百' | '根');
        // 「每平方」 and 「个平方」 may go on otherwise; with a number before it there is no doubt.
        if !whole && !matches!(before, '每' | '个' | '几') {
            let words = line.text(i..i + 2);
            let message = format!("“{words}”不是计量单位");
            found.certain("W-31", i..i + 2, message, format!("{words}米"));
        }
        return;
    }
    for (wrong, right, same) in NAMES {
        if !line.has(i, wrong) {
            continue;
        }
        let message = format!("“{wrong}”不是法定计量单位");
        if *same {
            found.certain("W-31", i..i + 2, message, *right);
        } else {
            let hint = format!("换算成{right}。");
            found.doubtful("W-31", i..i + 2, message, hint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SYMBOLS;

    #[test]
    fn the_table_is_in_order() {
        assert!(SYMBOLS.windows(2).all(|w| w[0].0 < w[1].0));
    }
}
