//! Fetching: what is refused whatever it is called, and what is bounded whatever a host says of itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use vitrine_web::config::FetchConfig;
use vitrine_web::fetch::{Fault, Fetcher, Lookup, SystemLookup};

fn config(hosts: &[&str], private: &[SocketAddr]) -> FetchConfig {
    FetchConfig {
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        private_addresses: private.to_vec(),
        timeout: Duration::from_millis(1500),
        redirects_max: 3,
        parallel_max: 4,
        bytes_max: 1000,
    }
}

/// A host that answers every connection with the same bytes, its own address put in place of `HERE`.
fn host(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || speak(stream, &answer.replace("HERE", &address.to_string())));
        }
    });
    address
}

fn speak(mut stream: TcpStream, answer: &str) {
    let mut asked = [0; 2048];
    let _ = stream.read(&mut asked);
    if answer.is_empty() {
        std::thread::sleep(Duration::from_secs(4));
    }
    let _ = stream.write_all(answer.as_bytes());
}

async fn code(fetcher: &Fetcher, url: &str) -> String {
    match fetcher.fetch(url).await {
        Ok(bytes) => format!("{} bytes", bytes.len()),
        Err(error) => error.body().code.clone(),
    }
}

/// What a lookup may answer.
#[derive(Clone)]
struct Answers(Arc<(AtomicUsize, Vec<Vec<SocketAddr>>)>);

impl Lookup for Answers {
    fn lookup(&self, _: &str, _: u16) -> std::io::Result<Vec<SocketAddr>> {
        let turn = self.0.0.fetch_add(1, Ordering::SeqCst);
        Ok(self.0.1[turn.min(self.0.1.len() - 1)].clone())
    }
}

