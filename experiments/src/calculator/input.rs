//! The forms of input. Numbers may also be written as the texts `nan`, `inf` and `-inf`, so that bad data arrives here and is refused
//! with a reason.

use serde::de::{self, Deserialize, Deserializer, Visitor};

use crate::statistics::quantile::{QuantileSummary, interval_sample};
use crate::statistics::{Arm, Moments, Refusal, Tail, Which};

/// A number, perhaps not a finite one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Real(pub f64);

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Real;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number, or `nan`, `inf` or `-inf` as text")
            }

            fn visit_f64<E: de::Error>(self, x: f64) -> Result<Real, E> {
                Ok(Real(x))
            }

            fn visit_i64<E: de::Error>(self, x: i64) -> Result<Real, E> {
                Ok(Real(x as f64))
            }

            fn visit_u64<E: de::Error>(self, x: u64) -> Result<Real, E> {
                Ok(Real(x as f64))
            }

            fn visit_bool<E: de::Error>(self, x: bool) -> Result<Real, E> {
                Ok(Real(f64::from(u8::from(x))))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Real, E> {
                match text.trim().to_ascii_lowercase().as_str() {
                    "nan" => Ok(Real(f64::NAN)),
                    "inf" | "infinity" | "+inf" => Ok(Real(f64::INFINITY)),
                    "-inf" | "-infinity" => Ok(Real(f64::NEG_INFINITY)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }
        deserializer.deserialize_any(Number)
    }
}

/// A comparison of two arms, of any metric.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Comparison {
    pub metric: String,
    #[serde(default)]
    pub difference: Option<String>,
    #[serde(default)]
    pub alternative: Option<String>,
    #[serde(default)]
    pub alpha: Option<Real>,
    #[serde(default)]
    pub control: Option<ArmInput>,
    #[serde(default)]
    pub treatment: Option<ArmInput>,
    #[serde(default)]
    pub raw: Option<RawArms>,
    #[serde(default, alias = "quantile", alias = "level")]
    pub nu: Option<Real>,
    #[serde(default)]
    pub tuning_n_star: Option<Real>,
    #[serde(default)]
    pub margin: Option<Real>,
    #[serde(default)]
    pub inverse: bool,
    #[serde(default)]
    pub prior: Option<PriorInput>,
}

/// An arm as sums; each metric has its own.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct ArmInput {
    pub n: Option<Real>,
    pub sum: Option<Real>,
    pub sum_squares: Option<Real>,
    pub successes: Option<Real>,
    pub num_sum: Option<Real>,
    pub num_sum_squares: Option<Real>,
    pub den_sum: Option<Real>,
    pub den_sum_squares: Option<Real>,
    pub num_den_sum_products: Option<Real>,
    pub post_sum: Option<Real>,
    pub post_sum_squares: Option<Real>,
    pub pre_sum: Option<Real>,
    pub pre_sum_squares: Option<Real>,
    pub post_pre_sum_products: Option<Real>,
    pub pre_num_sum: Option<Real>,
    pub pre_num_sum_squares: Option<Real>,
    pub pre_den_sum: Option<Real>,
    pub pre_den_sum_squares: Option<Real>,
    pub num_pre_num_sum_products: Option<Real>,
    pub num_pre_den_sum_products: Option<Real>,
    pub den_pre_num_sum_products: Option<Real>,
    pub den_pre_den_sum_products: Option<Real>,
    pub pre_num_pre_den_sum_products: Option<Real>,
    pub n_star: Option<Real>,
    pub nu: Option<Real>,
    pub quantile_hat: Option<Real>,
    pub quantile_lower: Option<Real>,
    pub quantile_upper: Option<Real>,
    pub main_sum: Option<Real>,
    pub main_sum_squares: Option<Real>,
    pub denominator_sum: Option<Real>,
    pub denominator_sum_squares: Option<Real>,
    pub main_denominator_sum_product: Option<Real>,
    pub n_clusters: Option<Real>,
}

/// The samples themselves.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct RawArms {
    pub control: RawArm,
    pub treatment: RawArm,
}

/// One arm's sample: values, or columns.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(untagged)]
pub enum RawArm {
    Values(Vec<Real>),
    Columns(Columns),
}

