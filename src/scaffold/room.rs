//! Memory for the contents of large files, where the system gives it out in large pages.
//!
//! A page that is used for the first time has to be made, which for the usual 4 KiB takes longer than reading as much from
//! a file; a template of 50 MB takes a fifth less time with pages of 2 MiB. They are asked for where several large files
//! are read: making such a page takes a while too, and what is left of the last one is lost.

/// Room for so many bytes, or none where they are better kept for themselves.
#[cfg(not(target_os = "linux"))]
pub(super) fn of(_: usize) -> Option<&'static mut [u8]> {
    None
}

#[cfg(target_os = "linux")]
pub(super) use large_pages::of;

#[cfg(target_os = "linux")]
mod large_pages {
    use std::cell::Cell;

    use memmap2::{Advice, MmapMut};

    use crate::limits::LARGEST_FILE;

    /// Below this an allocator puts several things into a page.
    const LARGE: usize = 128 << 10;

    /// What a thread has read of large files when there are several.
    const SEVERAL: usize = 1 << 20;

    /// So much is taken from the system at once; it is made when it is used. The largest file fits three times, so that no
    /// more than a quarter is left over.
    const PIECE: usize = 32 << 20;
    const _: () = assert!(PIECE as u64 >= 3 * LARGEST_FILE);

    thread_local! {
        static READ: Cell<usize> = const { Cell::new(0) };
        static REST: Cell<&'static mut [u8]> = const { Cell::new(&mut []) };
    }

    /// Room for so many bytes, or none where they are better kept for themselves. It is never given back: a template is
    /// held until the process ends.
    pub(in super::super) fn of(length: usize) -> Option<&'static mut [u8]> {
        if !(LARGE..=PIECE).contains(&length) {
            return None;
        }
        READ.set(READ.get() + length);
        if READ.get() <= SEVERAL {
            return None;
        }
        let mut rest = REST.take();
        if rest.len() < length {
            let piece = MmapMut::map_anon(PIECE).ok()?;
            // Pages of the usual size do as well.
            let _ = piece.advise(Advice::HugePage);
            rest = &mut Box::leak(Box::new(piece))[..];
        }
        let (room, rest) = rest.split_at_mut(length);
        REST.set(rest);
        Some(room)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn rooms_are_for_several_large_files_and_do_not_overlap() {
            let length = LARGE + 1;
            let mut rooms: Vec<_> = (0..250_u32).map(|number| (number, of(length))).collect();
            let early = rooms.iter().take_while(|(_, room)| room.is_none()).count();
            assert_eq!(early, SEVERAL / length);
            rooms.drain(..early);
            for (number, room) in &mut rooms {
                room.as_mut().unwrap().fill(*number as u8);
            }
            for (number, room) in &rooms {
                let room = room.as_ref().unwrap();
                assert!(room.len() == length && room.iter().all(|byte| *byte == *number as u8));
            }
            assert!(of(PIECE + 1).is_none() && of(LARGE - 1).is_none());
        }
    }
}
