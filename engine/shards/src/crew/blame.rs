//! Who is to blame: of things that break something together, those that do so alone, by halves.

/// Those of `suspects` that break it alone, `tries` times out of `tries`. Where all together do not break it, nobody is to blame; nor is
/// one of whom it cannot be repeated, for then something else broke it. Once more than `most` are found, the others are left in peace: so
/// many are hardly to blame.
pub fn bisect<E>(suspects: &[u32], tries: u32, most: usize, breaks: &mut impl FnMut(&[u32]) -> Result<bool, E>) -> Result<Vec<u32>, E> {
    if suspects.is_empty() || !breaks(suspects)? {
        return Ok(Vec::new());
    }
    if let [_] = suspects {
        for _ in 1..tries {
            if !breaks(suspects)? {
                return Ok(Vec::new());
            }
        }
        return Ok(suspects.to_vec());
    }
    let (first, second) = suspects.split_at(suspects.len() / 2);
    let mut found = bisect(first, tries, most, breaks)?;
    if let Some(left) = most.checked_sub(found.len()) {
        found.extend(bisect(second, tries, left, breaks)?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 20;

    fn found(suspects: u32, poison: &[u32]) -> (Vec<u32>, usize) {
        let mut asked = 0;
        let mut breaks = |some: &[u32]| {
            asked += 1;
            Ok::<_, ()>(some.iter().any(|one| poison.contains(one)))
        };
        let all: Vec<u32> = (0..suspects).collect();
        (bisect(&all, 3, MOST, &mut breaks).unwrap(), asked)
    }

    #[test]
    fn exactly_the_poison_is_found() {
        for poison in [&[][..], &[0], &[999], &[3, 4], &[0, 500, 999]] {
            assert_eq!(found(1000, poison).0, poison);
        }
    }

    #[test]
    fn one_is_found_in_a_logarithm_of_tries() {
        assert!(found(1024, &[700]).1 <= 1 + 2 * 10 + 2);
    }

    #[test]
    fn what_cannot_be_repeated_is_nobodys_fault() {
        let mut left = 3;
        let mut breaks = |_: &[u32]| {
            left -= i32::from(left > 0);
            Ok::<_, ()>(left > 0)
        };
        assert_eq!(bisect(&[7], 3, MOST, &mut breaks), Ok(vec![]));
    }

    #[test]
    fn where_everything_breaks_it_few_are_tried() {
        let (guilty, asked) = found(1024, &(0..1024).collect::<Vec<u32>>());
        assert_eq!(guilty.len(), MOST + 1);
        assert!(asked < 10 + 5 * MOST, "{asked}");
    }
}
