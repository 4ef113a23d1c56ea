/// Which instance is given the next connection.
#[derive(Debug)]
pub(super) struct Choice {
    count: usize,
    /// Where equals are looked for first.
    next: usize,
}

impl Choice {
    /// Among this many instances, at least one.
    pub(super) fn among(count: usize) -> Self {
        Self { count: count.max(1), next: 0 }
    }

    /// The index of the instance with the fewest connections; of several, the one behind the last chosen, in a circle. `open` has the count of each
    /// instance, or None for one that takes none. Zero if none does.
    pub(super) fn next(&mut self, open: impl Iterator<Item = Option<usize>>) -> usize {
        let places = open.enumerate().filter_map(|(index, open)| {
            let turn = (index + self.count - self.next) % self.count;
            Some((open?, turn, index))
        });
        let chosen = places.min().map_or(0, |(_, _, index)| index);
        self.next = (chosen + 1) % self.count;
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(choice: &mut Choice, open: &[Option<usize>]) -> usize {
        choice.next(open.iter().copied())
    }

    #[test]
    fn the_one_with_the_fewest_connections_is_chosen() {
        let mut choice = Choice::among(3);
        for (open, expected) in [([2, 1, 3], 1), ([2, 2, 1], 2), ([0, 1, 1], 0), ([5, 4, 4], 1)] {
            assert_eq!(chosen(&mut choice, &open.map(Some)), expected, "{open:?}");
        }
    }

    #[test]
    fn equals_have_their_turns() {
        let mut choice = Choice::among(3);
        let turns: Vec<_> = (0..7).map(|_| chosen(&mut choice, &[Some(4); 3])).collect();
        assert_eq!(turns, [0, 1, 2, 0, 1, 2, 0]);
        assert_eq!(chosen(&mut choice, &[Some(1), Some(2), Some(1)]), 2);
        assert_eq!(chosen(&mut choice, &[Some(1), Some(2), Some(1)]), 0);
    }

    #[test]
    fn connections_that_stay_are_spread_evenly() {
        let (mut choice, mut open) = (Choice::among(4), [Some(0); 4]);
        for _ in 0..40 {
            let index = chosen(&mut choice, &open);
            open[index] = open[index].map(|open| open + 1);
        }
        assert_eq!(open, [Some(10); 4]);
    }

    #[test]
    fn one_that_takes_none_is_passed_over() {
        let mut choice = Choice::among(3);
        let turns: Vec<_> = (0..4).map(|_| chosen(&mut choice, &[Some(9), None, Some(9)])).collect();
        assert_eq!(turns, [0, 2, 0, 2]);
        assert_eq!(chosen(&mut choice, &[Some(9), None, None]), 0);
        assert_eq!(chosen(&mut choice, &[None, None, None]), 0);
    }

    #[test]
    fn a_single_one_is_always_chosen() {
        let mut choice = Choice::among(1);
        assert_eq!([chosen(&mut choice, &[Some(7)]), chosen(&mut choice, &[Some(0)])], [0, 0]);
    }
}
