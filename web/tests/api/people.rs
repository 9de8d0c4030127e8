//! `/v1/session`, `/v1/accounts`, `/v1/audit`: who may what.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::TestServer;
use crate::common::person::{PASSWORD, Person};

const PLAIN: &str = "models: {enabled: false}";
const DEMO: &str = "models: {enabled: false}\nstudio: {demo: true}";
const ROLES: [&str; 5] = ["viewer", "analyst", "editor", "approver", "admin"];

/// A server with the admin `ann`.
fn with_ann() -> (TestServer, Person) {
    let server = TestServer::with(TempDir::new().unwrap(), PLAIN);
    let mut ann = Person::stranger(&server);
    let first = json!({"name": "Ann", "display_name": "Ann Miller", "password": PASSWORD});
    let (status, body) = ann.sign_in_at("/v1/accounts/first", &first);
    assert_eq!((status, &body["account"]), (200, &json!({"name": "ann", "display_name": "Ann Miller", "role": "admin"})), "{body}");
    (server, ann)
}

fn add(ann: &Person, name: &str, role: &str) {
    let new = json!({"name": name, "display_name": name, "password": PASSWORD, "role": role});
    let (status, body) = ann.post("/v1/accounts", &new);
    assert_eq!((status, body["role"].as_str()), (200, Some(role)), "{body}");
}

/// Changes the database behind the server's back.
fn behind_its_back(server: &TestServer, statement: &str) {
    let url = vitrine_testing::Database::of_folder(server.folder.path());
    let statement = statement.to_owned();
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(&url).await.unwrap();
        let done = sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool).await.unwrap();
        assert!(done.rows_affected() > 0);
        pool.close().await;
    });
}

#[test]
fn the_first_account_is_made_once_and_becomes_the_admin() {
    let server = TestServer::with(TempDir::new().unwrap(), PLAIN);
    let stranger = Person::stranger(&server);
    assert_eq!(stranger.get("/v1/session").1, json!({"demo": false, "first_start": true, "account": null, "csrf": null}));
    let weak = json!({"name": "ann", "display_name": "Ann", "password": "password123"});
    assert_eq!(stranger.post("/v1/accounts/first", &weak).1["code"], "password_weak");

    let (server, ann) = with_ann();
    let stranger = Person::stranger(&server);
    assert_eq!(stranger.get("/v1/session").1["first_start"], false);
    let second = json!({"name": "eve", "display_name": "Eve", "password": PASSWORD});
    assert_eq!(stranger.post("/v1/accounts/first", &second).1["code"], "account_exists");
    assert_eq!(ann.get("/v1/accounts").1["accounts"].as_array().unwrap().len(), 1);
    // Nobody's password is told to anybody.
    assert!(!ann.get("/v1/accounts").1.to_string().contains("argon2"));
}

#[test]
fn two_who_make_the_first_account_at_once_do_not_both_succeed() {
    let server = TestServer::with(TempDir::new().unwrap(), PLAIN);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let attempt = |n: usize| {
            let stranger = Person::stranger(&server);
            let first = json!({"name": format!("name{n}"), "display_name": "N", "password": PASSWORD});
            scope.spawn(move || stranger.post("/v1/accounts/first", &first).0)
        };
        (0..4).map(attempt).collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}

#[test]
fn a_session_begins_with_the_right_password_and_ends_when_told() {
    let (server, ann) = with_ann();
    let mut again = Person::stranger(&server);
    for (name, password) in [("ann", "seven green bottle"), ("nobody", PASSWORD), ("", ""), ("ann", "")] {
        let (status, body) = again.sign_in(name, password);
        assert_eq!(
            (status, body["code"].as_str(), body["message"].as_str()),
            (401, Some("sign_in_failed"), Some("name and password do not belong together"))
        );
    }
    let (status, cookies, _) = again.send("POST", "/v1/session", Some(&json!({"name": " ANN ", "password": PASSWORD})), &[]);
    assert_eq!(status, 200);
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        assert!(cookies[0].contains(part), "{cookies:?}");
    }
    assert!(!cookies[0].contains("Secure"));
    again.sign_in("ann", PASSWORD);
    assert_eq!(again.get("/v1/session").1["account"]["name"], "ann");
    let (status, cookies, body) = again.send("DELETE", "/v1/session", None, &[("x-csrf-token", &again.csrf)]);
    assert_eq!((status, &body["account"]), (200, &Value::Null));
    assert!(cookies[0].starts_with("vitrine_session=;") && cookies[0].contains("Max-Age=0"), "{cookies:?}");
    // The cookie is worth nothing any more, and the other session goes on.
    assert_eq!(again.get("/v1/accounts").1["code"], "not_signed_in");
    assert_eq!(ann.get("/v1/accounts").0, 200);
    for cookie in ["vitrine_session=", "vitrine_session=00", &format!("vitrine_session={}", "0".repeat(64)), "other=1; vitrine_session=x"] {
        again.cookie = cookie.to_owned();
        assert_eq!(again.get("/v1/audit").1["code"], "not_signed_in", "{cookie}");
    }
}

