//! `vitrine experiment load`: events from files into the store, each once.

use super::support::{folder, vitrine};

#[test]
fn files_are_loaded_once_and_what_is_refused_is_told_with_its_row() {
    let folder = folder("load");
    let now = jiff::Timestamp::now();
    let (config, day) = (folder.join("vitrine.yaml"), folder.join("day.csv"));
    std::fs::write(&config, format!("store: {{url: 'sqlite:{}'}}\nlog: {{level: 'off'}}\n", folder.join("shop.db").display())).unwrap();
    let rows = format!(
        "id,type,unit_id,name,value,at\na,outcome,v-1,purchase,3.5,{now}\nb,outcome,v-2,Not a name,,{now}\nc,outcome,v-2,click,,{now}\n"
    );
    std::fs::write(&day, rows).unwrap();
    let lines = folder.join("late.jsonl");
    std::fs::write(&lines, format!("{{\"id\":\"d\",\"type\":\"outcome\",\"unit_id\":\"v-1\",\"name\":\"click\",\"at\":\"{now}\"}}\n"))
        .unwrap();
    let load = || {
        let files = [&day, &lines].map(|file| file.to_str().unwrap());
        let done = vitrine(&["experiment", "load", "--config", config.to_str().unwrap(), files[0], files[1]]);
        (done.status.code(), String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap())
    };
    let (code, told, refused) = load();
    assert_eq!(code, Some(1), "{refused}");
    assert!(told.contains("day.csv: 2 new, 0 known, 1 refused") && told.contains("late.jsonl: 1 new, 0 known, 0 refused"), "{told}");
    assert!(refused.contains("day.csv: row 2: an outcome needs a `name`"), "{refused}");
    let (_, again, _) = load();
    assert!(again.contains("day.csv: 0 new, 2 known, 1 refused") && again.contains("late.jsonl: 0 new, 1 known"), "{again}");

    let odd = vitrine(&["experiment", "load", "--config", config.to_str().unwrap(), "events.xlsx"]);
    assert!(!odd.status.success() && String::from_utf8_lossy(&odd.stderr).contains(".csv, .parquet or .jsonl"));
    let missing = vitrine(&["experiment", "load", "--config", config.to_str().unwrap(), folder.join("none.csv").to_str().unwrap()]);
    assert!(!missing.status.success() && String::from_utf8_lossy(&missing.stderr).contains("none.csv: the file: "));
}
