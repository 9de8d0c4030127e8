//! `vitrine stats`: a question a line in, an answer a line out.

use super::support::{folder, json_lines, lines_of};

#[test]
fn each_line_is_answered_by_itself_and_a_broken_one_costs_no_other() {
    let questions = folder("stats").join("questions.jsonl");
    let text = [
        r#"{"id": "split", "category": "srm", "input": {"users": [510000, 480000], "weights": [0.5, 0.5]}}"#,
        "no question",
        r#"{"id": 7, "category": "mean", "input": {"metric": "mean", "difference": "absolute", "alpha": 0.05, "control": {"n": 0, "sum": 0, "sum_squares": 0}, "treatment": {"n": 9, "sum": 3, "sum_squares": 2}}}"#,
        "",
        r#"{"id": null, "category": "tarot", "input": {}}"#,
        r#"{"id": 9, "category": "srm", "input": {"users": "many"}}"#,
    ];
    std::fs::write(&questions, text.join("\n")).unwrap();
    let answers = json_lines(&lines_of(&["stats", questions.to_str().unwrap()]));
    let told: Vec<_> = answers.iter().map(|answer| (answer["id"].clone(), answer["status"].as_str().unwrap())).collect();
    let wanted =
        [("split".into(), "ok"), (().into(), "invalid"), (7.into(), "not_estimable"), (().into(), "unsupported"), (9.into(), "invalid")];
    assert_eq!(told, wanted.map(|(id, status): (serde_json::Value, _)| (id, status)));
    // 909.09 with one degree of freedom: the p-value is 1e-199, far below what `1 - cdf` could tell from 0.
    let p = answers[0]["p_value"].as_f64().unwrap();
    assert!(p > 0.0 && p < 1e-190, "{}", answers[0]);
    assert!(answers[1]["line"] == 2 && answers[4]["reason"].as_str().unwrap().contains("users"), "{answers:?}");
    assert!(answers[2]["reason"].as_str().unwrap().contains("control has 0 units"), "{answers:?}");
    assert!(lines_of(&["stats", "--list"]).lines().any(|line| line == "noninferiority"));
}