#[test]
fn who_came_went_and_failed_stands_in_the_audit_trail() {
    let (server, ann) = with_ann();
    let mut again = Person::stranger(&server);
    assert_eq!(again.sign_in("ann", "seven green bottle").0, 401);
    assert_eq!(again.sign_in("seven green bottles", "ann").0, 401);
    again.sign_in("ann", PASSWORD);
    // Signing in once more ends the session before.
    again.sign_in("ann", PASSWORD);
    assert_eq!(again.call("DELETE", "/v1/session", None).0, 200);
    assert_eq!(again.call("DELETE", "/v1/session", None).0, 200, "nobody is there any more, and nothing is noted");
    let (_, body) = ann.get("/v1/audit");
    let records = body["records"].as_array().unwrap();
    let told: Vec<[&str; 3]> =
        records.iter().map(|record| ["actor", "action", "subject"].map(|field| record[field].as_str().unwrap())).collect();
    let ann_did = |action| ["ann", action, "account:ann"];
    assert_eq!(
        told[..told.len() - 1],
        [
            ann_did("session.ended"),
            ann_did("session.ended"),
            ann_did("session.begun"),
            ann_did("session.begun"),
            ["somebody", "session.refused", "session"],
            ["somebody", "session.refused", "account:ann"],
            ann_did("session.begun"),
            ann_did("account.added"),
        ],
        "before all of it the packs were installed"
    );
    // What was typed into the wrong field is kept nowhere.
    assert!(!body.to_string().contains("seven green"), "{body}");
    // Whoever goes on guessing fills no log.
    (0..20).for_each(|_| drop(Person::stranger(&server).sign_in("ann", "a wrong password")));
    let refused = ann.get("/v1/audit?subject=account:ann").1["records"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|record| record["action"] == "session.refused")
        .count();
    assert!(refused <= 6, "{refused}");
}

#[test]
fn cookies_are_for_https_only_where_the_settings_say_so() {
    let server =
        TestServer::with(TempDir::new().unwrap(), "models: {enabled: false}\nstudio: {demo: true, secure_cookies: true, session_hours: 1}");
    let (_, cookies, _) = Person::stranger(&server).send("POST", "/v1/session/demo", Some(&json!({"role": "viewer"})), &[]);
    assert!(cookies[0].ends_with("; Secure") && cookies[0].contains("Max-Age=3600"), "{cookies:?}");
}

#[test]
fn guessing_passwords_is_stopped_for_the_name_and_not_for_others() {
    let (server, ann) = with_ann();
    add(&ann, "bob", "editor");
    let mut guesser = Person::stranger(&server);
    for _ in 0..5 {
        assert_eq!(guesser.sign_in("bob", "a wrong password").1["code"], "sign_in_failed");
    }
    // Now even the right one has to wait; a name that does not exist behaves in the same way.
    assert_eq!(guesser.sign_in("bob", PASSWORD).1["code"], "too_many_attempts");
    for _ in 0..5 {
        assert_eq!(guesser.sign_in("nobody", "a wrong password").1["code"], "sign_in_failed");
    }
    assert_eq!(guesser.sign_in("nobody", "a wrong password"), {
        let (status, body) = guesser.sign_in("bob", PASSWORD);
        assert_eq!(status, 429);
        (status, body)
    });
    assert_eq!(guesser.sign_in("ann", PASSWORD).0, 200);
}

