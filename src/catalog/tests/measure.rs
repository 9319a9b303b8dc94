//! Figures, asked for by `ANJUAN_MEASURE` (megabytes of text): size, speed and latency over documents that are put
//! together from the sentences of the examples. Printed, never asserted but for the size (docs/performance.md).

use std::fs;
use std::time::Instant;

use super::corpus::{Chance, corpus};
use super::{Catalog, Entry, Query, Sort, entry};

fn folder_size(folder: &std::path::Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|e| {
            if e.file_type().unwrap().is_dir() {
                folder_size(&e.path())
            } else {
                e.metadata().unwrap().len()
            }
        })
        .sum()
}

fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or_default().to_owned()
}

/// Documents of about six kilobytes, the same each time.
fn made(sentences: &[String], n: usize) -> Entry {
    let mut chance = Chance(n as u64 * 2_654_435_761 + 1);
    let mut text = String::new();
    while text.len() < 6000 {
        text.push_str(&sentences[chance.below(sentences.len())]);
        text.push_str(&format!(
            "涉及第{}号点位{}.{}毫克/升。\n",
            chance.below(9000),
            chance.below(90),
            chance.below(99)
        ));
    }
    let date = format!("{}-{:02}-{:02}", 2005 + n % 20, n % 12 + 1, n % 28 + 1);
    let mut e = entry(
        &format!("r{n:07}"),
        Some(&format!("渝环督办〔{}〕{n}号", 2005 + n % 20)),
        &format!("关于第{n}件的通知"),
        &date,
        &text,
    );
    e.metadata.case_id = format!("case-{}", n % 500);
    e.metadata.case_title = format!("第{}案", n % 500);
    e
}

#[test]
fn size_speed_and_latency() {
    let Some(megabytes) =
        std::env::var("ANJUAN_MEASURE").ok().and_then(|n| n.parse::<usize>().ok())
    else {
        return;
    };
    let sentences: Vec<String> = corpus()
        .iter()
        .flat_map(|e| e.texts[0].text.split_inclusive('。').map(str::to_owned).collect::<Vec<_>>())
        .filter(|s| s.chars().count() > 8)
        .collect();
    let count = megabytes * 1_000_000 / 6100;
    let dir = tempfile::tempdir().unwrap();
    let mut c = Catalog::open(dir.path()).unwrap();
    let mut bytes = 0;
    let begin = Instant::now();
    let all = (0..count).map(|n| made(&sentences, n));
    c.rebuild(all.inspect(|e| bytes += e.texts[0].text.len()).map(Ok), "1").unwrap();
    let seconds = begin.elapsed().as_secs_f64();
    let size = folder_size(dir.path());
    let ratio = size as f64 / f64::from(u32::try_from(bytes).unwrap());
    eprintln!(
        "{count} 件, {:.1} MB of text: built in {seconds:.1} s ({:.2} MB/s), index {:.1} MB, ratio {ratio:.3}, {}",
        bytes as f64 / 1e6,
        bytes as f64 / 1e6 / seconds,
        size as f64 / 1e6,
        peak(),
    );
    let mut chance = Chance(99);
    let mut phrase = |widths: std::ops::Range<usize>, from: &dyn Fn(&[char], usize) -> usize| {
        let e = made(&sentences, chance.below(count));
        let chars: Vec<char> = e.texts[0].text.chars().collect();
        let start = from(&chars, chance.below(chars.len() - 40));
        let width = widths.start + chance.below(widths.len());
        let cut: String = chars[start..start + width].iter().collect();
        format!("“{}”", cut.replace(['“', '”'], ""))
    };
    let anywhere = |_: &[char], at: usize| at;
    let figure = |chars: &[char], at: usize| {
        (at..chars.len() - 12).find(|&i| chars[i].is_ascii_digit()).unwrap_or(at)
    };
    let mut classes: Vec<(&str, Vec<Query>)> = Vec::new();
    let plain = |t: String| Query::parse(&t).0;
    classes.push(("2 signs", (0..300).map(|_| plain(phrase(2..3, &anywhere))).collect()));
    classes.push(("3–8 signs", (0..300).map(|_| plain(phrase(3..9, &anywhere))).collect()));
    classes.push(("figures", (0..300).map(|_| plain(phrase(3..9, &figure))).collect()));
    classes.push((
        "two words",
        (0..300)
            .map(|_| plain(format!("{} {}", phrase(2..5, &anywhere), phrase(2..5, &anywhere))))
            .collect(),
    ));
    classes.push((
        "counts",
        (0..100).map(|_| Query { facets: true, ..plain(phrase(2..5, &anywhere)) }).collect(),
    ));
    let deep =
        |_| Query { offset: count * 9 / 10, sort: Sort::Date, ..plain("整改 或 的".into()) };
    classes.push(("page 9/10 deep", (0..20).map(deep).collect()));
    for (name, queries) in classes {
        let mut times: Vec<f64> = queries
            .iter()
            .map(|q| {
                let begin = Instant::now();
                c.search(&Query { limit: 10, ..q.clone() }).unwrap();
                begin.elapsed().as_secs_f64() * 1000.0
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        eprintln!("{name}: p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms", at(0.5), at(0.99), at(1.0));
    }
    let begin = Instant::now();
    c.add(&[made(&sentences, count)], "2").unwrap();
    c.search(&Query::parse(&format!("“关于第{count}件”")).0).unwrap();
    eprintln!("one more, visible after {:.2} s; {}", begin.elapsed().as_secs_f64(), peak());
    assert!(ratio <= 1.5, "index is {ratio:.3} of the text");
}
