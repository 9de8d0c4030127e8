//! Laws of finding copies, on pictures drawn as functions of place, so that a crop or a turn is a change of coordinates.

#![allow(clippy::unwrap_used, reason = "a helper of tests, which clippy does not take for one")]

use proptest::prelude::*;
use vitrine_engine::duplicate::{
    CHROMA_CELLS, CHROMA_SIDE, Cluster, DUPLICATE_LIKENESS, Fingerprint, InvalidFingerprint, Item, LUMA_CELLS, LUMA_SIDE, Thumbnails,
    clusters, likeness, perceptual_hash,
};
use vitrine_engine::{ContentHash, ImageId};

/// A picture: blobs of brightness and colour on grey.
#[derive(Debug, Clone)]
struct Scene(Vec<Blob>);

fn seen(scene: &Scene, view: View, brighter: f64) -> Fingerprint {
    Fingerprint::new(scene.thumbnails(view, brighter)).unwrap()
}

#[derive(Debug, Clone)]
struct Blob {
    centre: (f64, f64),
    radius: f64,
    luma: f64,
    red: f64,
}

/// Where a place of the copy lies in the original.
type View = fn(f64, f64) -> (f64, f64);

const SAME: View = |x, y| (x, y);
const COPIES: [(&str, View); 4] = [
    ("cropped by 5 % a side", |x, y| (0.05 + 0.9 * x, 0.05 + 0.9 * y)),
    ("mirrored", |x, y| (1.0 - x, y)),
    ("turned by 2 degrees", |x, y| (0.5 + (x - 0.5) * 0.9994 - (y - 0.5) * 0.0349, 0.5 + (x - 0.5) * 0.0349 + (y - 0.5) * 0.9994)),
    ("shifted", |x, y| (x + 0.03, y - 0.02)),
];

impl Scene {
    fn luma(&self, x: f64, y: f64) -> f64 {
        self.0.iter().fold(128.0, |sum, blob| sum + blob.luma * blob.weight(x, y))
    }

    fn thumbnails(&self, view: View, brighter: f64) -> Thumbnails {
        // Cells are means over finer points, as in a picture of many pixels.
        let cell = |side: usize, index: usize, value: &dyn Fn(f64, f64) -> f64| {
            let points = (0..16).map(|point| {
                let x = ((index % side) as f64 + (point % 4) as f64 / 4.0 + 0.125) / side as f64;
                let y = ((index / side) as f64 + (point / 4) as f64 / 4.0 + 0.125) / side as f64;
                let (x, y) = view(x, y);
                value(x, y)
            });
            (points.sum::<f64>() / 16.0).clamp(0.0, 255.0).round() as u8
        };
        let luma: Box<[u8; LUMA_CELLS]> = Box::new(std::array::from_fn(|index| cell(LUMA_SIDE, index, &|x, y| self.luma(x, y) + brighter)));
        let red = |x: f64, y: f64| self.0.iter().fold(128.0, |sum, blob| sum + blob.red * blob.weight(x, y));
        let red: Box<[u8; CHROMA_CELLS]> = Box::new(std::array::from_fn(|index| cell(CHROMA_SIDE, index, &red)));
        Thumbnails {
            frame: (300, 300),
            content: [0, 0, 300, 300],
            frame_luma: luma.clone(),
            luma,
            blue: Box::new([128; CHROMA_CELLS]),
            red,
        }
    }
}

impl Blob {
    fn weight(&self, x: f64, y: f64) -> f64 {
        let squared = ((x - self.centre.0).powi(2) + (y - self.centre.1).powi(2)) / self.radius.powi(2);
        (1.0 - squared).max(0.0)
    }
}

/// One blob somewhere in each field of a board, so that there is always something to see, away from the edge too.
fn scene() -> impl Strategy<Value = Scene> {
    const FIELDS: usize = 4;
    let blob = (0.0..1.0, 0.0..1.0, 0.12..0.25, prop_oneof![-70.0..-25.0, 25.0..70.0], -25.0..25.0);
    prop::collection::vec(blob, FIELDS * FIELDS).prop_map(|blobs| {
        let place = |field: usize, x: f64| (field as f64 + x) / FIELDS as f64;
        let blob =
            |(field, (x, y, radius, luma, red))| Blob { centre: (place(field % FIELDS, x), place(field / FIELDS, y)), radius, luma, red };
        Scene(blobs.into_iter().enumerate().map(blob).collect())
    })
}

fn item(id: usize, bytes: usize, fingerprint: Option<Fingerprint>) -> Item {
    Item { id: format!("picture-{id:03}").into(), content_hash: ContentHash::of(&bytes.to_be_bytes()), fingerprint }
}

