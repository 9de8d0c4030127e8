//! Big pictures one at a time: many at once could take more memory than there is.

use std::sync::{Mutex, PoisonError};

use vitrine_engine::Needs;

use crate::decode::Limits;

/// Lets one heavy picture be decoded at a time.
#[derive(Debug, Default)]
pub struct HeavyGate(Mutex<()>);

/// From this size on, in pixels, a picture is heavy.
const HEAVY_PIXELS: u64 = 8_000_000;

impl HeavyGate {
    /// Runs `work`, alone among the heavy ones if the picture's header says that it is heavy.
    pub fn pass<T>(&self, bytes: &[u8], needs: Needs, work: impl FnOnce() -> T) -> T {
        let heavy = needs >= Needs::Pixels
            && crate::open(bytes, None, Needs::File, &Limits::default())
                .is_ok_and(|photo| u64::from(photo.file.width) * u64::from(photo.file.height) > HEAVY_PIXELS);
        let _alone = heavy.then(|| self.0.lock().unwrap_or_else(PoisonError::into_inner));
        work()
    }
}
