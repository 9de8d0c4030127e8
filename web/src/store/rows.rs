//! Rows of one table in few statements: a round trip costs more than a row.

use std::borrow::Cow;
use std::fmt::Write as _;

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, AnyConnection, AssertSqlSafe};

/// Most rows of one statement: with ten columns each still far below the parameters that every database takes.
const ROWS_MAX: usize = 256;

/// A column's value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Number(i64),
    Real(f64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// `INSERT INTO {into} VALUES (…), (…) {then}` for all rows, which have equally many values; gives what `RETURNING` returns.
///
/// Rows of tables that several processes write have to come in the order of their keys: two that write the same ones then wait for
/// each other instead of both for ever.
pub(super) async fn insert(
    connection: &mut AnyConnection,
    into: &str,
    rows: &[Vec<Value<'_>>],
    then: &str,
) -> Result<Vec<AnyRow>, sqlx::Error> {
    let mut returned = Vec::new();
    for chunk in chunks(rows) {
        let mut sql = format!("INSERT INTO {into} VALUES ");
        tuples(&mut sql, 1, chunk);
        sql.push(' ');
        sql.push_str(then);
        let query = chunk.iter().flatten().fold(sqlx::query(AssertSqlSafe(sql)), bind);
        returned.extend(query.fetch_all(&mut *connection).await?);
    }
    Ok(returned)
}

/// `{select} (VALUES (…), (…))` for all keys, which have equally many columns: a question whose text ends in `IN`, and whose `$1`, `$2`, …
/// are the first values.
pub(super) async fn select_in(
    connection: &mut AnyConnection,
    select: &str,
    first: &[&str],
    keys: &[Vec<Value<'_>>],
) -> Result<Vec<AnyRow>, sqlx::Error> {
    let mut found = Vec::new();
    for chunk in chunks(keys) {
        let mut sql = format!("{select} (VALUES ");
        tuples(&mut sql, first.len() + 1, chunk);
        sql.push(')');
        let query = first.iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, value| query.bind(*value));
        let query = chunk.iter().flatten().fold(query, bind);
        found.extend(query.fetch_all(&mut *connection).await?);
    }
    Ok(found)
}

type Query<'q> = sqlx::query::Query<'q, Any, AnyArguments>;

fn bind<'q>(query: Query<'q>, value: &'q Value<'_>) -> Query<'q> {
    match value {
        Value::Text(text) => query.bind(text.as_ref()),
        Value::Number(number) => query.bind(*number),
        Value::Real(number) => query.bind(*number),
    }
}

/// `($3,$4),($5,$6)`
fn tuples(sql: &mut String, first: usize, rows: &[Vec<Value<'_>>]) {
    let mut place = first;
    for (at, row) in rows.iter().enumerate() {
        sql.push_str(if at == 0 { "(" } else { ",(" });
        for column in 0..row.len() {
            // Writing to a string cannot fail.
            let _ = write!(sql, "{}${place}", if column == 0 { "" } else { "," });
            place += 1;
        }
        sql.push(')');
    }
}

/// Pieces of 256, 128, …, 2 and 1: few different statements, which the database has then seen before.
fn chunks<T>(mut all: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let most = all.len().min(ROWS_MAX);
        let (chunk, rest) = all.split_at(most.checked_ilog2().map_or(0, |power| 1 << power));
        all = rest;
        (!chunk.is_empty()).then_some(chunk)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_powers_of_two_and_lose_nothing() {
        let sizes = |count: usize| chunks(&vec![0; count]).map(<[i32]>::len).collect::<Vec<_>>();
        assert_eq!(sizes(0), [] as [usize; 0]);
        assert_eq!(sizes(1), [1]);
        assert_eq!(sizes(7), [4, 2, 1]);
        assert_eq!(sizes(600), [256, 256, 64, 16, 8]);
    }

    #[test]
    fn places_are_numbered() {
        let mut sql = String::new();
        tuples(&mut sql, 3, &[vec![1.into(), 2.into()], vec![3.into(), 4.into()]]);
        assert_eq!(sql, "($3,$4),($5,$6)");
    }
}
