//! `GET /v1/signals/{name}/distribution`: how a signal is spread over the catalogue, so that one sees where a threshold cuts.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vitrine_rules::CategoryPath;
use vitrine_rules::columnar::{Distribution, identity};

use super::{Shared, query, timed};
use crate::columns::unreadable;
use crate::error::{ApiError, Code, ErrorBody};
use crate::identity::{Power, person};

/// Bars of the histogram.
const BINS: usize = 60;
/// Words listed at most, the most frequent ones.
const WORDS: usize = 30;

/// Of which pictures.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DistributionParams {
    /// Only those of this category and below.
    #[param(value_type = Option<String>, example = "apparel")]
    category: Option<String>,
}

/// How a signal is spread.
#[derive(Serialize, ToSchema)]
pub struct DistributionBody {
    /// The signal.
    signal: String,
    /// Its unit.
    unit: Option<String>,
    /// Pictures of which it was measured.
    n: u64,
    /// Pictures of which it was not.
    missing: u64,
    /// Numbers in bars of one width, from the smallest value to the greatest.
    bins: Vec<Bin>,
    /// Numbers at shares of the pictures; `None` where there are none.
    quantiles: Option<Quantiles>,
    /// Texts and flags, the most frequent first.
    values: Vec<ValueCount>,
}

/// One bar.
#[derive(Serialize, ToSchema)]
pub struct Bin {
    /// From, included.
    from: f64,
    /// To, excluded but for the last bar.
    to: f64,
    /// Pictures.
    count: u64,
}

/// Numbers at shares of the pictures.
#[derive(Serialize, ToSchema)]
pub struct Quantiles {
    /// 1 % have less.
    p01: f64,
    /// 5 % have less.
    p05: f64,
    /// 25 % have less.
    p25: f64,
    /// Half have less.
    p50: f64,
    /// 75 % have less.
    p75: f64,
    /// 95 % have less.
    p95: f64,
    /// 99 % have less.
    p99: f64,
}

/// A text or flag.
#[derive(Serialize, ToSchema)]
pub struct ValueCount {
    /// As it reads.
    value: String,
    /// Pictures.
    count: u64,
}

/// How a signal is spread over the catalogue
#[utoipa::path(
    get, path = "/v1/signals/{name}/distribution", tag = "Studio", params(("name" = String, Path, description = "The signal"), DistributionParams),
    responses(
        (status = 200, description = "How it is spread", body = DistributionBody, example = json!({"signal": "long_side_px", "unit": "px", "n": 130, "missing": 0,
            "bins": [{"from": 300.0, "to": 312.0, "count": 4}], "quantiles": {"p50": 1000.0}, "values": []})),
        (status = 404, description = "No such signal", body = ErrorBody)
    )
)]
pub async fn get(app: Shared, request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, ApiError> {
    person(&app, &request, Power::View).await?;
    let DistributionParams { category } = query(&request)?;
    let category = category.map(|category| category.parse::<CategoryPath>()).transpose();
    let category = category.map_err(|error| ApiError::new(Code::ParameterInvalid, error.to_string()))?;
    let unknown = || ApiError::new(Code::SignalUnknown, format!("there is no signal `{}`", name.chars().take(60).collect::<String>()));
    let spec = app.judge.catalog().find(&name).ok_or_else(unknown)?.spec.clone();
    let answer = async {
        let columns = app.columns().await?;
        let signal = spec.name.to_string();
        let reading = web::block(move || {
            let mut reader = columns.reader(|column| column == signal || column == identity::CATEGORY)?;
            let mut spread = Distribution::default();
            for index in 0..columns.batches {
                spread.add(&reader.read(index).map_err(|error| unreadable(&error))?, &signal, category.as_ref());
            }
            Ok::<_, ApiError>(spread)
        });
        let mut spread = reading.await.map_err(|_| ApiError::new(Code::Internal, "reading the columns broke off"))??;
        spread.numbers.sort_by(f64::total_cmp);
        let (n, missing) = (spread.count(), spread.missing);
        let mut values: Vec<ValueCount> = spread.words.into_iter().map(|(value, count)| ValueCount { value, count }).collect();
        values.sort_by(|a, b| (b.count, &a.value).cmp(&(a.count, &b.value)));
        values.truncate(WORDS);
        Ok(HttpResponse::Ok().json(DistributionBody {
            signal: spec.name.to_string(),
            unit: spec.unit.as_deref().map(str::to_owned),
            n,
            missing,
            bins: bins(&spread.numbers),
            quantiles: quantiles(&spread.numbers),
            values,
        }))
    };
    timed(&app, answer).await
}

/// Bars over sorted numbers.
fn bins(sorted: &[f64]) -> Vec<Bin> {
    let (Some(low), Some(high)) = (sorted.first(), sorted.last()) else { return Vec::new() };
    let width = (high - low) / BINS as f64;
    if width <= 0.0 {
        return vec![Bin { from: *low, to: *high, count: sorted.len() as u64 }];
    }
    let mut bins: Vec<Bin> =
        (0..BINS).map(|bin| Bin { from: low + width * bin as f64, to: low + width * (bin + 1) as f64, count: 0 }).collect();
    for number in sorted {
        let bin = (((number - low) / width) as usize).min(BINS - 1);
        bins[bin].count += 1;
    }
    bins
}

fn quantiles(sorted: &[f64]) -> Option<Quantiles> {
    let last = sorted.len().checked_sub(1)?;
    let at = |share: f64| sorted[(share * last as f64).round() as usize];
    Some(Quantiles { p01: at(0.01), p05: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95), p99: at(0.99) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_in_one_bar_and_quantiles_are_values() {
        let sorted: Vec<f64> = (0..1000).map(f64::from).collect();
        let bars = bins(&sorted);
        assert_eq!((bars.len(), bars.iter().map(|bar| bar.count).sum::<u64>()), (BINS, 1000));
        assert!(bars.windows(2).all(|pair| pair[0].to == pair[1].from));
        assert_eq!(quantiles(&sorted).map(|at| (at.p01, at.p50, at.p99)), Some((10.0, 500.0, 989.0)));
        assert!(bins(&[]).is_empty() && quantiles(&[]).is_none());
        assert_eq!(bins(&[5.0, 5.0]).len(), 1);
    }
}
