//! Rows of one table in few statements: a round trip costs more than a row.

use std::borrow::Cow;
use std::fmt::Write as _;

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, AnyConnection, AssertSqlSafe, Database as _, Row as _};
use vitrine_engine::TenantId;

/// Most rows of one statement: with ten columns each still far below the parameters that every database takes.
const ROWS_MAX: usize = 1024;

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
        Places::of(connection).tuples(&mut sql, chunk);
        sql.push(' ');
        sql.push_str(then);
        let query = chunk.iter().flatten().fold(sqlx::query(AssertSqlSafe(sql)), bind);
        returned.extend(query.fetch_all(&mut *connection).await?);
    }
    Ok(returned)
}

/// Which rows of a table: those of one tenant whose columns have one of the keys' values.
pub(super) struct Wanted<'a> {
    pub table: &'static str,
    pub tenant: &'a TenantId,
    /// The columns of a key.
    pub by: &'a [&'static str],
    /// The keys.
    pub keys: Vec<Vec<Value<'a>>>,
}

impl Wanted<'_> {
    /// `columns` of the rows, which are called `found`.
    ///
    /// The keys come first and lead to the rows by their index: asked for with `IN`, SQLite may look at all rows of the tenant instead.
    pub(super) async fn find(&self, connection: &mut AnyConnection, columns: &str) -> Result<Vec<AnyRow>, sqlx::Error> {
        let Self { table, tenant, by, keys } = self;
        let same = by.iter().map(|column| format!("found.{column} = wanted.{column}")).collect::<Vec<_>>().join(" AND ");
        let mut found = Vec::new();
        for chunk in chunks(keys) {
            let mut sql = format!("WITH wanted ({}) AS (VALUES ", by.join(", "));
            let mut places = Places::of(connection);
            places.tuples(&mut sql, chunk);
            // Writing to a string cannot fail.
            let _ = write!(sql, ") SELECT {columns} FROM wanted CROSS JOIN {table} found WHERE {same} AND found.tenant = ");
            places.next(&mut sql);
            let query = chunk.iter().flatten().fold(sqlx::query(AssertSqlSafe(sql)), bind);
            found.extend(query.bind(tenant.as_str()).fetch_all(&mut *connection).await?);
        }
        Ok(found)
    }

    /// The same as text, of columns whose texts have neither tabs nor line ends ([`plain`] makes them so): the rows of a statement come as
    /// one, since each that a database returns wakes this side once, which takes longer than finding it.
    pub(super) async fn lines(&self, connection: &mut AnyConnection, columns: &[&str]) -> Result<Lines, sqlx::Error> {
        let found = self.find(connection, &format!("STRING_AGG({}, '\n')", columns.join(" || '\t' || "))).await?;
        let lines = found.iter().map(|row| row.try_get::<Option<String>, _>(0)).collect::<Result<Vec<_>, _>>()?;
        Ok(Lines(lines.into_iter().flatten().collect()))
    }
}

/// A column of texts that others have written, with blanks in place of tabs and line ends.
pub(super) fn plain(column: &str) -> String {
    format!("REPLACE(REPLACE({column}, '\t', ' '), '\n', ' ')")
}

/// Rows as text, a line each, with a tab between two columns.
pub(super) struct Lines(Vec<String>);

impl Lines {
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|lines| lines.split('\n'))
    }
}

type Query<'q> = sqlx::query::Query<'q, Any, AnyArguments>;

fn bind<'q>(query: Query<'q>, value: &'q Value<'_>) -> Query<'q> {
    match value {
        Value::Text(text) => query.bind(text.as_ref()),
        Value::Number(number) => query.bind(*number),
        Value::Real(number) => query.bind(*number),
    }
}

/// The places of a statement's values, in order: numbers for Postgres, nameless for SQLite, which takes `$1` for a name and looks each of
/// thousands up among all of them.
struct Places {
    numbered: bool,
    used: usize,
}

impl Places {
    fn of(connection: &AnyConnection) -> Self {
        Self { numbered: connection.backend_name() == sqlx::Postgres::NAME, used: 0 }
    }

    fn next(&mut self, sql: &mut String) {
        self.used += 1;
        match self.numbered {
            true => {
                // Writing to a string cannot fail.
                let _ = write!(sql, "${}", self.used);
            }
            false => sql.push('?'),
        }
    }

    /// `($3,$4),($5,$6)`
    fn tuples(&mut self, sql: &mut String, rows: &[Vec<Value<'_>>]) {
        for (at, row) in rows.iter().enumerate() {
            sql.push_str(if at == 0 { "(" } else { ",(" });
            for column in 0..row.len() {
                sql.push_str(if column == 0 { "" } else { "," });
                self.next(sql);
            }
            sql.push(')');
        }
    }
}

/// Pieces of 1024, 512, …, 2 and 1: few different statements, which the database has then seen before.
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
        assert_eq!(sizes(2050), [1024, 1024, 2]);
        assert_eq!(sizes(600), [512, 64, 16, 8]);
    }

    #[test]
    fn places_are_numbered_for_postgres_alone() {
        let text = |numbered| {
            let (mut sql, mut places) = (String::new(), Places { numbered, used: 2 });
            places.tuples(&mut sql, &[vec![1.into(), 2.into()], vec![3.into(), 4.into()]]);
            places.next(&mut sql);
            sql
        };
        assert_eq!(text(true), "($3,$4),($5,$6)$7");
        assert_eq!(text(false), "(?,?),(?,?)?");
    }
}
