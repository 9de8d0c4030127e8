//! What the models' queues did, as Prometheus text: the parts of a request's time, batch sizes, refusals by cause, for each model and
//! version.

use std::fmt::Write;
use std::sync::Arc;

use vitrine_detectors::Learned;
use vitrine_detectors::batcher::Histogram;
use vitrine_engine::Detector;

/// All counters of these models as text.
pub fn text(models: &[Arc<Learned>]) -> String {
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let _ = write(&mut text, models);
    text
}

fn write(out: &mut String, models: &[Arc<Learned>]) -> std::fmt::Result {
    if models.is_empty() {
        return Ok(());
    }
    head(out, "vitrine_model_seconds", "Time of a picture with a model, by part; `total` is the sum of the others.", "histogram")?;
    for model in models {
        for (part, histogram) in model.metrics().times() {
            buckets(out, "vitrine_model_seconds", &format!("{},part=\"{part}\"", label(model)), histogram)?;
        }
    }
    head(out, "vitrine_model_batch_size", "Pictures of the batch that each picture was run in.", "histogram")?;
    for model in models {
        buckets(out, "vitrine_model_batch_size", &label(model), model.metrics().batch())?;
    }
    head(out, "vitrine_model_refusals_total", "Pictures that a model did not run, by cause.", "counter")?;
    for model in models {
        for (cause, count) in model.metrics().refusals() {
            writeln!(out, "vitrine_model_refusals_total{{{},cause=\"{}\"}} {count}", label(model), cause.as_str())?;
        }
    }
    head(out, "vitrine_model_waiting", "Pictures that wait for a model or are being made to fit.", "gauge")?;
    for model in models {
        writeln!(out, "vitrine_model_waiting{{{}}} {}", label(model), model.waiting())?;
    }
    Ok(())
}

fn head(out: &mut String, name: &str, help: &str, kind: &str) -> std::fmt::Result {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

/// Names and hashes of models hold nothing that would have to be escaped.
fn label(model: &Learned) -> String {
    format!("model=\"{}\"", model.spec().id)
}

fn buckets(out: &mut String, name: &str, labels: &str, histogram: &Histogram) -> std::fmt::Result {
    let (counts, mut below) = (histogram.counts(), 0);
    for (bound, count) in histogram.bounds().iter().zip(&counts) {
        below += count;
        writeln!(out, "{name}_bucket{{{labels},le=\"{bound}\"}} {below}")?;
    }
    let total: u64 = counts.iter().sum();
    writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {total}")?;
    writeln!(out, "{name}_sum{{{labels}}} {}", histogram.sum())?;
    writeln!(out, "{name}_count{{{labels}}} {total}")
}
