//! Postgres keeps the log in a table a month, so that an old month goes at once and its space with it. The tables of the months to
//! come are made ahead; what finds none lies in a table of the rest until its month gets one.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use sqlx::{AnyConnection, AssertSqlSafe, Executor as _, Row as _};

/// The tables that are divided.
pub(super) const LOGS: [&str; 2] = ["events", "unit_events"];
/// Months made ahead: a server that is started once in two months always finds its table.
const MONTHS_AHEAD: i32 = 2;

/// A month, by its first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Month(Date);

impl Month {
    /// The month of a moment, ms since 1970 UTC; `None` outside the years that a calendar knows.
    fn of(ms: i64) -> Option<Self> {
        Some(Self(Timestamp::from_millisecond(ms).ok()?.to_zoned(TimeZone::UTC).date().first_of_month()))
    }

    fn plus(self, months: i32) -> Option<Self> {
        self.0.checked_add(months.months()).ok().map(Self)
    }

    /// Its first moment, ms since 1970 UTC.
    fn starts_ms(self) -> Option<i64> {
        Some(self.0.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
    }

    fn ends_ms(self) -> Option<i64> {
        self.plus(1)?.starts_ms()
    }

    /// `events_2026_11`
    fn table(self, log: &str) -> String {
        format!("{log}_{:04}_{:02}", self.0.year(), self.0.month())
    }

    fn of_table(table: &str, log: &str) -> Option<Self> {
        let (year, month) = table.strip_prefix(log)?.strip_prefix('_')?.split_once('_')?;
        Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok().map(Self)
    }
}

/// Makes a log's tables of this month, of those to come, and of what lies in the rest. Within a transaction that others who change tables wait for.
pub(super) async fn make_room(connection: &mut AnyConnection, log: &'static str, now_ms: i64) -> Result<(), sqlx::Error> {
    let made = months(connection, log).await?;
    let now = Month::of(now_ms);
    let mut wanted: BTreeSet<Month> = (0..=MONTHS_AHEAD).filter_map(|ahead| now?.plus(ahead)).collect();
    let oldest = format!("SELECT MIN(stored_ms) FROM {log}_rest WHERE stored_ms >= $1");
    let mut after = i64::MIN;
    // One month after the other, each found by what is older than all that was seen.
    while let Some(ms) =
        sqlx::query(AssertSqlSafe(oldest.clone())).bind(after).fetch_one(&mut *connection).await?.try_get::<Option<i64>, _>(0)?
    {
        let Some(month) = Month::of(ms) else { break };
        wanted.insert(month);
        let Some(end) = month.ends_ms() else { break };
        after = end;
    }
    for month in wanted.difference(&made) {
        make(connection, log, *month).await?;
    }
    Ok(())
}

/// Whether this month has its table.
pub(super) async fn has_room(connection: &mut AnyConnection, log: &'static str, now_ms: i64) -> Result<bool, sqlx::Error> {
    let made = months(connection, log).await?;
    Ok(Month::of(now_ms).is_some_and(|month| made.contains(&month)))
}

/// Drops a log's months that ended before a moment; gives how many tables went. Within such a transaction too.
pub(super) async fn drop_before(connection: &mut AnyConnection, log: &'static str, before_ms: i64) -> Result<u64, sqlx::Error> {
    let mut dropped = 0;
    for month in months(connection, log).await? {
        if month.ends_ms().is_some_and(|end| end <= before_ms) {
            connection.execute(AssertSqlSafe(format!("DROP TABLE {}", month.table(log)))).await?;
            dropped += 1;
        }
    }
    Ok(dropped)
}

async fn months(connection: &mut AnyConnection, log: &'static str) -> Result<BTreeSet<Month>, sqlx::Error> {
    let query = sqlx::query(
        "SELECT CAST(c.relname AS TEXT) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = CAST($1 AS regclass)",
    );
    let rows = query.bind(log).fetch_all(connection).await?;
    let names = rows.iter().map(|row| row.try_get::<String, _>(0)).collect::<Result<Vec<_>, _>>()?;
    Ok(names.iter().filter_map(|name| Month::of_table(name, log)).collect())
}

/// Made beside the log, filled from the rest, and then taken in: Postgres takes in no month whose records lie elsewhere.
async fn make(connection: &mut AnyConnection, log: &str, month: Month) -> Result<(), sqlx::Error> {
    let (Some(start), Some(end)) = (month.starts_ms(), month.ends_ms()) else { return Ok(()) };
    let table = month.table(log);
    for statement in [
        format!("CREATE TABLE {table} (LIKE {log} INCLUDING ALL)"),
        format!(
            "WITH moved AS (DELETE FROM {log}_rest WHERE stored_ms >= {start} AND stored_ms < {end} RETURNING *) \
             INSERT INTO {table} SELECT * FROM moved"
        ),
        format!("ALTER TABLE {log} ATTACH PARTITION {table} FOR VALUES FROM ({start}) TO ({end})"),
    ] {
        connection.execute(AssertSqlSafe(statement)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_know_their_table_their_start_and_their_end() {
        let month = Month::of(1_793_491_199_999).unwrap();
        assert_eq!(month.table("events"), "events_2026_10");
        assert_eq!((month.starts_ms(), month.ends_ms()), (Some(1_790_812_800_000), Some(1_793_491_200_000)));
        assert_eq!(Month::of(1_793_491_200_000).unwrap().table("events"), "events_2026_11");
        assert_eq!(Month::of_table("unit_events_2026_10", "unit_events"), Some(month));
        assert_eq!(month.plus(3).unwrap().table("e"), "e_2027_01");
        for other in ["events_rest", "events_2026_13", "events", "unit_events_2026_10"] {
            assert_eq!(Month::of_table(other, "events"), None, "{other}");
        }
        assert_eq!(Month::of(i64::MAX), None);
    }
}
