//! The streams in Redis: their names, what is read from them, and what is written to them. One command concerns one stream, so that a
//! Redis Cluster may keep each on another node.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use futures_util::future::try_join_all;
use redis::aio::PubSub;
use redis::{Value, cmd, pipe};
use serde_json::json;

use crate::config::Config;
use crate::redis::{Redis, RedisFault};
use crate::store::{DEAD, Message};

/// The consumer group of all workers.
const GROUP: &str = "vitrine";
/// The field that holds a change, as JSON.
const FIELD: &str = "change";
/// Takes consumers that have nothing in hand, and were not heard of for so many ms, out of a group: one of a name, or all there are. Looking
/// and taking out in one go, so that nobody is given an entry in between, which would be lost with its name.
const TAKE_OUT: &str = "
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
    local is = {}
    for place = 1, #consumer, 2 do is[consumer[place]] = consumer[place + 1] end
    if is.pending == 0 and is.idle >= tonumber(ARGV[2]) and (ARGV[3] == '' or ARGV[3] == is.name) then
        redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], is.name)
    end
end";

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
    /// Its fields with their values, in their order; none where it was deleted after a worker was given it.
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// Workers that were given it, as far as that was asked.
    pub deliveries: i64,
}

impl Entry {
    /// All that stands in fields `change`: one thing in an entry that is a change.
    pub fn changes(&self) -> Vec<&[u8]> {
        self.fields.iter().filter(|(name, _)| name == FIELD.as_bytes()).map(|(_, value)| value.as_slice()).collect()
    }

    /// All of it as JSON, with the name of its stream; what is no text in base64.
    pub fn whole(&self, stream: &str) -> String {
        let written = |bytes: &[u8]| match std::str::from_utf8(bytes) {
            Ok(text) => json!(text),
            Err(_) => json!({ "base64": base64::engine::general_purpose::STANDARD.encode(bytes) }),
        };
        let fields: Vec<_> = self.fields.iter().map(|(name, value)| [written(name), written(value)]).collect();
        json!({ "stream": stream, "entry": self.id, "fields": fields }).to_string()
    }
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

    /// Entries of a stream that no worker was given yet, and that this one is given now.
    ///
    /// # Errors
    /// When Redis does not answer: they may have been given to this worker all the same. The group is made where it is missing, as after
    /// Redis was emptied.
    pub async fn read(&self, shard: u32, worker: &str, most: usize) -> Result<Vec<Entry>, RedisFault> {
        let name = self.name("feed", shard);
        let mut command = cmd("XREADGROUP");
        command.arg("GROUP").arg(GROUP).arg(worker).arg("COUNT").arg(most).arg("STREAMS").arg(&name).arg(">");
        match self.redis.run::<Value>(&command).await {
            Ok(answer) => Ok(entries_of_streams(answer, shard)),
            Err(fault) if fault.is("NOGROUP") => {
                self.make_group(&name).await?;
                Ok(entries_of_streams(self.redis.run(&command).await?, shard))
            }
            Err(fault) => Err(fault),
        }
    }

