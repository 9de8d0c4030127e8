//! A mask: which cells of a map are marked, and what can be told of their shape. Cells that show only padding are cut off first, so that
//! every share is one of the picture.

use super::preprocess::Geometry;
use crate::onnx::Tensor;

/// Marked cells.
#[derive(Debug, Clone)]
pub struct Mask {
    width: usize,
    height: usize,
    on: Vec<bool>,
}

impl Mask {
    /// The cells of a map of shape [height, width], or [1, height, width], that are over the threshold.
    pub fn of(map: &Tensor, threshold: f32, geometry: &Geometry) -> Result<Self, String> {
        let (height, width) = match map.shape.as_slice() {
            [height, width] | [1, height, width] if height * width > 0 => (*height, *width),
            shape => return Err(format!("a mask is made of a map of height x width, not of {shape:?}; choose a channel with `index`")),
        };
        // Cells whose centre shows the picture.
        let shown = |cells: usize, low: f64, high: f64| {
            let first = (low * cells as f64 - 0.5).ceil().max(0.0) as usize;
            let last = ((high * cells as f64 - 0.5).floor().max(0.0) as usize).min(cells - 1);
            first.min(last)..last + 1
        };
        let [left, top, right, bottom] = geometry.content;
        let (columns, rows) = (shown(width, left, right), shown(height, top, bottom));
        let on = rows.clone().flat_map(|y| columns.clone().map(move |x| map.values[y * width + x] > threshold)).collect();
        Ok(Self { width: columns.len(), height: rows.len(), on })
    }

    /// Left, top, right, bottom of what is marked, as shares of the picture.
    pub fn bounds(&self) -> Option<[f64; 4]> {
        let marked = || self.marked();
        let (left, right) = (marked().map(|(x, _)| x).min()?, marked().map(|(x, _)| x).max()? + 1);
        let (top, bottom) = (marked().map(|(_, y)| y).min()?, marked().map(|(_, y)| y).max()? + 1);
        let (width, height) = (self.width as f64, self.height as f64);
        Some([left as f64 / width, top as f64 / height, right as f64 / width, bottom as f64 / height])
    }

    /// Share of marked cells.
    pub fn area(&self) -> f64 {
        self.marked().count() as f64 / self.on.len() as f64
    }

    /// Cells of a coarser grid of which more than a share is marked.
    pub fn cells(&self, grid: usize, share: f64) -> usize {
        let span = |cell: usize, side: usize| {
            let start = (cell * side / grid).min(side - 1);
            start..((cell + 1) * side).div_ceil(grid).max(start + 1)
        };
        let touched = |(column, row): &(usize, usize)| {
            let (columns, rows) = (span(*column, self.width), span(*row, self.height));
            let marked =
                rows.clone().flat_map(|y| columns.clone().map(move |x| (x, y))).filter(|(x, y)| self.on[y * self.width + x]).count();
            marked as f64 > share * (columns.len() * rows.len()) as f64
        };
        (0..grid).flat_map(|row| (0..grid).map(move |column| (column, row))).filter(touched).count()
    }

    /// Distance from the centre of a box to that of the picture, over half the diagonal, in cells: 0 is centred.
    pub fn center_offset(&self, [left, top, right, bottom]: [f64; 4]) -> f64 {
        let (width, height) = (self.width as f64, self.height as f64);
        let (dx, dy) = (((left + right) / 2.0 - 0.5) * width, ((top + bottom) / 2.0 - 0.5) * height);
        (dx.hypot(dy) / (width.hypot(height) / 2.0)).min(1.0)
    }

    /// Sides between marked cells and the frame, over all sides between marked cells and what is not marked.
    pub fn edge_contact(&self) -> f64 {
        let (mut frame, mut inner) = (0u32, 0u32);
        for (x, y) in self.marked() {
            for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                match self.at(x as isize + dx, y as isize + dy) {
                    None => frame += 1,
                    Some(false) => inner += 1,
                    Some(true) => {}
                }
            }
        }
        if frame == 0 { 0.0 } else { f64::from(frame) / f64::from(frame + inner) }
    }

    /// Parts of cells that touch by their sides, without those smaller than a share of the largest.
    pub fn components(&self, least: f64) -> usize {
        let (_, sizes) = self.parts();
        let largest = sizes.iter().copied().max().unwrap_or(0) as f64;
        sizes.iter().filter(|size| **size as f64 >= least * largest).count()
    }

    /// The mask without those smaller parts.
    pub fn cleaned(&self, least: f64) -> Self {
        let (labels, sizes) = self.parts();
        let largest = sizes.iter().copied().max().unwrap_or(0) as f64;
        let on = labels.iter().map(|label| label.is_some_and(|label| sizes[label] as f64 >= least * largest)).collect();
        Self { on, ..*self }
    }

    fn marked(&self) -> impl Iterator<Item = (usize, usize)> {
        self.on.iter().enumerate().filter(|(_, on)| **on).map(|(place, _)| (place % self.width, place / self.width))
    }

    fn at(&self, x: isize, y: isize) -> Option<bool> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        (x < self.width && y < self.height).then(|| self.on[y * self.width + x])
    }

    /// The part that each cell belongs to, and the cells of each part.
    fn parts(&self) -> (Vec<Option<usize>>, Vec<usize>) {
        let mut labels = vec![None; self.on.len()];
        let mut sizes = Vec::new();
        for start in 0..self.on.len() {
            if !self.on[start] || labels[start].is_some() {
                continue;
            }
            let (label, mut size, mut open) = (sizes.len(), 0, vec![start]);
            labels[start] = Some(label);
            while let Some(place) = open.pop() {
                size += 1;
                let (x, y) = ((place % self.width) as isize, (place / self.width) as isize);
                for (x, y) in [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)] {
                    if self.at(x, y) == Some(true) {
                        let place = y as usize * self.width + x as usize;
                        if labels[place].is_none() {
                            labels[place] = Some(label);
                            open.push(place);
                        }
                    }
                }
            }
            sizes.push(size);
        }
        (labels, sizes)
    }
}
