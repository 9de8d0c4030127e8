//! The sample catalogue: what is drawn, that it repeats, and that its judgement finds what was drawn in.

use std::collections::BTreeMap;

use super::support::{folder, json_lines, lines_of, sample};

#[test]
fn each_product_gets_four_to_six_pictures_and_at_least_one_fault() {
    let manifest = json_lines(&std::fs::read_to_string(sample().join("manifest.jsonl")).unwrap());
    let mut products: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for one in &manifest {
        let entry = products.entry(one["product_id"].as_str().unwrap()).or_default();
        entry.0 += 1;
        entry.1 += usize::from(!one["defect"].is_null());
        assert!(std::path::Path::new(one["file"].as_str().unwrap()).is_file());
    }
    assert_eq!(products.len(), 5);
    assert!(products.values().all(|(pictures, faults)| (4..=6).contains(pictures) && (1..*pictures).contains(faults)), "{products:?}");
}

#[test]
fn the_same_seed_draws_the_same_bytes_and_another_seed_others() {
    let draw = |name: &str, seed: &str| {
        let folder = folder(name);
        lines_of(&["sample", folder.to_str().unwrap(), "--size", "96", "--products", "2", "--seed", seed]);
        let mut files: Vec<_> = std::fs::read_dir(folder.join("images")).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| (file.file_name().unwrap().to_owned(), std::fs::read(file).unwrap())).collect::<Vec<_>>()
    };
    let first = draw("seed-1", "1");
    assert!(first == draw("seed-1-again", "1"));
    assert!(first != draw("seed-2", "2"));
}

#[test]
fn clean_pictures_lead() {
    let manifest = json_lines(&std::fs::read_to_string(sample().join("manifest.jsonl")).unwrap());
    let fault = |id: &str| manifest.iter().find(|one| one["id"] == id).and_then(|one| one["defect"].as_str());
    let answers = json_lines(&lines_of(&["select", sample().join("requests.jsonl").to_str().unwrap()]));
    assert_eq!(answers.len(), 5);
    let spoilt: Vec<_> =
        answers.iter().filter_map(|answer| fault(answer["main"].as_str()?)).filter(|fault| *fault != "near_duplicate").collect();
    let chosen = answers.iter().filter(|answer| answer["main"].is_string()).count();
    assert!(chosen >= 4 && spoilt.is_empty(), "{chosen} have a main picture; led by: {spoilt:?}");
}