    /// Entries that this worker was given before and has not acknowledged, since Redis' answer was lost. Reading them so does not count as
    /// giving them out once more.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn read_again(&self, shard: u32, worker: &str, most: usize) -> Result<Vec<Entry>, RedisFault> {
        let name = self.name("feed", shard);
        let pending = match self.pending(&name, ("-", "+"), most, worker).await {
            Err(fault) if fault.is("NOGROUP") => return self.make_group(&name).await.map(|()| Vec::new()),
            pending => pending?,
        };
        if pending.is_empty() {
            return Ok(Vec::new());
        }
        let mut reading = pipe();
        for id in pending.keys() {
            reading.cmd("XRANGE").arg(&name).arg(id).arg(id);
        }
        let found: Vec<Value> = self.redis.run_all(&reading).await?;
        let gone = |id: String| Entry { shard, id, fields: Vec::new(), deliveries: 0 };
        Ok(pending.into_keys().zip(found).map(|(id, found)| entries_of(found, shard).pop().unwrap_or_else(|| gone(id))).collect())
    }

    /// Entries that another worker was given so long ago that it must be gone; this one is given them, and told how often they were given.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn reclaim(&self, shard: u32, worker: &str, idle: Duration, most: usize) -> Result<Vec<Entry>, RedisFault> {
        let name = self.name("feed", shard);
        let mut command = cmd("XAUTOCLAIM");
        command.arg(&name).arg(GROUP).arg(worker).arg(idle.as_millis() as u64).arg("0-0").arg("COUNT").arg(most);
        let answer = match self.redis.run::<Value>(&command).await {
            Err(fault) if fault.is("NOGROUP") => return self.make_group(&name).await.map(|()| Vec::new()),
            answer => answer?,
        };
        let Value::Array(parts) = answer else { return Ok(Vec::new()) };
        let mut entries = parts.into_iter().nth(1).map(|found| entries_of(found, shard)).unwrap_or_default();
        if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
            let deliveries = self.pending(&name, (&first.id, &last.id), most, worker).await?;
            for entry in &mut entries {
                entry.deliveries = deliveries.get(&entry.id).copied().unwrap_or_default();
            }
        }
        Ok(entries)
    }

    /// Entries of a range that a worker was given and has not acknowledged, with how often they were given out.
    async fn pending(&self, name: &str, range: (&str, &str), most: usize, worker: &str) -> Result<BTreeMap<String, i64>, RedisFault> {
        let mut command = cmd("XPENDING");
        command.arg(name).arg(GROUP).arg(range.0).arg(range.1).arg(most).arg(worker);
        let pending: Vec<(String, String, i64, i64)> = self.redis.run(&command).await?;
        Ok(pending.into_iter().map(|(id, _, _, count)| (id, count)).collect())
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

    /// Takes a worker that leaves out of the groups in which nothing is left in its hand.
    pub async fn leave(&self, worker: &str) {
        for shard in self.shards() {
            self.take_out(shard, Duration::ZERO, worker).await;
        }
    }

    /// Takes workers out of a stream's group that have nothing in hand and were not heard of for so long: those that were killed.
    pub async fn forget_silent(&self, shard: u32, silent: Duration) {
        self.take_out(shard, silent, "").await;
    }

    async fn take_out(&self, shard: u32, silent: Duration, worker: &str) {
        let mut command = cmd("EVAL");
        command.arg(TAKE_OUT).arg(1).arg(self.name("feed", shard)).arg(GROUP).arg(silent.as_millis() as u64).arg(worker);
        if let Err(fault) = self.redis.run::<Value>(&command).await {
            tracing::debug!(%fault, shard, "names of workers that are gone stay in a group, which harms nobody");
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

    /// What there is in the streams of changes, all of which are asked at once.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn backlog(&self) -> Result<Backlog, RedisFault> {
        let (seconds, micros): (i64, i64) = self.redis.run(&cmd("TIME")).await?;
        let parts = try_join_all(self.shards().map(|shard| self.backlog_of(shard))).await?;
        Ok(Backlog {
            unread: parts.iter().map(|part| part.unread).sum(),
            unacknowledged: parts.iter().map(|part| part.unacknowledged).sum(),
            oldest_ms: parts.iter().filter_map(|part| part.oldest_ms).min(),
            now_ms: seconds * 1000 + micros / 1000,
        })
    }

    async fn backlog_of(&self, shard: u32) -> Result<Backlog, RedisFault> {
        let name = self.name("feed", shard);
        let length: i64 = self.redis.run(cmd("XLEN").arg(&name)).await?;
        if length == 0 {
            return Ok(Backlog::default());
        }
        let pending = match self.redis.run::<Value>(cmd("XPENDING").arg(&name).arg(GROUP)).await {
            Ok(Value::Array(parts)) => parts.first().map_or(0, number),
            Err(fault) if !fault.is("NOGROUP") => return Err(fault),
            _ => 0,
        };
        let first: Value = self.redis.run(cmd("XRANGE").arg(&name).arg("-").arg("+").arg("COUNT").arg(1)).await?;
        let oldest_ms = entries_of(first, shard).first().and_then(|entry| entry.id.split_once('-')?.0.parse::<i64>().ok());
        Ok(Backlog { unread: (length - pending).max(0), unacknowledged: pending, oldest_ms, now_ms: 0 })
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
        let mut rest = fields.into_iter().filter_map(bytes);
        let fields = std::iter::from_fn(|| Some((rest.next()?, rest.next()?))).collect();
        Some(Entry { shard, id, fields, deliveries: 0 })
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
    use vitrine_testing::Redis as Server;

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
        let two = vec![text(b"change"), text(b"1"), text(b"change"), text(b"2")];
        let entries = vec![entry(b"1-0", odd), entry(b"1-1", two), entry(b"1-2", vec![text(b"wake")]), Value::Nil];
        let answer = Value::Array(vec![Value::Array(vec![text(b"name"), Value::Array(entries)])]);
        let read = entries_of_streams(answer, 3);
        let changes: Vec<(&str, Vec<&[u8]>)> = read.iter().map(|entry| (entry.id.as_str(), entry.changes())).collect();
        assert_eq!(changes, [("1-0", vec![&b"{}"[..]]), ("1-1", vec![&b"1"[..], b"2"]), ("1-2", vec![])]);
        let whole: serde_json::Value = serde_json::from_str(&read[0].whole("s")).unwrap();
        let fields = json!([[{ "base64": "/w==" }, { "base64": "/g==" }], ["change", "{}"]]);
        assert_eq!(whole, json!({ "stream": "s", "entry": "1-0", "fields": fields }));
        assert_eq!(entries_of_streams(Value::Nil, 0), []);
    }

    fn streams(server: &Server) -> Streams {
        let config = crate::config::RedisConfig {
            url: server.url(),
            cluster: false,
            prefix: "test".into(),
            timeout: Duration::from_secs(60),
            pause: Duration::ZERO,
        };
        Streams { redis: Redis::connect(&config).unwrap(), root: "test:default".into(), shards: 1, results_max: 10 }
    }

    #[tokio::test]
    async fn reading_again_is_no_delivery_and_what_was_deleted_meanwhile_is_known() {
        let server = Server::start();
        let streams = streams(&server);
        let name = streams.name("feed", 0);
        assert_eq!(streams.read_again(0, "w", 10).await.unwrap(), []);
        let mut ids: Vec<String> = Vec::new();
        for change in ["one", "two", "three"] {
            ids.push(streams.redis.run(cmd("XADD").arg(&name).arg("*").arg(FIELD).arg(change)).await.unwrap());
        }
        let given = streams.read(0, "w", 3).await.unwrap();
        assert_eq!(given.iter().map(|entry| &entry.id).collect::<Vec<_>>(), ids.iter().collect::<Vec<_>>());
        assert_eq!(streams.read(0, "w", 3).await.unwrap(), []);
        for _ in 0..3 {
            assert_eq!(streams.read_again(0, "w", 2).await.unwrap(), given[..2]);
        }
        let _: i64 = streams.redis.run(cmd("XDEL").arg(&name).arg(&ids[1])).await.unwrap();
        let again = streams.read_again(0, "w", 3).await.unwrap();
        assert_eq!(
            again.iter().map(|entry| (&entry.id, entry.changes().len())).collect::<Vec<_>>(),
            [(&ids[0], 1), (&ids[1], 0), (&ids[2], 1)]
        );
        let lost = streams.reclaim(0, "other", Duration::ZERO, 1).await.unwrap();
        assert_eq!(lost.iter().map(|entry| (&entry.id, entry.deliveries)).collect::<Vec<_>>(), [(&ids[0], 2)], "w and the other");
    }

    #[tokio::test]
    async fn names_of_workers_that_are_gone_leave_their_groups_once_nothing_is_in_their_hand() {
        let server = Server::start();
        let streams = streams(&server);
        let name = streams.name("feed", 0);
        let _: String = streams.redis.run(cmd("XADD").arg(&name).arg("*").arg(FIELD).arg("one")).await.unwrap();
        streams.read(0, "holds", 1).await.unwrap();
        for worker in ["killed", "leaves"] {
            let made = streams.redis.run::<i64>(cmd("XGROUP").arg("CREATECONSUMER").arg(&name).arg(GROUP).arg(worker)).await;
            assert_eq!(made, Ok(1));
        }
        let names = async || {
            let found: Vec<BTreeMap<String, Value>> = streams.redis.run(cmd("XINFO").arg("CONSUMERS").arg(&name).arg(GROUP)).await.unwrap();
            let name = |consumer: &BTreeMap<String, Value>| String::from_utf8(bytes(consumer["name"].clone()).unwrap()).unwrap();
            found.iter().map(name).collect::<Vec<_>>()
        };
        streams.forget_silent(0, Duration::from_secs(3600)).await;
        assert_eq!(names().await, ["holds", "killed", "leaves"], "they were heard of a moment ago");
        streams.leave("leaves").await;
        streams.leave("holds").await;
        assert_eq!(names().await, ["holds", "killed"]);
        streams.forget_silent(0, Duration::ZERO).await;
        assert_eq!(names().await, ["holds"]);
    }
}
