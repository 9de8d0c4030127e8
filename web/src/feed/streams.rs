//! The streams in Redis: their names, what is read from them, and what is written to them. One command concerns one stream, so that a
//! Redis Cluster may keep each on another node.

use std::collections::BTreeMap;
use std::time::Duration;

use redis::aio::PubSub;
use redis::{Value, cmd, pipe};

use crate::config::Config;
use crate::redis::{Redis, RedisFault};
use crate::store::{DEAD, Message};

/// The consumer group of all workers.
const GROUP: &str = "vitrine";
/// The field that holds a change, as JSON.
const FIELD: &str = "change";
/// Most entries that are read at once from one stream.
const READ_MAX: usize = 256;

/// The streams of one tenant.
#[derive(Clone)]
pub struct Streams {
    redis: Redis,
    /// `vitrine:default`
    root: String,
    shards: u32,
    results_max: u64,
}

/// An entry of a stream of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The stream's number.
    pub shard: u32,
    /// Its id in the stream.
    pub id: String,
    /// What stands in the field `change`; `None` where there is no such field.
    pub change: Option<Vec<u8>>,
    /// Workers that were given it, as far as that was asked.
    pub deliveries: i64,
}

/// Which entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Nobody was given them.
    New,
    /// This worker was given them; Redis' answer may have been lost.
    Own,
}

/// What there is in the streams of changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Entries that no worker was given yet.
    pub unread: i64,
    /// Entries that a worker was given and has not acknowledged.
    pub unacknowledged: i64,
    /// When the oldest of all was added, ms since 1970 UTC by Redis' clock.
    pub oldest_ms: Option<i64>,
    /// Redis' clock, ms since 1970 UTC.
    pub now_ms: i64,
}

/// The stream of a product: CRC-32 of its id's bytes (as in zlib, PNG, Ethernet), modulo the number of streams.
pub fn shard_of(product_id: &str, shards: u32) -> u32 {
    let crc = product_id.bytes().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    });
    !crc % shards.max(1)
}

impl Streams {
    /// Those that the settings name.
    pub fn new(redis: Redis, config: &Config) -> Self {
        let prefix = config.redis.as_ref().map(|redis| redis.prefix.as_str()).unwrap_or_default();
        let (shards, results_max) = (config.feed.shards, config.feed.results_max);
        Self { redis, root: format!("{prefix}:{}", config.tenant.as_str()), shards, results_max }
    }

    /// The numbers of all streams.
    pub fn shards(&self) -> std::ops::Range<u32> {
        0..self.shards
    }

    /// `vitrine:default:feed:{3}`: what stands in braces decides where a Redis Cluster keeps it.
    pub fn name(&self, kind: &str, shard: u32) -> String {
        format!("{}:{kind}:{{{shard}}}", self.root)
    }

    /// Tells whoever listens that there are changes.
    ///
    /// # Errors
    /// When Redis does not take it.
    pub async fn wake(&self) -> Result<(), RedisFault> {
        self.redis.run(cmd("PUBLISH").arg(format!("{}:wake", self.root)).arg("changes")).await
    }

    /// Listens for that.
    ///
    /// # Errors
    /// When Redis cannot be reached.
    pub async fn listen(&self) -> Result<PubSub, RedisFault> {
        self.redis.listen(&format!("{}:wake", self.root)).await
    }

    /// Entries of a stream that no worker was given yet, and that this one is given now; or those that it was given before and has not
    /// acknowledged.
    ///
    /// # Errors
    /// When Redis does not answer. The group is made where it is missing, as after Redis was emptied.
    pub async fn read(&self, shard: u32, worker: &str, which: Which) -> Result<Vec<Entry>, RedisFault> {
        let name = self.name("feed", shard);
        let from = if which == Which::New { ">" } else { "0" };
        let mut command = cmd("XREADGROUP");
        command.arg("GROUP").arg(GROUP).arg(worker).arg("COUNT").arg(READ_MAX).arg("STREAMS").arg(&name).arg(from);
        match self.redis.run::<Value>(&command).await {
            Ok(answer) => Ok(entries_of_streams(answer, shard)),
            Err(fault) if fault.is("NOGROUP") => {
                self.make_group(&name).await?;
                Ok(entries_of_streams(self.redis.run(&command).await?, shard))
            }
            Err(fault) => Err(fault),
        }
    }

