//! These reach the functions of `bytes.c` where the tests are built for musl, and the functions of the
//! platform elsewhere: lengths are not known when they are compiled.

use std::cmp::Ordering;
use std::hint::black_box;

/// Every length up to here: all branches, and some more turns of the loops.
const SHORT: usize = 300;
/// About the length from which the processor copies by itself.
const LONG: [usize; 9] = [511, 512, 513, 1024, 2047, 2048, 2049, 4096, 70_001];

fn lengths() -> impl Iterator<Item = usize> {
    (0..=SHORT).chain(LONG)
}

/// No byte is like its neighbours.
fn bytes(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(next).collect()
}

#[test]
fn a_copy_has_the_same_bytes_and_touches_no_others() {
    for length in lengths() {
        for (from, to) in [(0, 0), (1, 0), (0, 1), (3, 15), (16, 7), (9, 9)] {
            let source = bytes(length + 32);
            let mut target = vec![0xa5; length + 32];
            let (from, to) = (black_box(from), black_box(to));
            target[to..to + length].copy_from_slice(&source[from..from + length]);
            for (place, byte) in target.iter().enumerate() {
                let inside = (to..to + length).contains(&place);
                let right = if inside { source[place - to + from] } else { 0xa5 };
                assert_eq!(*byte, right, "{length} bytes from {from} to {to}, at {place}");
            }
        }
    }
}

#[test]
fn bytes_move_over_themselves_in_both_directions() {
    for length in lengths() {
        for distance in [1, 2, 7, 8, 15, 16, 17, 31, 63, 64, 65, 127, 300] {
            for forward in [true, false] {
                let before = bytes(length + distance + 8);
                let mut moved = before.clone();
                let (from, to) = if forward { (4, 4 + distance) } else { (4 + distance, 4) };
                moved.copy_within(black_box(from)..black_box(from + length), black_box(to));
                // The bytes that move are read before any is written.
                let read: Vec<u8> = before.iter().skip(from).take(length).copied().collect();
                let mut right = before.clone();
                right.splice(to..to + length, read);
                assert_eq!(moved, right, "{length} bytes from {from} to {to}");
            }
        }
    }
}

#[test]
fn the_first_byte_that_differs_decides_and_bytes_are_not_signed() {
    for length in lengths().filter(|length| *length > 0) {
        let one = bytes(length);
        assert_eq!(black_box(&one[..]).cmp(black_box(&one.clone()[..])), Ordering::Equal);
        assert!(black_box(&one[..]) == black_box(&one.clone()[..]));
        let places = [0, 1, 7, 8, 15, 16, length / 2, length.saturating_sub(2), length - 1];
        for place in places.into_iter().filter(|place| *place < length) {
            for value in [0x00, 0x7f, 0x80, 0xff] {
                let (mut less, mut more) = (one.clone(), one.clone());
                less[place] = value;
                more[place] = value ^ 0x81;
                // What is behind does not count.
                if place + 1 < length {
                    less[length - 1] = 0xff;
                    more[length - 1] = 0x00;
                }
                let right = less[place].cmp(&more[place]);
                assert_eq!(
                    black_box(&less[..]).cmp(black_box(&more[..])),
                    right,
                    "{length} at {place}"
                );
                assert!(black_box(&less[..]) != black_box(&more[..]));
            }
        }
    }
}

#[test]
fn what_is_filled_is_filled_to_its_ends() {
    for length in lengths() {
        for (start, value) in [(0, 0), (1, 0xff), (7, 0x5a), (16, 1)] {
            let mut target = vec![0xa5; length + 32];
            target[black_box(start)..black_box(start + length)].fill(black_box(value));
            let right = |place| if (start..start + length).contains(&place) { value } else { 0xa5 };
            for (place, byte) in target.iter().enumerate() {
                assert_eq!(*byte, right(place), "{length} bytes from {start}, at {place}");
            }
        }
    }
}
