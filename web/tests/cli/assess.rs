//! `vitrine assess`: formats, order, exit codes, the report.

use super::support::{disc, folder, json_lines, lines_of, vitrine};

fn pictures(name: &str) -> std::path::PathBuf {
    let folder = folder(name);
    std::fs::create_dir_all(folder.join("b.jpg")).unwrap();
    for (file, colour) in
        [("a.jpg", [200, 30, 30]), ("-rf.jpg", [30, 160, 30]), ("naïve ✓.jpg", [30, 30, 200]), ("b.jpg/inside.png", [90, 90, 20])]
    {
        std::fs::write(folder.join(file), disc(colour, 96)).unwrap();
    }
    std::fs::write(folder.join("note.txt"), "no picture").unwrap();
    std::fs::write(folder.join(".hidden"), "nobody asks").unwrap();
    folder
}

#[test]
fn every_file_gets_a_line_in_order_and_nothing_stops_the_others() {
    let folder = pictures("order");
    let lines = json_lines(&lines_of(&["assess", "--format", "jsonl", folder.to_str().unwrap()]));
    let names: Vec<&str> =
        lines.iter().map(|line| line["file"].as_str().unwrap().strip_prefix(folder.to_str().unwrap()).unwrap()).collect();
    assert_eq!(names, ["/-rf.jpg", "/a.jpg", "/b.jpg/inside.png", "/naïve ✓.jpg", "/note.txt"]);
    let states: Vec<&str> = lines.iter().map(|line| line["status"].as_str().unwrap()).collect();
    assert_eq!(states, ["ok", "ok", "ok", "ok", "error"]);
    assert!(lines[4]["error"]["code"].is_string() && lines[4]["error"]["message"].is_string());
    assert!(lines[4]["decision"].is_null());
}

#[test]
fn without_a_marketplace_json_lines_hold_every_signal_and_say_null_where_one_is_missing() {
    let folder = pictures("signals");
    let lines = json_lines(&lines_of(&["assess", "--format", "jsonl", folder.to_str().unwrap()]));
    let names: Vec<String> =
        json_lines(&lines_of(&["signals", "--format", "jsonl"])).iter().map(|s| s["name"].as_str().unwrap().to_owned()).collect();
    for line in &lines {
        let signals = line["signals"].as_object().unwrap();
        assert_eq!(signals.len(), names.len());
        assert!(names.iter().all(|name| signals.contains_key(name)));
    }
    assert_eq!(lines[0]["signals"]["width_px"], 96);
    assert!(lines[0]["signals"]["sharpness"].is_number());
    assert!(lines[4]["signals"]["width_px"].is_null());
}

#[test]
fn the_same_pictures_give_the_same_bytes() {
    let folder = pictures("twice");
    for format in ["jsonl", "csv", "table"] {
        let run = || lines_of(&["assess", "--format", format, folder.to_str().unwrap()]);
        assert_eq!(run(), run());
    }
}

#[test]
fn strict_tells_by_its_exit_code_that_a_file_failed() {
    let folder = pictures("strict");
    let path = folder.to_str().unwrap();
    assert_eq!(vitrine(&["assess", path]).status.code(), Some(0));
    assert_eq!(vitrine(&["assess", path, "--strict"]).status.code(), Some(3));
    assert_eq!(vitrine(&["assess", folder.join("a.jpg").to_str().unwrap(), "--strict"]).status.code(), Some(0));
    assert_eq!(vitrine(&["assess", folder.join("absent.jpg").to_str().unwrap(), "--strict"]).status.code(), Some(3));
}

#[test]
fn comma_separated_values_have_one_column_a_signal() {
    let folder = pictures("csv");
    let text = lines_of(&["assess", "--format", "csv", folder.to_str().unwrap()]);
    let head: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let signals = lines_of(&["signals", "--format", "jsonl"]).lines().count();
    assert_eq!(head.len(), 6 + signals);
    assert_eq!(text.lines().count(), 6);
}

#[test]
fn an_unknown_marketplace_is_a_finding_that_names_the_known_ones() {
    let folder = pictures("marketplace");
    let output = vitrine(&["assess", folder.to_str().unwrap(), "--marketplace", "amazone"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("`amazone`") && told.contains("amazon") && !told.contains("panicked"), "{told}");
}

#[test]
fn the_report_is_one_page_in_which_names_are_escaped() {
    let folder = folder("report");
    std::fs::write(folder.join("<img src=x onerror=alert(1)>.jpg"), disc([10, 90, 200], 64)).unwrap();
    let page = folder.join("page.html");
    lines_of(&["assess", folder.to_str().unwrap(), "--report", page.to_str().unwrap()]);
    let text = std::fs::read_to_string(page).unwrap();
    assert!(text.contains("&lt;img src=x onerror=alert(1)&gt;") && !text.contains("<img src=x"));
    assert!(text.contains("data:image/jpeg;base64,") && !text.contains("http://") && !text.contains("https://"));
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    use std::process::{Command, Stdio};
    let mut child =
        Command::new(env!("CARGO_BIN_EXE_vitrine")).args(["rules", "list"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