    /// Entries that another worker was given so long ago that it must be gone; this one is given them, and told how often they were given.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn reclaim(&self, shard: u32, worker: &str, idle: Duration) -> Result<Vec<Entry>, RedisFault> {
        let name = self.name("feed", shard);
        let mut command = cmd("XAUTOCLAIM");
        command.arg(&name).arg(GROUP).arg(worker).arg(idle.as_millis() as u64).arg("0-0").arg("COUNT").arg(READ_MAX);
        let answer = match self.redis.run::<Value>(&command).await {
            Err(fault) if fault.is("NOGROUP") => return self.make_group(&name).await.map(|()| Vec::new()),
            answer => answer?,
        };
        let Value::Array(parts) = answer else { return Ok(Vec::new()) };
        let mut entries = parts.into_iter().nth(1).map(|found| entries_of(found, shard)).unwrap_or_default();
        if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
            let mut command = cmd("XPENDING");
            command.arg(&name).arg(GROUP).arg(&first.id).arg(&last.id).arg(READ_MAX).arg(worker);
            let pending: Vec<(String, String, i64, i64)> = self.redis.run(&command).await?;
            let deliveries: BTreeMap<String, i64> = pending.into_iter().map(|(id, _, _, count)| (id, count)).collect();
            for entry in &mut entries {
                entry.deliveries = deliveries.get(&entry.id).copied().unwrap_or_default();
            }
        }
        Ok(entries)
    }

    /// Says that entries are taken in, and takes them out of their stream.
    ///
    /// # Errors
    /// When Redis does not answer; they will be given out again, which changes nothing.
    pub async fn acknowledge(&self, shard: u32, ids: &[&str]) -> Result<(), RedisFault> {
        if ids.is_empty() {
            return Ok(());
        }
        let name = self.name("feed", shard);
        let mut both = pipe();
        both.cmd("XACK").arg(&name).arg(GROUP).arg(ids).ignore().cmd("XDEL").arg(&name).arg(ids).ignore();
        self.redis.run_all(&both).await
    }

    /// Takes a worker that leaves out of the groups, where nothing is left in its hand.
    pub async fn leave(&self, worker: &str) {
        for shard in self.shards() {
            let name = self.name("feed", shard);
            let mut command = cmd("XPENDING");
            command.arg(&name).arg(GROUP).arg("-").arg("+").arg(1).arg(worker);
            match self.redis.run::<Value>(&command).await {
                Ok(Value::Array(pending)) if pending.is_empty() => {
                    // Where it fails, a name of no consequence stays.
                    let _ = self.redis.run::<Value>(cmd("XGROUP").arg("DELCONSUMER").arg(&name).arg(GROUP).arg(worker)).await;
                }
                _ => return,
            }
        }
    }

    /// Adds messages to the streams of results and of dead letters, those of one product in their order.
    ///
    /// # Errors
    /// When Redis does not take them all; some may have been added.
    pub async fn publish(&self, messages: &[Message]) -> Result<(), RedisFault> {
        let mut by_shard: BTreeMap<u32, Vec<&Message>> = BTreeMap::new();
        for message in messages {
            by_shard.entry(shard_of(&message.key, self.shards)).or_default().push(message);
        }
        for (shard, messages) in by_shard {
            let mut commands = pipe();
            for Message { topic, payload, .. } in messages {
                let (name, field) = if topic == DEAD { ("dead", "letter") } else { ("results", "result") };
                let command = commands.cmd("XADD").arg(self.name(name, shard)).arg("MAXLEN").arg("~").arg(self.results_max);
                command.arg("*").arg(field).arg(payload).ignore();
            }
            self.redis.run_all::<()>(&commands).await?;
        }
        Ok(())
    }

    /// What there is in the streams of changes.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn backlog(&self) -> Result<Backlog, RedisFault> {
        let (seconds, micros): (i64, i64) = self.redis.run(&cmd("TIME")).await?;
        let mut backlog = Backlog { now_ms: seconds * 1000 + micros / 1000, ..Backlog::default() };
        for shard in self.shards() {
            let name = self.name("feed", shard);
            let length: i64 = self.redis.run(cmd("XLEN").arg(&name)).await?;
            if length == 0 {
                continue;
            }
            let pending = match self.redis.run::<Value>(cmd("XPENDING").arg(&name).arg(GROUP)).await {
                Ok(Value::Array(parts)) => parts.first().map_or(0, number),
                Err(fault) if !fault.is("NOGROUP") => return Err(fault),
                _ => 0,
            };
            let first: Value = self.redis.run(cmd("XRANGE").arg(&name).arg("-").arg("+").arg("COUNT").arg(1)).await?;
            let added = entries_of(first, shard).first().and_then(|entry| entry.id.split_once('-')?.0.parse::<i64>().ok());
            backlog.oldest_ms = [backlog.oldest_ms, added].into_iter().flatten().min();
            backlog.unacknowledged += pending;
            backlog.unread += (length - pending).max(0);
        }
        Ok(backlog)
    }

    async fn make_group(&self, name: &str) -> Result<(), RedisFault> {
        // From the first entry on: what was added while there was no group counts too.
        match self.redis.run::<Value>(cmd("XGROUP").arg("CREATE").arg(name).arg(GROUP).arg("0").arg("MKSTREAM")).await {
            Err(fault) if !fault.is("BUSYGROUP") => Err(fault),
            _ => Ok(()),
        }
    }
}

