//! Broken and lying files: a line for each, no panic, the good neighbours unharmed.

use super::support::{disc, folder, json_lines, vitrine};

#[test]
fn broken_files_get_codes_and_leave_their_neighbours_alone() {
    let folder = folder("hostile");
    let good = disc([200, 120, 20], 128);
    let broken: Vec<(&str, Vec<u8>)> = vec![
        ("empty.jpg", Vec::new()),
        ("html.jpg", b"<html><body>not found</body></html>".to_vec()),
        ("magic.jpg", [&[0xff, 0xd8, 0xff, 0xe0][..], &[7; 500]].concat()),
        ("magic.png", [&b"\x89PNG\r\n\x1a\n"[..], &[9; 500]].concat()),
        ("head.jpg", good[..60].to_vec()),
        ("vector.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
    ];
    for (name, bytes) in &broken {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    std::fs::write(folder.join("good.jpg"), &good).unwrap();
    let output = vitrine(&["assess", "--format", "jsonl", folder.to_str().unwrap()]);
    assert!(output.status.success());
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
    let lines = json_lines(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(lines.len(), broken.len() + 1);
    for line in lines {
        let is_good = line["file"].as_str().unwrap().ends_with("good.jpg");
        assert_eq!(line["status"] == "ok", is_good, "{line}");
        assert!(is_good || line["error"]["code"].is_string(), "{line}");
    }
}
