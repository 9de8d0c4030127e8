//! Clusters of copies in a heap of pictures: exact copies by content hash; near copies by a search over spectra, each pair verified by
//! its likeness, joined only where whole groups agree, so that a chain of look-alikes does not grow into one cluster.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::duplicate::fingerprint::Fingerprint;
use crate::duplicate::likeness::{DUPLICATE_LIKENESS, SEARCH_RADIUS, likeness};
use crate::duplicate::nearest::Nearest;
use crate::duplicate::spectrum::Spectrum;
use crate::ids::{ContentHash, ImageId};

/// A picture among which copies are looked for.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its name in the answer.
    pub id: ImageId,
    /// Hash of its bytes.
    pub content_hash: ContentHash,
    /// How it looks; `None` (not decodable) = only exact copies can be found.
    pub fingerprint: Option<Fingerprint>,
}

/// Pictures that are copies of one, two or more.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cluster {
    /// In the order of their ids.
    pub members: Vec<Member>,
}

/// One copy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Member {
    /// The item's id.
    pub id: ImageId,
    /// The item's content hash: equal ones are exact copies.
    pub content_hash: ContentHash,
    /// Likeness with the first member, 0..=1; 1 for an exact copy of it.
    pub likeness: f64,
}

/// All clusters, ordered by their first member; the order of `items` does not matter. Pictures without a copy are in none.
///
/// Cost grows about with n log n: each picture is compared in full only with those (at most [`MOST_NEIGHBOURS`], the nearest) whose coarse
/// frequencies are close.
pub fn clusters(items: &[Item]) -> Vec<Cluster> {
    let groups = exact_groups(items);
    let links = links(&groups);
    joined(&groups, links).into_iter().filter_map(|joined| cluster(&groups, &joined)).collect()
}

/// Most neighbours that one picture is compared with in full; the nearest are taken. Reached only by heaps of the same picture.
const MOST_NEIGHBOURS: usize = 48;

/// Two groups of copies become one when their members are on average this alike.
const JOINING_LIKENESS: f64 = 0.9;

/// Members of a group that speak for it when groups are compared.
const SPEAKERS: usize = 5;

/// Items with the same bytes.
struct Group<'a> {
    ids: Vec<&'a ImageId>,
    content_hash: ContentHash,
    fingerprint: Option<&'a Fingerprint>,
}

/// Ordered by their first id.
fn exact_groups(items: &[Item]) -> Vec<Group<'_>> {
    let mut by_hash: BTreeMap<ContentHash, Group<'_>> = BTreeMap::new();
    for item in items {
        let group = by_hash.entry(item.content_hash).or_insert_with(|| Group {
            ids: Vec::new(),
            content_hash: item.content_hash,
            fingerprint: None,
        });
        group.ids.push(&item.id);
        // The same bytes have the same fingerprint; should somebody mix versions, the choice still must not depend on the order.
        group.fingerprint = group.fingerprint.max(item.fingerprint.as_ref());
    }
    let mut groups: Vec<Group<'_>> = by_hash.into_values().collect();
    groups.iter_mut().for_each(|group| group.ids.sort_unstable());
    groups.sort_by(|a, b| (&a.ids, a.content_hash).cmp(&(&b.ids, b.content_hash)));
    groups
}

/// A verified pair of groups, `first < second`.
struct Link {
    likeness: f64,
    first: usize,
    second: usize,
}

/// Verified pairs, the most alike first.
fn links(groups: &[Group<'_>]) -> Vec<Link> {
    let mut links: Vec<Link> = candidates(groups)
        .into_iter()
        .map(|(first, second)| Link { likeness: likeness_of(groups, first, second), first, second })
        .filter(|link| link.likeness >= DUPLICATE_LIKENESS)
        .collect();
    links.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then((a.first, a.second).cmp(&(b.first, b.second))));
    links
}

/// Pairs of groups worth a full comparison: near each other by the content within the margins or by the whole frame.
fn candidates(groups: &[Group<'_>]) -> BTreeSet<(usize, usize)> {
    let spectra: Vec<[Spectrum; 2]> =
        groups.iter().map(|group| group.fingerprint.map_or([Spectrum::PLAIN; 2], Fingerprint::spectra)).collect();
    let mut pairs = BTreeSet::new();
    for view in 0..2 {
        let points: Vec<Spectrum> = spectra.iter().map(|spectra| spectra[view]).collect();
        // Plain pictures show nothing by which one could be told from another.
        let telling: Vec<usize> = (0..groups.len()).filter(|index| points[*index] != Spectrum::PLAIN).collect();
        let tree = Nearest::new(&points, telling.clone());
        for of in telling {
            let mut near = tree.within(of, SEARCH_RADIUS.into());
            near.sort_unstable();
            pairs.extend(near.iter().take(MOST_NEIGHBOURS).map(|(_, other)| (of.min(*other), of.max(*other))));
        }
    }
    pairs
}

fn likeness_of(groups: &[Group<'_>], first: usize, second: usize) -> f64 {
    match (groups[first].fingerprint, groups[second].fingerprint) {
        (Some(a), Some(b)) => likeness(a, b),
        _ => 0.0,
    }
}

/// Groups put together along the links, the surest first; each set ascending, the sets by their first group.
fn joined(groups: &[Group<'_>], links: Vec<Link>) -> Vec<Vec<usize>> {
    let mut known: BTreeMap<(usize, usize), f64> = links.iter().map(|link| ((link.first, link.second), link.likeness)).collect();
    let mut set_of: Vec<usize> = (0..groups.len()).collect();
    let mut sets: Vec<Vec<usize>> = (0..groups.len()).map(|index| vec![index]).collect();
    for link in links {
        let (a, b) = (set_of[link.first].min(set_of[link.second]), set_of[link.first].max(set_of[link.second]));
        if a == b || mean_likeness(groups, &sets[a], &sets[b], &mut known) < JOINING_LIKENESS {
            continue;
        }
        let moved = std::mem::take(&mut sets[b]);
        moved.iter().for_each(|index| set_of[*index] = a);
        sets[a].extend(moved);
        sets[a].sort_unstable();
    }
    sets.retain(|set| !set.is_empty());
    sets
}

fn mean_likeness(groups: &[Group<'_>], a: &[usize], b: &[usize], known: &mut BTreeMap<(usize, usize), f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for first in a.iter().take(SPEAKERS) {
        for second in b.iter().take(SPEAKERS) {
            let pair = (*first.min(second), *first.max(second));
            sum += *known.entry(pair).or_insert_with(|| likeness_of(groups, pair.0, pair.1));
            count += 1.0;
        }
    }
    sum / count
}

/// The cluster of a set of groups; `None` for a picture on its own.
fn cluster(groups: &[Group<'_>], set: &[usize]) -> Option<Cluster> {
    let mut members: Vec<(&ImageId, usize)> = set.iter().flat_map(|group| groups[*group].ids.iter().map(|id| (*id, *group))).collect();
    members.sort_unstable();
    let leader = members.first()?.1;
    let member = |(id, group): &(&ImageId, usize)| Member {
        id: (*id).clone(),
        content_hash: groups[*group].content_hash,
        likeness: if *group == leader { 1.0 } else { likeness_of(groups, leader, *group) },
    };
    (members.len() > 1).then(|| Cluster { members: members.iter().map(member).collect() })
}
