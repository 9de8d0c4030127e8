//! How one signal is spread over stored pictures.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt16Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;

use super::identity;
use crate::scope::CategoryPath;

/// The values of one signal over pictures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Distribution {
    /// Numbers, in the order of the pictures.
    pub numbers: Vec<f64>,
    /// Texts and flags, each with how many have it.
    pub words: BTreeMap<String, u64>,
    /// Pictures of which it was not measured.
    pub missing: u64,
}

impl Distribution {
    /// Takes in the pictures of a batch that are of a category, or all.
    pub fn add(&mut self, batch: &RecordBatch, signal: &str, category: Option<&CategoryPath>) {
        let categories = batch.column_by_name(identity::CATEGORY).and_then(|column| column.as_string_opt::<i32>());
        let is_wanted = |row: usize| {
            category.is_none_or(|wanted| {
                let own = categories.filter(|categories| categories.is_valid(row)).map(|categories| categories.value(row));
                own.and_then(|own| own.parse::<CategoryPath>().ok()).is_some_and(|own| wanted.covers(&own))
            })
        };
        let rows = (0..batch.num_rows()).filter(|row| is_wanted(*row));
        let Some(column) = batch.column_by_name(signal) else {
            self.missing += rows.count() as u64;
            return;
        };
        for row in rows {
            if column.is_null(row) {
                self.missing += 1;
                continue;
            }
            match column.data_type() {
                DataType::Float64 => self.numbers.push(column.as_primitive::<Float64Type>().value(row)),
                DataType::Boolean => self.word(if column.as_boolean().value(row) { "true" } else { "false" }),
                DataType::Utf8 => self.word(column.as_string::<i32>().value(row)),
                DataType::Dictionary(..) => {
                    let keys = column.as_dictionary::<UInt16Type>();
                    match (keys.key(row), keys.values().as_string_opt::<i32>()) {
                        (Some(key), Some(words)) => self.word(words.value(key)),
                        _ => self.missing += 1,
                    }
                }
                _ => self.missing += 1,
            }
        }
    }

    /// Pictures of which it was measured.
    pub fn count(&self) -> u64 {
        self.numbers.len() as u64 + self.words.values().sum::<u64>()
    }

    fn word(&mut self, word: &str) {
        match self.words.get_mut(word) {
            Some(count) => *count += 1,
            None => drop(self.words.insert(word.to_owned(), 1)),
        }
    }
}