fn answers(answers: Vec<Vec<SocketAddr>>) -> Answers {
    Answers(Arc::new((AtomicUsize::new(0), answers)))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_fetched_from_hosts_that_are_not_allowed() {
    let nobody = Fetcher::new(config(&[], &[]));
    assert_eq!(code(&nobody, "https://img.example.com/a.jpg").await, "host_not_allowed");
    let some =
        Fetcher::with_lookup(config(&["img.example.com", "*.shop.example"], &[]), answers(vec![vec!["127.0.0.1:80".parse().unwrap()]]));
    for (url, expected) in [
        ("http://img.example.com/", "address_forbidden"),
        ("http://IMG.example.COM./", "address_forbidden"),
        ("http://a.shop.example/", "address_forbidden"),
        ("http://shop.example/", "host_not_allowed"),
        ("http://badshop.example/", "host_not_allowed"),
        ("http://img.example.com.evil.example/", "host_not_allowed"),
        ("http://evil.example/img.example.com", "host_not_allowed"),
        ("http://evil.example#img.example.com", "host_not_allowed"),
        ("http://evil.example\\@img.example.com/", "host_not_allowed"),
        ("http://img.example.com@evil.example/", "url_invalid"),
        ("http://user:secret@img.example.com/", "url_invalid"),
        ("ftp://img.example.com/", "url_invalid"),
        ("file:///etc/passwd", "url_invalid"),
        ("gopher://img.example.com/", "url_invalid"),
        ("data:image/png;base64,AA==", "url_invalid"),
        ("//img.example.com/", "url_invalid"),
        ("/etc/passwd", "url_invalid"),
        ("http://", "url_invalid"),
        ("http://img.example.com:99999/", "url_invalid"),
        ("", "url_invalid"),
    ] {
        assert_eq!(code(&some, url).await, expected, "{url}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_spelling_of_an_inner_address_is_refused() {
    let v4 = [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "0x7f.1",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "0",
        "0.0.0.0",
        "10.0.0.1",
        "0xa.0.0.1",
        "012.0.0.1",
        "167772161",
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "100.64.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "3232235777",
        "224.0.0.1",
        "255.255.255.255",
    ];
    let v6 = [
        "::",
        "::1",
        "0:0:0:0:0:0:0:1",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:1::1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "2a00:1450::5efe:127.0.0.1",
        "::ffff:0:7f00:1",
    ];
    let urls = v4.iter().map(|host| format!("http://{host}/a.jpg")).chain(v6.iter().map(|host| format!("http://[{host}]/a.jpg")));
    let mut refused = 0;
    for url in urls.flat_map(|url| [url.replace("http:", "https:"), url]) {
        // The host itself is allowed, in whatever form it has in the end: only the address is in the way.
        let host = url::Url::parse(&url).unwrap().host_str().unwrap().trim_end_matches('.').to_owned();
        let fetcher = Fetcher::with_lookup(config(&[&host], &[]), SystemLookup);
        assert_eq!(code(&fetcher, &url).await, "address_forbidden", "{url}");
        refused += 1;
    }
    assert_eq!(refused, 2 * (v4.len() + v6.len()));
    let zoned = Fetcher::new(config(&["[fe80::1]"], &[]));
    assert_eq!(code(&zoned, "http://[fe80::1%25eth0]/").await, "url_invalid");
    assert_eq!(code(&zoned, "http://[::1/").await, "url_invalid");
    assert_eq!(code(&Fetcher::new(config(&["localhost"], &[])), "http://localhost/").await, "address_forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_checked_like_a_first_request() {
    for (answer, expected) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "3 bytes"),
        ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "address_forbidden"),
        ("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n", "host_not_allowed"),
        ("HTTP/1.1 301 Moved\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", "url_invalid"),
        ("HTTP/1.1 302 Found\r\nLocation: http://HERE/again\r\nContent-Length: 0\r\n\r\n", "fetch_failed"),
        ("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "fetch_failed"),
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "fetch_failed"),
        ("nonsense\r\n\r\n", "fetch_failed"),
    ] {
        let address = host(answer);
        let fetcher = Fetcher::new(config(&["127.0.0.1"], &[address]));
        assert_eq!(code(&fetcher, &format!("http://{address}/a.jpg")).await, expected, "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_looked_up_once_a_connection_and_all_its_addresses_must_pass() {
    let address = host("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc");
    let elsewhere: SocketAddr = "127.0.0.1:1".parse().unwrap();
    // First the allowed address, from then on another: a second look before connecting would show.
    let turning = answers(vec![vec![address], vec![elsewhere]]);
    let fetcher = Fetcher::with_lookup(config(&["img.example"], &[address]), turning.clone());
    assert_eq!(code(&fetcher, "http://img.example/a").await, "3 bytes");
    assert_eq!(turning.0.0.load(Ordering::SeqCst), 1);
    assert_eq!(code(&fetcher, "http://img.example/a").await, "address_forbidden");
    let mixed = answers(vec![vec![address, elsewhere]]);
    let fetcher = Fetcher::with_lookup(config(&["img.example"], &[address]), mixed);
    assert_eq!(code(&fetcher, "http://img.example/a").await, "address_forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_and_time_are_bounded_whatever_the_host_says() {
    let long = "x".repeat(5000);
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    for (answer, expected) in [
        (leak(format!("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{long}")), "file_too_large"),
        (leak(format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{long}")), "file_too_large"),
        (leak(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n{long}\r\n0\r\n\r\n")), "file_too_large"),
        (leak(format!("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{long}")), "10 bytes"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nabc", "fetch_failed"),
        ("", "fetch_timeout"),
    ] {
        let address = host(answer);
        let fetcher = Fetcher::new(config(&["127.0.0.1"], &[address]));
        assert_eq!(code(&fetcher, &format!("http://{address}/a.jpg")).await, expected, "{}", &answer[..answer.len().min(60)]);
    }
}

#[test]
fn a_fault_says_whose_it_is_and_whoever_asks_again_is_let() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let gone = host("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let refuses = host("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    let fails = host("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    let has_no_time = host("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n");
    let leads_away = host("HTTP/1.1 302 Found\r\nLocation: https://cdn.example.com/a.jpg\r\nContent-Length: 0\r\n\r\n");
    let has_it = host("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
    let private = [closed, gone, refuses, fails, has_no_time, leads_away, has_it];
    let fetcher = Fetcher::new(config(&["127.0.0.1"], &private));
    let fault = |url: &str| match fetcher.try_once(url) {
        Ok(_) => "none",
        Err(Fault::Answered(_)) => "the picture's",
        Err(Fault::Unwell(_)) => "the host's",
        Err(Fault::Silent(_)) => "the network's",
        Err(Fault::Forbidden(_)) => "the settings'",
    };
    for (address, whose) in [
        (has_it, "none"),
        (gone, "the picture's"),
        (refuses, "the picture's"),
        (fails, "the host's"),
        (has_no_time, "the host's"),
        (leads_away, "the settings'"),
        (SocketAddr::from(([127, 0, 0, 1], 1)), "the settings'"),
    ] {
        assert_eq!(fault(&format!("http://{address}/a.jpg")), whose, "{address}");
    }
    // More often than the server's own requests would be let.
    for _ in 0..5 {
        assert_eq!(fault(&format!("http://{closed}/a.jpg")), "the network's");
    }
    assert_eq!(fault("http://"), "the picture's");
    assert!(fetcher.allows("http://127.0.0.1/a.jpg") && fetcher.allows("http://") && !fetcher.allows("https://img.example.com/a.jpg"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_does_not_answer_is_left_alone_and_tried_again_and_others_are_not_touched() {
    let (silent, other) = (host(""), host("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
    let mut config = config(&["127.0.0.1"], &[silent, other]);
    config.timeout = Duration::from_millis(200);
    let fetcher = Fetcher::new(config);
    let (url, elsewhere) = (format!("http://{silent}/a.jpg"), format!("http://{other}/a.jpg"));
    for _ in 0..3 {
        assert_eq!(code(&fetcher, &url).await, "fetch_timeout");
        assert_eq!(code(&fetcher, &elsewhere).await, "fetch_failed");
    }
    let error = fetcher.fetch(&url).await.unwrap_err();
    assert!(error.body().message.contains("did not answer lately"), "{error}");
    assert!(fetcher.fetch(&elsewhere).await.unwrap_err().body().message.contains("404"));
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(code(&fetcher, &url).await, "fetch_timeout", "after a pause one tries");
}
