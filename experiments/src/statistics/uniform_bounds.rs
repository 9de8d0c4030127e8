//! Boundaries that a martingale crosses with probability at most alpha, ever (Howard, Ramdas, McAuliffe and Sekhon 2021,
//! arXiv 1810.08240): the normal mixture, and the beta-binomial mixture for shares.

use super::distributions::beta::ln_beta;
use super::distributions::normal;
use super::{Refusal, solve};

/// The normal-mixture boundary at intrinsic time `v`, tightest at time `v_opt` for level `alpha_opt`.
///
/// # Errors
/// Unless levels are levels and times are above 0.
pub fn normal_mixture(v: f64, alpha: f64, v_opt: f64, alpha_opt: f64, one_sided: bool) -> Result<f64, Refusal> {
    Refusal::unless_level("alpha", alpha)?;
    Refusal::unless_level("alpha_opt", alpha_opt)?;
    for (what, time) in [("v", v), ("v_opt", v_opt)] {
        if !(time > 0.0 && time.is_finite()) {
            return Err(Refusal::out_of_range(what, time, "above 0"));
        }
    }
    if !one_sided {
        let rho = best_rho(v_opt, alpha_opt);
        return Ok(((v + rho) * ((v / rho).ln_1p() - 2.0 * alpha.ln())).sqrt());
    }
    let rho = best_rho(v_opt, (2.0 * alpha_opt).min(1.0));
    // The logarithm of the mixture at s reaches ln(1 / alpha).
    let short =
        |s: f64| 0.5 * (4.0 * rho / (v + rho)).ln() + s * s / (2.0 * (v + rho)) + normal::ln_survival(-s / (v + rho).sqrt()) + alpha.ln();
    let enough = solve::double_until(|s| short(s) >= 0.0, v.sqrt());
    enough
        .and_then(|high| solve::root(short, 0.0, high))
        .ok_or(Refusal::Unreachable { what: "boundary".to_owned(), why: "the search did not end".to_owned() })
}

/// An interval for a share that holds at every number of trials at once; tightest at `t_opt` trials.
///
/// # Errors
/// Without trials, or when a setting is out of range.
pub fn share_interval(successes: u64, trials: u64, alpha: f64, t_opt: f64, alpha_opt: f64) -> Result<(f64, f64), Refusal> {
    Refusal::unless_level("alpha", alpha)?;
    Refusal::unless_level("alpha_opt", alpha_opt)?;
    if trials == 0 {
        return Err(Refusal::Empty { what: "trials".to_owned() });
    }
    if successes > trials {
        return Err(Refusal::out_of_range("successes", successes as f64, &format!("at most the {trials} trials")));
    }
    // Concentration of the prior around the share under test, kept above 0 as the boundary's authors do.
    let concentration = (best_rho(t_opt, alpha_opt) - 1.0).max(1e-3);
    let (s, f) = (successes as f64, (trials - successes) as f64);
    let evidence = |p: f64| {
        let (a, b) = (concentration * p, concentration * (1.0 - p));
        ln_beta(a + s, b + f) - ln_beta(a, b) - s * p.ln() - f * (-p).ln_1p() + alpha.ln()
    };
    let share = s / trials as f64;
    let low = if successes == 0 { 0.0 } else { solve::root(evidence, 1e-300, share).unwrap_or(0.0) };
    let high = if successes == trials { 1.0 } else { solve::root(evidence, share.max(1e-12), 1.0 - 1e-15).unwrap_or(1.0) };
    Ok((low, high))
}

/// The mixture's parameter that is tightest at `v` for a level.
fn best_rho(v: f64, alpha: f64) -> f64 {
    let spent = -2.0 * alpha.ln();
    v / (spent + spent.ln_1p())
}
