//! What was acknowledged is judged, whatever happens to the server, with no Redis at all.

use serde_json::Value;
use vitrine_testing::Database;

use crate::process::{Door, change, post, until};
use crate::support::folder;

#[test]
fn a_server_that_is_killed_has_lost_nothing_that_it_acknowledged() {
    let folder = folder("feed-killed-server");
    let store = Database::of_folder(&folder);
    let door = Door::open(&store, &folder, &[("VITRINE_FEED__CLAIM_MS", "300")]);
    let pictures = door.pictures(3);
    // Sent by many at once, while the server judges; the kill comes between any two of them.
    let product = |number: usize| format!("sku-{number}");
    let acknowledged = std::sync::Mutex::new(Vec::new());
    let mut server = door.server;
    std::thread::scope(|threads| {
        for part in 0..4 {
            let (acknowledged, pictures, agent, address) = (&acknowledged, &pictures, &door.caller.agent, &server.address);
            threads.spawn(move || {
                for number in (0..4000_usize).skip(part).step_by(4) {
                    let batch = [change(&product(number), 1, &[&pictures[number % 3], &pictures[(number + 1) % 3]])];
                    match post(agent, address, &batch) {
                        Some((200, answer)) if answer["taken"] == 1 => acknowledged.lock().unwrap().push(number),
                        _ => return,
                    }
                }
            });
        }
        until("some are acknowledged", || acknowledged.lock().unwrap().len() >= 60);
        std::process::Command::new("kill").args(["-KILL", &server.process.id().to_string()]).status().unwrap();
    });
    let _ = server.process.wait();
    let acknowledged = acknowledged.into_inner().unwrap();

    let door = Door::open(&store, &folder, &[("VITRINE_FEED__CLAIM_MS", "300")]);
    door.settles();
    for number in &acknowledged {
        assert_eq!(door.product(&product(*number))["revision"], 1, "{} of {} acknowledged", number, acknowledged.len());
    }
    assert_eq!(door.status()["dead_letters"], 0);
    println!("{} changes were acknowledged before the kill", acknowledged.len());
    // Stopped as a service manager does it, in the middle of work, it loses nothing either.
    let more: Vec<Value> = (10_000..10_200).map(|number| change(&product(number), 1, &[&pictures[number % 3]])).collect();
    assert_eq!(door.send(&more)["taken"], 200);
    door.stop();
    let door = Door::open(&store, &folder, &[]);
    door.settles();
    for number in 10_000..10_200 {
        assert_eq!(door.product(&product(number))["revision"], 1);
    }
}
