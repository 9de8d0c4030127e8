//! The one place that speaks to Redis: a connection that is made when it is needed, every command under a deadline, and a breaker.
//!
//! Redis is never the only home of a truth: whoever asks takes every [`RedisFault`] as "not there now" and goes on without. The breaker
//! keeps that cheap: after a few failures in a row nobody waits for Redis any more, but for one who tries it now and then.

use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::aio::{ConnectionLike, MultiplexedConnection, PubSub};
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, ErrorKind, FromRedisValue, Pipeline, RedisError, RedisFuture, ServerErrorKind, Value};
use vitrine_detectors::breaker::Breaker;

use crate::config::RedisConfig;

/// A handle on Redis; clones share connection and breaker.
#[derive(Clone)]
pub struct Redis(Arc<Inner>);

struct Inner {
    /// The server, or the node of a cluster that the settings name; each node hears what is published on any.
    node: Client,
    /// The cluster, where it is one.
    cluster: Option<Box<ClusterClient>>,
    timeout: Duration,
    breaker: Breaker,
    connection: tokio::sync::Mutex<Held>,
}

#[derive(Clone)]
enum Connection {
    One(MultiplexedConnection),
    Cluster(ClusterConnection),
}

/// The connection and its number, so that a failure drops the connection that failed and no later one.
#[derive(Default)]
struct Held {
    number: u64,
    connection: Option<Connection>,
}

/// Why Redis did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedisFault {
    /// It failed several times in a row and is left alone for a moment.
    #[error("Redis is left alone for a moment, since it failed several times in a row")]
    Resting,
    /// It did not answer in its time.
    #[error("Redis did not answer within {} ms", .0.as_millis())]
    Late(Duration),
    /// It cannot be reached, or not be used now.
    #[error("Redis cannot be reached: {0}")]
    Gone(String),
    /// It answers, and says no.
    #[error("Redis refuses: {code} {message}")]
    Refused {
        /// Its own code, `NOGROUP`, `OOM`.
        code: String,
        /// Its own words.
        message: String,
    },
}

impl RedisFault {
    /// Whether Redis refused with this code.
    pub fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == wanted)
    }
}

impl Redis {
    /// A handle on the server, or the cluster, that the settings name. Nothing is sent yet, and a server that is down is no error.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn connect(config: &RedisConfig) -> Result<Self, RedisFault> {
        let told = |error: RedisError| RedisFault::Gone(error.to_string());
        let node = Client::open(config.url.as_str()).map_err(told)?;
        let cluster = || {
            let builder = ClusterClient::builder([config.url.as_str()]).retries(2);
            builder.connection_timeout(config.timeout).response_timeout(config.timeout).build().map(Box::new)
        };
        Ok(Self(Arc::new(Inner {
            node,
            cluster: config.cluster.then(cluster).transpose().map_err(told)?,
            timeout: config.timeout,
            breaker: Breaker::new(config.pause),
            connection: tokio::sync::Mutex::default(),
        })))
    }

    /// Sends one command.
    ///
    /// # Errors
    /// When it was not answered in time, or refused. It may have been carried out all the same.
    pub async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, RedisFault> {
        self.within(async |mut connection| command.query_async(&mut connection).await).await
    }

    /// Sends several commands in one go; of a cluster, all have to be for one node.
    ///
    /// # Errors
    /// As [`Redis::run`].
    pub async fn run_all<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T, RedisFault> {
        self.within(async |mut connection| commands.query_async(&mut connection).await).await
    }

    /// Listens to a channel, on a connection of its own.
    ///
    /// # Errors
    /// When Redis cannot be reached in time.
    pub async fn listen(&self, channel: &str) -> Result<PubSub, RedisFault> {
        let Inner { node, timeout, breaker, .. } = &*self.0;
        if !breaker.admits(Instant::now()) {
            return Err(RedisFault::Resting);
        }
        let asked = tokio::time::timeout(*timeout, async {
            let mut listener = node.get_async_pubsub().await?;
            listener.subscribe(channel).await?;
            Ok(listener)
        });
        self.judged(asked.await.map_err(|_| RedisFault::Late(*timeout)).and_then(|answer| answer.map_err(fault_of)))
    }

    /// Whether commands are sent at present.
    pub fn is_trusted(&self) -> bool {
        !self.0.breaker.is_open()
    }

    async fn within<T>(&self, ask: impl AsyncFnOnce(Connection) -> Result<T, RedisError>) -> Result<T, RedisFault> {
        let Inner { timeout, breaker, .. } = &*self.0;
        if !breaker.admits(Instant::now()) {
            return Err(RedisFault::Resting);
        }
        let mut used = None;
        let asked = tokio::time::timeout(*timeout, async {
            let (number, connection) = self.connection().await?;
            used = Some(number);
            ask(connection).await
        });
        let answer = asked.await.map_err(|_| RedisFault::Late(*timeout)).and_then(|answer| answer.map_err(fault_of));
        if let (Err(RedisFault::Late(_) | RedisFault::Gone(_)), Some(number)) = (&answer, used) {
            self.forget(number).await;
        }
        self.judged(answer)
    }

    /// Lets the breaker hear how it went.
    fn judged<T>(&self, answer: Result<T, RedisFault>) -> Result<T, RedisFault> {
        match &answer {
            Ok(_) | Err(RedisFault::Refused { .. } | RedisFault::Resting) => {
                self.0.breaker.succeeded();
            }
            Err(fault @ (RedisFault::Late(_) | RedisFault::Gone(_))) => {
                if self.0.breaker.failed(Instant::now()) {
                    tracing::warn!(%fault, "Redis is left alone; everything goes on without it");
                }
            }
        }
        answer
    }

    async fn connection(&self) -> Result<(u64, Connection), RedisError> {
        let mut held = self.0.connection.lock().await;
        if let Some(connection) = &held.connection {
            return Ok((held.number, connection.clone()));
        }
        let connection = match &self.0.cluster {
            None => {
                // The deadline of the command is the one that counts, and it lets go of the connection.
                let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
                Connection::One(self.0.node.get_multiplexed_async_connection_with_config(&config).await?)
            }
            Some(cluster) => Connection::Cluster(cluster.get_async_connection().await?),
        };
        held.number += 1;
        held.connection = Some(connection.clone());
        Ok((held.number, connection))
    }

    async fn forget(&self, number: u64) {
        let mut held = self.0.connection.lock().await;
        if held.number == number {
            held.connection = None;
        }
    }
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::One(connection) => connection.req_packed_command(cmd),
            Self::Cluster(connection) => connection.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(&'a mut self, pipeline: &'a Pipeline, offset: usize, count: usize) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::One(connection) => connection.req_packed_commands(pipeline, offset, count),
            Self::Cluster(connection) => connection.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::One(connection) => connection.get_db(),
            Self::Cluster(connection) => connection.get_db(),
        }
    }
}

