//! Work that would keep other requests of a server's thread waiting.

use crate::error::{ApiError, Code};

/// Does the work on a thread that may take long. `what` names it: "reading events".
///
/// # Errors
/// `internal`, where it panics.
pub async fn apart<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ApiError::new(Code::Internal, format!("{what} broke off")))
}