#[test]
fn a_call_without_its_sessions_token_changes_nothing() {
    let (server, ann) = with_ann();
    add(&ann, "bob", "admin");
    let mut bob = Person::stranger(&server);
    bob.sign_in("bob", PASSWORD);
    let new = json!({"name": "eve", "display_name": "Eve", "password": PASSWORD, "role": "admin"});
    for token in ["", "x", &ann.csrf, &bob.csrf[1..]] {
        let (status, _, body) = bob.send("POST", "/v1/accounts", Some(&new), &[("x-csrf-token", token)]);
        assert_eq!((status, body["code"].as_str()), (403, Some("csrf")), "{token}");
        let (status, _, body) = bob.send("DELETE", "/v1/session", None, &[("x-csrf-token", token)]);
        assert_eq!((status, body["code"].as_str()), (403, Some("csrf")), "{token}");
    }
    assert_eq!(bob.get("/v1/accounts").1["accounts"].as_array().unwrap().len(), 2);
    // A form of another site cannot sign its visitor in as somebody else.
    let (status, body) = server.post_as("/v1/session", "text/plain", json!({"name": "ann", "password": PASSWORD}).to_string().as_bytes());
    assert_eq!((status, body["code"].as_str()), (415, Some("media_type_unsupported")));
}

#[test]
fn each_call_is_for_its_roles_only() {
    let server = TestServer::with(TempDir::new().unwrap(), DEMO);
    let new = json!({"name": "eve", "display_name": "Eve", "password": PASSWORD, "role": "viewer"});
    // Call, body, and the weakest role that may.
    let calls: [(&str, &str, Option<&Value>, &str); 4] = [
        ("GET", "/v1/audit", None, "viewer"),
        ("GET", "/v1/accounts", None, "admin"),
        ("POST", "/v1/accounts", Some(&new), "admin"),
        ("PATCH", "/v1/accounts/viewer", Some(&Value::Null), "admin"),
    ];
    for (index, role) in ROLES.into_iter().enumerate() {
        let person = Person::of_demo(&server, role);
        for (method, path, body, least) in calls {
            let (status, body) = person.call(method, path, body);
            if index >= ROLES.iter().position(|role| *role == least).unwrap() {
                assert!(status != 401 && status != 403, "{role} {method} {path}: {body}");
            } else {
                assert_eq!((status, body["code"].as_str()), (403, Some("not_allowed")), "{role} {method} {path}");
                assert!(body["message"].as_str().unwrap().contains(&format!("the role {least}")), "{body}");
            }
        }
    }
    for (method, path, body, _) in calls {
        assert_eq!(Person::stranger(&server).call(method, path, body).1["code"], "not_signed_in", "{method} {path}");
    }
}

