//! Batches for a device: one staging buffer in pinned memory and one binding for each of the fixed batch sizes, warmed up before use.

use ort::memory::{AllocationDevice, Allocator, AllocatorType, MemoryInfo, MemoryType};
use ort::session::{IoBinding, Session};
use ort::value::Tensor;

use super::Io;

/// The only batch sizes that a device sees: each is searched for the fastest kernels once.
const BUCKETS: [usize; 6] = [1, 2, 4, 8, 16, 32];

/// The staging buffers of a session.
#[derive(Debug)]
pub struct Pinned {
    buckets: Vec<Bucket>,
}

/// One batch size.
#[derive(Debug)]
pub struct Bucket {
    rows: usize,
    input: Tensor<f32>,
    binding: IoBinding,
}

impl Pinned {
    /// Allocates and warms up the batch sizes that hold up to `io.batch_max` rows.
    pub fn new(session: &mut Session, io: &Io, device: i32) -> ort::Result<Self> {
        let memory = |kind| MemoryInfo::new(AllocationDevice::CUDA_PINNED, device, AllocatorType::Device, kind);
        let allocator = Allocator::new(session, memory(MemoryType::CPUInput)?)?;
        let mut buckets = Vec::new();
        for rows in BUCKETS.into_iter().filter(|rows| *rows < io.batch_max * 2) {
            let mut input = Tensor::<f32>::new(&allocator, io.shape(rows))?;
            input.extract_tensor_mut().1.fill(0.0);
            let mut binding = session.create_binding()?;
            for output in &io.outputs {
                binding.bind_output_to_device(output, &memory(MemoryType::CPUOutput)?)?;
            }
            binding.bind_input(&io.input, &input)?;
            // The first run of a shape searches for kernels; the second finds them.
            for _ in 0..2 {
                session.run_binding(&binding)?;
            }
            buckets.push(Bucket { rows, input, binding });
        }
        Ok(Self { buckets })
    }

    /// The smallest batch size that holds so many rows, at most `io.batch_max` of them.
    pub fn bucket(&mut self, rows: usize) -> &mut Bucket {
        let place = self.buckets.iter().position(|bucket| bucket.rows >= rows).unwrap_or(self.buckets.len() - 1);
        &mut self.buckets[place]
    }
}

impl Bucket {
    /// Copies rows into the staging buffer and sends it to the device. What fills the rest of the bucket is never read.
    pub fn fill(&mut self, io: &Io, rows: &[&[f32]]) -> ort::Result<&IoBinding> {
        let (_, staging) = self.input.extract_tensor_mut();
        for (place, row) in staging.chunks_exact_mut(io.row_len()).zip(rows) {
            place.copy_from_slice(row);
        }
        self.binding.bind_input(&io.input, &self.input)?;
        Ok(&self.binding)
    }
}