fn ids(cluster: &Cluster) -> Vec<ImageId> {
    cluster.members.iter().map(|member| member.id.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn likeness_is_symmetric_within_bounds_and_whole_for_the_same(a in scene(), b in scene(), brighter in -15.0..15.0) {
        let (a, b) = (seen(&a, SAME, 0.0), seen(&b, SAME, brighter));
        prop_assert_eq!(likeness(&a, &b), likeness(&b, &a));
        prop_assert!((0.0..=1.0).contains(&likeness(&a, &b)));
        prop_assert_eq!(likeness(&a, &a), 1.0);
    }

    #[test]
    fn copies_are_alike(scene in scene(), brighter in -15.0..15.0) {
        let original = seen(&scene, SAME, 0.0);
        for (name, view) in COPIES {
            let found = likeness(&original, &seen(&scene, view, brighter));
            prop_assert!(found >= DUPLICATE_LIKENESS, "{} and {:.0} brighter: {}", name, brighter, found);
        }
    }

    #[test]
    fn other_pictures_are_not_alike(a in scene(), b in scene()) {
        prop_assert!(likeness(&seen(&a, SAME, 0.0), &seen(&b, SAME, 0.0)) < DUPLICATE_LIKENESS);
    }

    #[test]
    fn another_colour_is_another_picture(scene in scene()) {
        let mut other = scene.clone();
        // Grey on the one, saturated on the other.
        other.0.push(Blob { centre: (0.5, 0.5), radius: 1.5, luma: 0.0, red: 60.0 });
        prop_assert!(likeness(&seen(&scene, SAME, 0.0), &seen(&other, SAME, 0.0)) < DUPLICATE_LIKENESS);
    }

    #[test]
    fn a_fingerprint_reads_what_it_writes(scene in scene()) {
        let fingerprint = seen(&scene, SAME, 0.0);
        let text = fingerprint.to_string();
        prop_assert!(text.len() <= 2_048);
        prop_assert_eq!(Fingerprint::parse(&text), Ok(fingerprint));
        prop_assert_eq!(Fingerprint::parse(&text[1..]), Err(InvalidFingerprint));
    }

    #[test]
    fn a_mirror_image_turns_round_every_second_bit(scene in scene()) {
        let hash = perceptual_hash(&scene.thumbnails(SAME, 0.0).luma);
        let mirrored = perceptual_hash(&scene.thumbnails(|x, y| (1.0 - x, y), 0.0).luma);
        // Sampling rounds: a frequency near 0 may fall either way.
        prop_assert!((hash ^ mirrored ^ 0xaaaa_aaaa_aaaa_aaaa).count_ones() <= 4);
    }

    #[test]
    fn clusters_do_not_depend_on_the_order(
        scenes in prop::collection::vec(scene(), 2..4),
        order in Just((0..10).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        // The last two have the bytes of the first two.
        let look = |bytes: usize| seen(&scenes[bytes % scenes.len()], COPIES[bytes % COPIES.len()].1, 0.0);
        let all: Vec<Item> = (0..10).map(|id| item(id, id % 8, Some(look(id % 8)))).collect();
        let shuffled: Vec<Item> = order.iter().map(|index| all[*index].clone()).collect();
        prop_assert_eq!(clusters(&all), clusters(&shuffled));
    }

    #[test]
    fn exact_copies_are_always_together(hashes in prop::collection::vec(0usize..6, 1..20), scene in scene()) {
        let all: Vec<Item> = hashes
            .iter()
            .enumerate()
            .map(|(id, hash)| item(id, *hash, (*hash % 2 == 0).then(|| seen(&scene, COPIES[hash / 2].1, 0.0))))
            .collect();
        let found = clusters(&all);
        for (a, b) in (0..all.len()).flat_map(|a| (0..a).map(move |b| (a, b))).filter(|(a, b)| hashes[*a] == hashes[*b]) {
            prop_assert!(found.iter().any(|cluster| ids(cluster).contains(&all[a].id) && ids(cluster).contains(&all[b].id)));
        }
    }

    #[test]
    fn nobody_is_in_two_clusters_or_alone_in_one(scenes in prop::collection::vec(scene(), 1..4)) {
        let all: Vec<Item> = (0..12).map(|id| item(id, id, Some(seen(&scenes[id % scenes.len()], COPIES[id % 4].1, 0.0)))).collect();
        let found = clusters(&all);
        let mut members: Vec<ImageId> = found.iter().flat_map(ids).collect();
        prop_assert!(found.iter().all(|cluster| cluster.members.len() > 1));
        members.sort();
        let count = members.len();
        members.dedup();
        prop_assert_eq!(members.len(), count);
    }
}

#[test]
fn plain_pictures_are_no_copies_of_each_other() {
    let plain = |luma: u8, width: u16| {
        let luma: Box<[u8; LUMA_CELLS]> = Box::new([luma; LUMA_CELLS]);
        let grey = Box::new([128; CHROMA_CELLS]);
        let content = [0, 0, width, 10];
        Fingerprint::new(Thumbnails { frame: (width, 10), content, frame_luma: luma.clone(), luma, blue: grey.clone(), red: grey }).unwrap()
    };
    assert_eq!(likeness(&plain(255, 10), &plain(255, 20)), 0.0);
    assert_eq!(clusters(&[item(0, 0, Some(plain(255, 10))), item(1, 1, Some(plain(255, 10)))]), []);
}

#[test]
fn a_place_outside_the_frame_is_refused() {
    let measured = Scene(Vec::new()).thumbnails(SAME, 0.0);
    for content in [[0, 0, 0, 10], [1, 0, 300, 300], [65_535, 0, 65_535, 1]] {
        assert_eq!(Fingerprint::new(Thumbnails { content, ..measured.clone() }), Err(InvalidFingerprint));
    }
}
