//! 检索索引: what clerks get while another process is writing it.

use std::fs::File;

use crate::support::desk::Desk;
use crate::support::shared::{lishui, special};

#[test]
fn while_another_process_writes_the_index_bundles_are_received_and_questions_answered() {
    let desk = Desk::new();
    let first = lishui().bundle().display().to_string();
    let second = special().bundle().display().to_string();
    desk.run(&["receive", &first, "--archive", "库"]).expect(0);
    let ask = |words: &str| desk.run(&["search", words, "--archive", "库", "--json"]);
    let total = |words: &str| ask(words).expect(0).of_type("summary")[0]["total"].clone();
    let before = total("督察");
    assert_ne!(before, 0);

    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(desk.at("库/index/index/.tantivy-writer.lock"))
        .unwrap();
    lock.try_lock().unwrap();
    // Received is received, whatever becomes of the index.
    let answer = desk.run(&["receive", &second, "--archive", "库"]).expect(0);
    assert!(answer.stderr.contains("Q-02"), "{}", answer.stderr);
    let answer = ask("督察").expect(0);
    assert_eq!(answer.of_type("summary")[0]["total"], before);
    let notes = answer.of_type("finding");
    let told = notes.iter().find(|n| n["code"] == "Q-02").expect("the note");
    assert!(told["message"].as_str().unwrap().contains("最近 1 次接收"), "{told}");

    lock.unlock().unwrap();
    assert_ne!(total("督察"), before);
    assert!(ask("督察").of_type("finding").iter().all(|n| n["code"] != "Q-02"));
}