/// Entries of an answer that names its stream. What strangers have added is read as it is: nothing in it can make it unreadable.
fn entries_of_streams(answer: Value, shard: u32) -> Vec<Entry> {
    let streams: Vec<Value> = match answer {
        Value::Array(streams) => streams.into_iter().filter_map(|stream| part(stream, 1)).collect(),
        Value::Map(streams) => streams.into_iter().map(|(_, entries)| entries).collect(),
        _ => Vec::new(),
    };
    streams.into_iter().flat_map(|entries| entries_of(entries, shard)).collect()
}

fn entries_of(entries: Value, shard: u32) -> Vec<Entry> {
    let Value::Array(entries) = entries else { return Vec::new() };
    let entry = |entry: Value| {
        let Value::Array(parts) = entry else { return None };
        let mut parts = parts.into_iter();
        let id = String::from_utf8(bytes(parts.next()?)?).ok()?;
        let fields: Vec<Value> = match parts.next()? {
            Value::Array(fields) => fields,
            Value::Map(fields) => fields.into_iter().flat_map(|(name, value)| [name, value]).collect(),
            _ => Vec::new(),
        };
        let mut fields = fields.into_iter().filter_map(bytes);
        let mut change = None;
        while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
            if name == FIELD.as_bytes() {
                change = Some(value);
            }
        }
        Some(Entry { shard, id, change, deliveries: 0 })
    };
    entries.into_iter().filter_map(entry).collect()
}

fn part(value: Value, place: usize) -> Option<Value> {
    let Value::Array(parts) = value else { return None };
    parts.into_iter().nth(place)
}

fn bytes(value: Value) -> Option<Vec<u8>> {
    match value {
        Value::BulkString(bytes) => Some(bytes),
        Value::SimpleString(text) => Some(text.into_bytes()),
        _ => None,
    }
}

fn number(value: &Value) -> i64 {
    if let Value::Int(number) = value { *number } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_a_product_is_that_of_the_document() {
        // `zlib.crc32(b"123456789")`, the check value of every table of CRCs, and of an empty text.
        assert_eq!(shard_of("123456789", u32::MAX), 0xCBF4_3926);
        assert_eq!(shard_of("", 8), 0);
        assert_eq!(shard_of("sku-4711", 1), 0);
    }

    #[test]
    fn products_are_spread_evenly() {
        let mut counts = [0; 8];
        for product in 0..8000 {
            counts[shard_of(&format!("sku-{product}"), 8) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (900..1100).contains(count)), "{counts:?}");
    }

    #[test]
    fn an_entry_is_read_whatever_stands_in_it() {
        let text = |text: &[u8]| Value::BulkString(text.to_vec());
        let entry = |id: &[u8], fields: Vec<Value>| Value::Array(vec![text(id), Value::Array(fields)]);
        let odd = vec![text(b"\xff"), text(b"\xfe"), text(b"change"), text(b"{}")];
        let entries = Value::Array(vec![entry(b"1-0", odd), entry(b"1-1", vec![text(b"wake")]), Value::Nil]);
        let answer = Value::Array(vec![Value::Array(vec![text(b"name"), entries])]);
        let read = entries_of_streams(answer, 3);
        assert_eq!(
            read.iter().map(|entry| (entry.id.as_str(), entry.change.as_deref())).collect::<Vec<_>>(),
            [("1-0", Some(&b"{}"[..])), ("1-1", None)]
        );
        assert_eq!(entries_of_streams(Value::Nil, 0), []);
    }
}
