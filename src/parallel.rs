//! Work on many files with every core, in an order that does not show.

use std::num::NonZero;
use std::sync::OnceLock;
use std::thread;

/// Below this many items starting a thread costs more than it saves.
const WORTH_A_THREAD: usize = 16;

/// `f` of every item, in the order of the items.
pub fn map<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = match items.len() / WORTH_A_THREAD {
        0 | 1 => 1,
        most => cores().min(most),
    };
    if threads == 1 {
        return items.iter().map(f).collect();
    }
    let share = items.len().div_ceil(threads);
    let f = &f;
    let mut results = Vec::with_capacity(items.len());
    thread::scope(|scope| {
        let mut chunks = items.chunks(share);
        let own = chunks.next().unwrap_or_default();
        let workers: Vec<_> = chunks
            .map(|chunk| {
                let work = move || chunk.iter().map(f).collect::<Vec<R>>();
                (chunk, thread::Builder::new().spawn_scoped(scope, work))
            })
            .collect();
        results.extend(own.iter().map(f));
        for (chunk, worker) in workers {
            match worker.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(part)) => results.extend(part),
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                // No thread is to be had.
                Err(_) => results.extend(chunk.iter().map(f)),
            }
        }
    });
    results
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
