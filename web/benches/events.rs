//! Events through the real server: 1 M of them, a tenth sent twice, shuffled and late, in batches over two connections, into SQLite as it
//! comes; and a report over the sums of 100 M events. Prints events/s (goal >= 20,000) and the time of the report (goal <= 1 s), and
//! fails where the report is not that of the clean stream. `EVENTS=100000` makes it shorter.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use serde_json::{Value, json};
use vitrine_experiments::evidence::{Evidence, SegmentEvidence};
use vitrine_experiments::simulate::shop::{Shop, What, World};
use vitrine_experiments::{Split, Variant};
use vitrine_web::app::App;
use vitrine_web::config::Config;
use vitrine_web::experiments::exposure::Shown;
use vitrine_web::experiments::simulated::Simulation;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As many as a request may have: a batch touches pages all over the file, the more so the smaller it is.
const BATCH: usize = 20_000;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let wanted = std::env::var("EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure(wanted))
}

async fn measure(wanted: usize) -> Result<(), Failure> {
    let (clean, clean_rate) = ingest(wanted, false).await?;
    let (messy, rate) = ingest(wanted, true).await?;
    println!("clean stream                         {clean_rate:>8.0} events/s");
    println!("a tenth twice, shuffled, late        {rate:>8.0} events/s   (goal >= 20000)");
    let same = clean["comparisons"] == messy["comparisons"] && clean["arms"] == messy["arms"];
    println!("reports                              {}", if same { "equal" } else { "DIFFERENT" });
    summed().await?;
    if same { Ok(()) } else { Err("the report is not that of the clean stream".into()) }
}

/// A server on a store of its own.
async fn server() -> Result<(tempfile::TempDir, vitrine_web::server::Running), Failure> {
    let folder = tempfile::TempDir::new()?;
    let text = format!(
        "store: {{url: 'sqlite:{}/bench.db'}}\nserver: {{bind: '127.0.0.1:0'}}\nlog: {{level: 'off'}}\nstudio: {{demo: true}}\n",
        folder.path().display()
    );
    Ok((folder, vitrine_web::server::start(Config::from_parts("bench.yaml", &text, [])?).await?))
}

/// An experiment that runs since four weeks and has seen nothing yet.
async fn begun(app: &Arc<App>) -> Result<(Simulation, i64), Failure> {
    let shop = Shop { world: World::Effect { lift: 0.05 }, visitors_a_day: 0, days: 28, buyers: 0.05, seed: 7 };
    let simulation =
        Simulation { id: "bench".into(), title: "Bench".into(), hypothesis: "Fast".into(), shop, decided: None, takes_traffic: false };
    simulation.run(app, |_| ()).await.map_err(|error| error.to_string())?;
    let named = app.experiment("bench").await.map_err(|error| error.to_string())?;
    Ok((simulation, named.document.started_ms.unwrap_or_default()))
}

async fn ingest(wanted: usize, messy: bool) -> Result<(Value, f64), Failure> {
    let (folder, running) = server().await?;
    let (address, app, stop) = (running.address, running.app.clone(), running.handle());
    let serving = tokio::spawn(running.run());
    let (simulation, started_ms) = begun(&app).await?;
    // One moment of start for both streams, so that every event falls on the same day in both.
    let day = 86_400_000;
    let first_day = (started_ms / day + 1) * day;
    let mut events = stream(&app, &simulation, wanted, first_day)?;
    if messy {
        for place in 0..events.len() / 10 {
            events.push(events[place * 10].clone());
        }
        let mut state = 88_172_645_463_325_252_u64;
        for place in (1..events.len()).rev() {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            events.swap(place, (state % (place as u64 + 1)) as usize);
        }
    }
    let batches: Vec<String> = events.chunks(BATCH).map(|batch| format!("{{\"events\":[{}]}}", batch.join(","))).collect();
    let count = events.len();
    drop(events);
    let began = Instant::now();
    let batches = Arc::new(batches);
    let sending: Vec<_> = (0..2)
        .map(|half| {
            let batches = Arc::clone(&batches);
            tokio::task::spawn_blocking(move || {
                let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
                for batch in batches.iter().skip(half).step_by(2) {
                    let sent = agent.post(format!("http://{address}/v1/events")).content_type("application/json").send(batch.as_str());
                    let answer: Value = serde_json::from_str(&sent.unwrap().body_mut().read_to_string().unwrap()).unwrap();
                    assert!(answer["refused"].as_array().is_some_and(Vec::is_empty), "{answer}");
                }
            })
        })
        .collect();
    for half in sending {
        half.await?;
    }
    let rate = count as f64 / began.elapsed().as_secs_f64();
    let report = serde_json::to_value(app.report_now("bench").await.map_err(|error| error.to_string())?)?;
    stop.stop(true).await;
    serving.await??;
    drop(folder);
    Ok((report, rate))
}