#[test]
fn changes_of_an_account_take_effect_at_once() {
    let (server, ann) = with_ann();
    add(&ann, "bob", "admin");
    let mut bob = Person::stranger(&server);
    bob.sign_in("bob", PASSWORD);
    assert_eq!(bob.get("/v1/accounts").0, 200);
    assert_eq!(ann.call("PATCH", "/v1/accounts/bob", Some(&json!({"role": "viewer"}))).1["role"], "viewer");
    assert_eq!(bob.get("/v1/accounts").1["code"], "not_allowed");
    assert_eq!(bob.get("/v1/audit").0, 200);

    assert_eq!(ann.call("PATCH", "/v1/accounts/bob", Some(&json!({"disabled": true}))).1["disabled"], true);
    assert_eq!(bob.get("/v1/audit").1["code"], "not_signed_in");
    assert_eq!(bob.sign_in("bob", PASSWORD).1["code"], "sign_in_failed");
    ann.call("PATCH", "/v1/accounts/bob", Some(&json!({"disabled": false})));
    // Opened again, but the session had ended.
    assert_eq!(bob.get("/v1/audit").1["code"], "not_signed_in");
    assert_eq!(bob.sign_in("bob", PASSWORD).0, 200);

    assert_eq!(ann.call("PATCH", "/v1/accounts/bob", Some(&json!({"password": "short"}))).1["code"], "password_weak");
    assert_eq!(ann.call("PATCH", "/v1/accounts/bob", Some(&json!({"password": "eight blue candles"}))).0, 200);
    assert_eq!(bob.get("/v1/audit").1["code"], "not_signed_in");
    assert_eq!((bob.sign_in("bob", PASSWORD).0, bob.sign_in("bob", "eight blue candles").0), (401, 200));

    assert_eq!(ann.call("PATCH", "/v1/accounts/ann", Some(&json!({"role": "viewer"}))).1["code"], "last_admin");
    assert_eq!(ann.call("PATCH", "/v1/accounts/ann", Some(&json!({"disabled": true}))).1["code"], "last_admin");
    assert_eq!(ann.call("PATCH", "/v1/accounts/nobody", Some(&json!({"disabled": true}))).1["code"], "account_unknown");

    let (_, body) = ann.get("/v1/audit?subject=account:bob");
    let told: Vec<_> = body["records"].as_array().unwrap().iter().map(|record| record["action"].as_str().unwrap()).collect();
    let of = |kind: &str| told.iter().copied().filter(|action| action.starts_with(kind)).collect::<Vec<_>>();
    assert_eq!(of("account."), ["account.changed"; 4].into_iter().chain(["account.added"]).collect::<Vec<_>>());
    assert_eq!(of("session."), ["session.begun", "session.refused", "session.begun", "session.refused", "session.begun"]);
    assert!(!body.to_string().contains("eight blue") && !body.to_string().contains("argon2"), "{body}");
}

#[test]
fn a_session_ends_by_time_and_by_idleness_and_survives_a_restart_before() {
    let (server, ann) = with_ann();
    let mut bob = Person::stranger(&server);
    bob.sign_in("ann", PASSWORD);
    let server = TestServer::with(server.into_folder(), PLAIN);
    let (ann, bob) = (ann.moved_to(&server), bob.moved_to(&server));
    assert_eq!((ann.get("/v1/audit").0, bob.get("/v1/audit").0), (200, 200));
    // Two hours and a little without use: whoever was there in between stays.
    behind_its_back(&server, "UPDATE sessions SET used_ms = used_ms - 7100000");
    assert_eq!(ann.get("/v1/audit").0, 200);
    std::thread::sleep(std::time::Duration::from_millis(300));
    behind_its_back(&server, "UPDATE sessions SET used_ms = used_ms - 200000");
    assert_eq!((ann.get("/v1/audit").0, bob.get("/v1/audit").0), (200, 401));
    behind_its_back(&server, "UPDATE sessions SET expires_ms = 1");
    assert_eq!(ann.get("/v1/audit").1["code"], "not_signed_in");
}

#[test]
fn the_demo_has_five_people_who_are_there_for_the_demo_only() {
    let server = TestServer::with(TempDir::new().unwrap(), DEMO);
    assert_eq!(Person::stranger(&server).get("/v1/session").1, json!({"demo": true, "first_start": false, "account": null, "csrf": null}));
    for role in ROLES {
        Person::of_demo(&server, role);
    }
    let admin = Person::of_demo(&server, "admin");
    assert_eq!(admin.get("/v1/accounts").1["accounts"].as_array().unwrap().len(), 5);
    for password in ["", "admin"] {
        assert_eq!(Person::stranger(&server).sign_in("admin", password).1["code"], "sign_in_failed");
    }
    let server = TestServer::with(server.into_folder(), PLAIN);
    let mut later = admin.moved_to(&server);
    assert_eq!(later.get("/v1/accounts").1["code"], "not_signed_in");
    assert_eq!(later.sign_in_at("/v1/session/demo", &json!({"role": "admin"})).1["code"], "demo_only");
    assert_eq!(later.get("/v1/session").1["first_start"], true);
}

#[test]
fn methods_that_a_path_does_not_take_are_told_which_it_takes() {
    let server = TestServer::with(TempDir::new().unwrap(), PLAIN);
    let (status, body) = Person::stranger(&server).call("PUT", "/v1/session", Some(&json!({})));
    assert_eq!((status, body["code"].as_str()), (405, Some("method_not_allowed")));
    assert!(body["message"].as_str().unwrap().contains("GET, POST, DELETE"), "{body}");
}