/// Columns of one length.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Columns {
    pub post: Vec<Real>,
    pub pre: Vec<Real>,
    #[serde(alias = "num")]
    pub numerator: Vec<Real>,
    #[serde(alias = "den")]
    pub denominator: Vec<Real>,
}

/// A prior of the effect.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct PriorInput {
    pub mean: Real,
    pub variance: Real,
    #[serde(default)]
    pub proper: bool,
    #[serde(default)]
    pub scale: Option<String>,
}

/// Absolute or relative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    Absolute,
    Relative,
}

impl Comparison {
    pub fn alpha(&self) -> f64 {
        self.alpha.map_or(0.05, |alpha| alpha.0)
    }

    pub fn scale(&self) -> Scale {
        if self.difference.as_deref().is_some_and(|d| d.starts_with("relative")) { Scale::Relative } else { Scale::Absolute }
    }

    pub fn tail(&self) -> Result<Tail, Refusal> {
        tail(self.alternative.as_deref())
    }

    /// One arm's summary by name of a variable pair or more, from sums or from the sample.
    pub fn moments<const K: usize>(&self, which: Which) -> Result<Moments<K>, Refusal> {
        if let Some(arm) = self.arm(which).filter(|arm| arm.n.is_some()) {
            return arm.moments();
        }
        let columns = self.raw_columns::<K>(which)?;
        let rows = columns[0].len();
        if columns.iter().any(|column| column.len() != rows) {
            return Err(Refusal::out_of_range("rows", rows as f64, "the same in all columns"));
        }
        if let Some(x) = columns.iter().copied().flatten().find(|x| !x.0.is_finite()) {
            return Err(Refusal::out_of_range("value", x.0, "a finite number"));
        }
        Ok((0..rows).map(|row| std::array::from_fn(|k| columns[k][row].0)).collect())
    }

    pub fn arm(&self, which: Which) -> Option<&ArmInput> {
        match which {
            Which::Control => self.control.as_ref(),
            Which::Treatment => self.treatment.as_ref(),
        }
    }

    pub fn proportion(&self, which: Which) -> Result<Arm, Refusal> {
        if let Some(arm) = self.arm(which).filter(|arm| arm.n.is_some()) {
            let successes = whole("successes", needed("successes", arm.successes.or(arm.sum))?)?;
            return Arm::proportion(which, arm.units()?, successes);
        }
        let moments = self.moments::<1>(which)?;
        Arm::proportion(which, moments.units(), whole("successes", moments.sum(0).round())?)
    }

    pub fn quantile(&self, which: Which) -> Result<QuantileSummary, Refusal> {
        if let Some(arm) = self.arm(which).filter(|arm| arm.quantile_hat.is_some()) {
            let values = arm.units()?;
            return Ok(QuantileSummary {
                values,
                sample: arm.n_star.map_or(Ok(interval_sample(values)), |n| whole("n_star", n.0))?,
                level: needed("nu", arm.nu.or(self.nu))?,
                estimate: needed("quantile_hat", arm.quantile_hat)?,
                lower: needed("quantile_lower", arm.quantile_lower)?,
                upper: needed("quantile_upper", arm.quantile_upper)?,
            });
        }
        let [values] = self.raw_columns::<1>(which)?;
        let values: Vec<f64> = values.iter().map(|x| x.0).collect();
        if let Some(x) = values.iter().find(|x| !x.is_finite()) {
            return Err(Refusal::out_of_range("value", *x, "a finite number"));
        }
        let level = needed("nu", self.arm(which).and_then(|arm| arm.nu).or(self.nu))?;
        QuantileSummary::of(&values, Refusal::unless_level("nu", level)?).ok_or(Refusal::TooFewUnits { arm: which, units: 0, needed: 2 })
    }

    pub fn clusters(&self, which: Which) -> Result<Moments<2>, Refusal> {
        let arm = self.arm(which).ok_or_else(|| missing(&which.to_string()))?;
        let (s, n) = (needed("main_sum", arm.main_sum)?, needed("denominator_sum", arm.denominator_sum)?);
        let product = needed("main_denominator_sum_product", arm.main_denominator_sum_product)?;
        let squares = (needed("main_sum_squares", arm.main_sum_squares)?, needed("denominator_sum_squares", arm.denominator_sum_squares)?);
        let clusters = whole("n_clusters", needed("n_clusters", arm.n_clusters)?)?;
        Ok(Moments::from_sums(clusters, [s, n], [[squares.0, product], [product, squares.1]]))
    }

