//! Brakes around decoders: a panic becomes a refusal and stays silent, and reading stops when the time is over.

use std::cell::Cell;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::time::{Duration, Instant};

use super::refusal::{Reason, Refusal};

thread_local! {
    /// Whether this thread is inside [`contained`]: only then is a panic not news.
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a decoder; a panic in it is a `decoder_fault` and prints nothing. Panics elsewhere keep the hook that was there.
pub fn contained<T>(decode: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CONTAINED.get() {
                previous(info);
            }
        }));
    });
    let outer = CONTAINED.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(decode));
    CONTAINED.set(outer);
    outcome.unwrap_or_else(|_| Err(Refusal::new(Reason::DecoderFault, "the decoder failed on this file")))
}

/// When a decode has to be over.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    start: Instant,
    allowed: Duration,
}

impl Deadline {
    /// From now on.
    pub fn after(allowed: Duration) -> Self {
        Self { start: Instant::now(), allowed }
    }

    /// Whether it is past.
    pub fn is_past(&self) -> bool {
        self.start.elapsed() > self.allowed
    }
}

/// A file in memory that can be read until the deadline. Handed out in small pieces, so that the clock is looked at often enough.
#[derive(Debug)]
pub struct TimedReader<'a> {
    bytes: &'a [u8],
    at: u64,
    reads: u32,
    deadline: Deadline,
}

/// Bytes handed out at once.
const PIECE: usize = 16 << 10;
/// Short reads between two looks at the clock.
const READS_PER_LOOK: u32 = 64;

impl<'a> TimedReader<'a> {
    /// Reads `bytes` until `deadline`.
    pub fn new(bytes: &'a [u8], deadline: Deadline) -> Self {
        Self { bytes, at: 0, reads: 0, deadline }
    }

    fn piece(&mut self) -> io::Result<&'a [u8]> {
        self.reads += 1;
        if self.reads.is_multiple_of(READS_PER_LOOK) && self.deadline.is_past() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let start = (self.at as usize).min(self.bytes.len());
        Ok(&self.bytes[start..self.bytes.len().min(start + PIECE)])
    }
}

impl Read for TimedReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let piece = self.piece()?;
        let count = piece.len().min(into.len());
        into[..count].copy_from_slice(&piece[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl BufRead for TimedReader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.piece()
    }

    fn consume(&mut self, count: usize) {
        self.at += count as u64;
    }
}

impl Seek for TimedReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(offset) => (self.bytes.len() as u64).checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_refusal_and_the_next_decode_goes_on() {
        let refusal = contained::<()>(|| panic!("a decoder's own fault")).unwrap_err();
        assert_eq!(refusal.code(), "decoder_fault");
        assert_eq!(contained(|| Ok(1)), Ok(1));
        assert!(!CONTAINED.get());
    }

    #[test]
    fn reading_stops_at_the_deadline() {
        let bytes = [7; 100];
        let mut whole = Vec::new();
        TimedReader::new(&bytes, Deadline::after(Duration::from_secs(60))).read_to_end(&mut whole).unwrap();
        assert_eq!(whole, bytes);
        let mut late = TimedReader::new(&bytes, Deadline::after(Duration::ZERO));
        let fault = (0..1000).find_map(|_| late.read(&mut [0]).err()).unwrap();
        assert_eq!(fault.kind(), io::ErrorKind::TimedOut);
    }
}