fn fault_of(error: RedisError) -> RedisFault {
    use ServerErrorKind::{BusyLoading, ClusterDown, MasterDown, TryAgain};
    match error.kind() {
        ErrorKind::Server(BusyLoading | ClusterDown | MasterDown | TryAgain) => RedisFault::Gone(error.to_string()),
        ErrorKind::Server(_) | ErrorKind::Extension | ErrorKind::UnexpectedReturnType | ErrorKind::Parse => {
            RedisFault::Refused { code: error.code().unwrap_or("ERR").to_owned(), message: error.detail().unwrap_or_default().to_owned() }
        }
        _ => RedisFault::Gone(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use vitrine_detectors::breaker::FAILURES_MAX;
    use vitrine_testing::Redis as Server;

    use super::*;

    fn config(url: String, pause: Duration) -> RedisConfig {
        RedisConfig { url, cluster: false, prefix: "test".into(), timeout: Duration::from_millis(300), pause }
    }

    fn ping() -> Cmd {
        redis::cmd("PING")
    }

    #[tokio::test]
    async fn a_server_that_hangs_costs_its_deadline_a_few_times_and_is_used_again_when_it_goes_on() {
        let server = Server::start();
        let redis = Redis::connect(&config(server.url(), Duration::ZERO)).unwrap();
        assert_eq!(redis.run::<String>(&ping()).await.unwrap(), "PONG");
        server.signal("STOP");
        for _ in 0..FAILURES_MAX {
            assert_eq!(redis.run::<String>(&ping()).await.unwrap_err(), RedisFault::Late(Duration::from_millis(300)));
        }
        assert!(!redis.is_trusted());
        server.signal("CONT");
        assert_eq!(redis.run::<String>(&ping()).await.unwrap(), "PONG");
        assert!(redis.is_trusted());
    }

    #[tokio::test]
    async fn a_server_that_is_gone_is_left_alone_and_one_that_refuses_is_not() {
        let server = Server::start();
        let redis = Redis::connect(&config(server.url(), Duration::from_secs(600))).unwrap();
        for _ in 0..2 * FAILURES_MAX {
            let refused = redis.run::<i64>(redis::cmd("XACK").arg("a")).await.unwrap_err();
            assert!(refused.is("ERR"), "{refused}");
        }
        let refused = redis.run::<Value>(redis::cmd("XREADGROUP").arg(&["GROUP", "g", "c", "STREAMS", "s", ">"])).await.unwrap_err();
        assert!(refused.is("NOGROUP"), "{refused}");
        server.signal("KILL");
        for _ in 0..FAILURES_MAX {
            assert!(matches!(redis.run::<String>(&ping()).await.unwrap_err(), RedisFault::Gone(_)));
        }
        assert_eq!(redis.run::<String>(&ping()).await.unwrap_err(), RedisFault::Resting);
        assert_eq!(redis.listen("x").await.err(), Some(RedisFault::Resting));
    }

    #[tokio::test]
    async fn a_cluster_is_spoken_to_as_one() {
        let server = Server::with(&["--cluster-enabled", "yes"]);
        let one = Redis::connect(&config(server.url(), Duration::ZERO)).unwrap();
        let all = ["ADDSLOTSRANGE", "0", "16383"];
        assert_eq!(one.run::<String>(redis::cmd("CLUSTER").arg(&all)).await.unwrap(), "OK");
        // Its own mind about the cluster follows a moment later.
        while !one.run::<String>(redis::cmd("CLUSTER").arg("INFO")).await.unwrap().contains("cluster_state:ok") {
            tokio::task::yield_now().await;
        }
        let cluster = Redis::connect(&RedisConfig { cluster: true, ..config(server.url(), Duration::ZERO) }).unwrap();
        for key in ["a:{1}", "a:{2}", "b"] {
            assert_eq!(cluster.run::<String>(redis::cmd("SET").arg(key).arg(key)).await.unwrap(), "OK");
            assert_eq!(cluster.run::<String>(redis::cmd("GET").arg(key)).await.unwrap(), key);
        }
    }
}
