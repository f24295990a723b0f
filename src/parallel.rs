//! Work on many files with every core, in an order that does not show.

use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Below this many items starting a thread costs more than it saves.
const WORTH_A_THREAD: usize = 16;

/// How many times a thread comes back for more.
const SHARES: usize = 8;

/// `f` of every item, in the order of the items.
pub fn map<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = match items.len() / WORTH_A_THREAD {
        0 | 1 => 1,
        most => cores().min(most),
    };
    if threads == 1 {
        return items.iter().map(f).collect();
    }
    // Some items are much more work than others, and a thread begins late: each takes the next few when it is done.
    let few = items.len().div_ceil(threads * SHARES);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut made = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(items) = items.chunks(few).nth(at) else {
                return made;
            };
            made.push((at, items.iter().map(&f).collect::<Vec<R>>()));
        }
    };
    let mut made = thread::scope(|scope| {
        // Where no thread is to be had, fewer do it.
        let start = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let workers: Vec<_> = (1..threads).filter_map(start).collect();
        let mut made = work();
        for worker in workers {
            made.extend(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        made
    });
    made.sort_unstable_by_key(|(at, _)| *at);
    made.into_iter().flat_map(|(_, results)| results).collect()
}

/// Counting them means reading files of the system: only where it matters, and once.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get))
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_keep_the_order() {
        let items: Vec<usize> = (0..1000).collect();
        assert_eq!(
            super::map(&items, |item| item * 2),
            (0..2000).step_by(2).collect::<Vec<_>>()
        );
    }
}