/// So many events of simulated shoppers, as JSON.
fn stream(app: &App, simulation: &Simulation, wanted: usize, first_day: i64) -> Result<Vec<String>, Failure> {
    let shop = Shop { visitors_a_day: wanted as u64 / 28 / 3, ..simulation.shop };
    let design = simulation.design();
    let split = Split::new("bench", design.variants.iter().map(|variant| Variant::new(variant.name.as_str(), variant.weight)).collect())?;
    let mut events = Vec::with_capacity(wanted);
    for visitor in shop.visitors() {
        let variant = split.position(&visitor.id);
        let shown = Shown {
            experiment: "bench".into(),
            variant: variant as u8,
            unit: app.unit_key.pseudonym("visitor", &visitor.id),
            segments: [None, None, Some(visitor.device.into()), None],
            not_a_customer: false,
            explored: None,
            beside: None,
        };
        let exposure_id = app.unit_key.seal(&shown);
        for (place, happened) in shop.day_of(&visitor, variant == 1).into_iter().enumerate() {
            // What would lie in the future is left out, and so is what nobody would take any more.
            let at_ms = first_day + happened.at_ms;
            if at_ms >= Timestamp::now().as_millisecond() || happened.at_ms < 0 {
                continue;
            }
            let (id, at) = (format!("{}-{place}", visitor.id), Timestamp::from_millisecond(at_ms)?);
            let outcome = |name: &str, value: f64| json!({"id": id, "type": "outcome", "unit_id": visitor.id, "name": name, "value": value, "at": at.to_string()});
            let event = match happened.what {
                What::Shown => json!({"id": id, "type": "exposure", "exposure_id": exposure_id, "at": at.to_string()}),
                What::Clicked => outcome("click", 0.0),
                What::Bought(amount) => outcome("purchase", (amount * 100.0).round() / 100.0),
                What::Returned => outcome("return", 0.0),
            };
            events.push(event.to_string());
            if events.len() == wanted {
                return Ok(events);
            }
        }
    }
    Ok(events)
}

/// A report over the sums of 100 M events: 28 days and 100 segments.
async fn summed() -> Result<(), Failure> {
    let (_folder, running) = server().await?;
    let (app, stop) = (running.app.clone(), running.handle());
    let serving = tokio::spawn(running.run());
    let (simulation, started_ms) = begun(&app).await?;
    let first_day = (started_ms / 86_400_000 + 1) * 86_400_000;
    let events: Vec<vitrine_web::experiments::ingest::EventBody> =
        stream(&app, &simulation, 20_000, first_day)?.iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>()?;
    app.take_events(events).await.map_err(|error| error.to_string())?;
    let named = app.experiment("bench").await.map_err(|error| error.to_string())?;
    let small = app.evidence_of(&named).await.map_err(|error| error.to_string())?;
    let large = grown(&small, 13);
    let in_all: u64 = large.counts.exposures + large.counts.outcomes;
    let mut change = app.store.begin(&app.config.tenant).await?;
    let mut document = named.document;
    document.from_warehouse = true;
    change.put_experiment("bench", "running", &document).await?;
    change.put_experiment_cell("bench", vitrine_web::experiments::reports::WAREHOUSE_CELL, &large).await?;
    change.commit(&[]).await?;
    let began = Instant::now();
    let report = app.report_now("bench").await.map_err(|error| error.to_string())?;
    let took = began.elapsed();
    let units: u64 = report.arms.iter().map(|arm| arm.units).sum();
    println!(
        "report over the sums of {:.0} M events ({units} units, {} segments)   {:.0} ms   (goal <= 1000)",
        in_all as f64 / 1e6,
        large.segments.len(),
        took.as_secs_f64() * 1e3
    );
    stop.stop(true).await;
    serving.await??;
    Ok(())
}

/// The evidence of a shop twice as large, so many times, and with more segments.
fn grown(evidence: &Evidence, doublings: u32) -> Evidence {
    let mut grown = evidence.clone();
    let double = |cells: &mut Vec<vitrine_experiments::evidence::Cell>| cells.iter_mut().for_each(|cell| *cell = cell.merge(cell));
    for _ in 0..doublings {
        double(&mut grown.total);
        grown.days.iter_mut().for_each(|day| double(&mut day.cells));
        grown.segments.iter_mut().for_each(|segment| double(&mut segment.cells));
        grown.counts.exposures *= 2;
        grown.counts.outcomes *= 2;
    }
    let pattern: Vec<SegmentEvidence> = grown.segments.clone();
    while grown.segments.len() < 100 && !pattern.is_empty() {
        let next = pattern[grown.segments.len() % pattern.len()].clone();
        grown.segments.push(SegmentEvidence { value: format!("{}-{}", next.value, grown.segments.len()), ..next });
    }
    grown
}
