//! Documents: their links lead somewhere, their generated tables are today's, and every dependency has its reason.

use std::collections::BTreeSet;
use std::path::PathBuf;

const SIGNALS: &str = "docs/signals.md";
const TABLE_STARTS: &str = "<!-- The table is printed by `vitrine signals`; a test keeps it so. -->\n";
const TABLE_ENDS: &str = "<!-- End of the printed table. -->\n";

fn documents() -> Vec<PathBuf> {
    let folders = [".", "docs", "rules/packs"].map(super::workspace);
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let mut documents: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    documents.sort();
    documents
}

#[test]
fn links_lead_to_files_that_are_there() {
    let mut broken = Vec::new();
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
        for link in links.filter(|link| !link.contains("://") && !link.starts_with('#')) {
            let file = link.split('#').next().unwrap_or_default();
            if !document.parent().unwrap().join(file).exists() {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn the_table_of_signals_is_the_registrys() {
    let document = super::text(SIGNALS);
    let (head, rest) = document.split_once(TABLE_STARTS).expect("the table's first mark");
    let (written, tail) = rest.split_once(TABLE_ENDS).expect("the table's last mark");
    let table = vitrine_detectors::table();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(super::workspace(SIGNALS), format!("{head}{TABLE_STARTS}{table}{TABLE_ENDS}{tail}")).unwrap();
    } else {
        assert!(written == table, "the table in {SIGNALS} is stale: run this test with `UPDATE_DOCS=1`");
    }
}

#[test]
fn every_direct_dependency_has_one_line_that_says_why() {
    let manifest = super::text("Cargo.toml");
    let (_, rest) = manifest.split_once("[workspace.dependencies]\n").unwrap();
    let lines = rest.lines().take_while(|line| !line.starts_with('['));
    let used: BTreeSet<&str> =
        lines.filter_map(|line| Some(line.split_once(" = ")?.0)).filter(|name| !name.starts_with("vitrine-")).collect();
    let document = super::text("docs/dependencies.md");
    // The crates' table comes first; the pages' packages have one of their own.
    let document = document.split("\n## ").next().unwrap_or_default();
    let told: Vec<&str> =
        document.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|line| Some(line.split_once('`')?.0)).collect();
    assert!(told.is_sorted_by(|a, b| a < b), "docs/dependencies.md is sorted, one line each: {told:?}");
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), used, "docs/dependencies.md against [workspace.dependencies]");
}

#[test]
fn every_error_code_stands_in_the_api_document_with_its_status_and_help() {
    let document = super::text("docs/api.md");
    for code in vitrine_web::error::Code::ALL {
        let (start, end) = (format!("| `{}` | {} | ", code.as_str(), code.status()), format!(" | {} |", code.help()));
        assert!(document.lines().any(|line| line.starts_with(&start) && line.ends_with(&end)), "{code:?}");
    }
    for reason in vitrine_detectors::Reason::ALL {
        let (start, end) = (format!("| `{}` | ", reason.code()), format!(" | {} |", reason.help()));
        assert!(document.lines().any(|line| line.starts_with(&start) && line.ends_with(&end)), "{reason:?}");
    }
}