    fn raw_columns<const K: usize>(&self, which: Which) -> Result<[&[Real]; K], Refusal> {
        let raw = self.raw.as_ref().ok_or_else(|| missing(&which.to_string()))?;
        let arm = match which {
            Which::Control => &raw.control,
            Which::Treatment => &raw.treatment,
        };
        let columns: [&[Real]; 4] = match arm {
            RawArm::Values(values) => [values, &[], &[], &[]],
            RawArm::Columns(c) if c.numerator.is_empty() && c.denominator.is_empty() => [&c.post, &c.pre, &[], &[]],
            RawArm::Columns(c) => [&c.numerator, &c.denominator, &[], &[]],
        };
        Ok(std::array::from_fn(|k| columns.get(k).copied().unwrap_or(&[])))
    }
}

impl ArmInput {
    pub fn units(&self) -> Result<u64, Refusal> {
        whole("n", needed("n", self.n)?)
    }

    fn moments<const K: usize>(&self) -> Result<Moments<K>, Refusal> {
        let units = self.units()?;
        // Upper triangle row by row; which fields there are says which metric it is.
        let (names, sums, products): (&str, Vec<Option<Real>>, Vec<Option<Real>>) = match K {
            1 => ("sum, sum_squares", vec![self.sum], vec![self.sum_squares]),
            2 if self.post_sum.is_some() => (
                "post_sum, pre_sum, post_sum_squares, post_pre_sum_products, pre_sum_squares",
                vec![self.post_sum, self.pre_sum],
                vec![self.post_sum_squares, self.post_pre_sum_products, self.pre_sum_squares],
            ),
            2 => (
                "num_sum, den_sum, num_sum_squares, num_den_sum_products, den_sum_squares",
                vec![self.num_sum, self.den_sum],
                vec![self.num_sum_squares, self.num_den_sum_products, self.den_sum_squares],
            ),
            _ => (
                "num, den, pre_num and pre_den sums and products",
                vec![self.num_sum, self.den_sum, self.pre_num_sum, self.pre_den_sum],
                vec![
                    self.num_sum_squares,
                    self.num_den_sum_products,
                    self.num_pre_num_sum_products,
                    self.num_pre_den_sum_products,
                    self.den_sum_squares,
                    self.den_pre_num_sum_products,
                    self.den_pre_den_sum_products,
                    self.pre_num_sum_squares,
                    self.pre_num_pre_den_sum_products,
                    self.pre_den_sum_squares,
                ],
            ),
        };
        let mut triangle = products.into_iter();
        let mut square = [[0.0; K]; K];
        for (i, j) in (0..K).flat_map(|i| (i..K).map(move |j| (i, j))) {
            square[i][j] = needed(names, triangle.next().flatten())?;
            square[j][i] = square[i][j];
        }
        let mut totals = [0.0; K];
        for (total, sum) in totals.iter_mut().zip(sums) {
            *total = needed(names, sum)?;
        }
        Ok(Moments::from_sums(units, totals, square))
    }
}

/// The words for the sides of a test.
pub fn tail(word: Option<&str>) -> Result<Tail, Refusal> {
    match word {
        None | Some("two-sided" | "two_sided") => Ok(Tail::Both),
        Some("larger" | "greater") => Ok(Tail::Larger),
        Some("smaller" | "less" | "lesser") => Ok(Tail::Smaller),
        Some(other) => Err(Refusal::OutOfRange {
            what: "alternative".to_owned(),
            value: other.to_owned(),
            range: "`two-sided`, `larger` or `smaller`".to_owned(),
        }),
    }
}

/// A finite number that has to be there.
pub fn needed(name: &str, value: Option<Real>) -> Result<f64, Refusal> {
    let value = value.ok_or_else(|| missing(name))?;
    Refusal::unless_finite(name, value.0)
}

/// A count.
pub fn whole(name: &str, value: f64) -> Result<u64, Refusal> {
    if value >= 0.0 && value.fract() == 0.0 && value < 9e15 {
        Ok(value as u64)
    } else {
        Err(Refusal::out_of_range(name, value, "a whole number, 0 or more"))
    }
}

pub fn missing(name: &str) -> Refusal {
    Refusal::Empty { what: name.to_owned() }
}
