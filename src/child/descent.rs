//! What a program has started: one that waits for a server stays when that program is ended, so it is ended too.

use rustix::process::{Pid, Signal, kill_process};

/// More than any of ours starts.
const MOST: usize = 64;

/// What a process has started, and what that has started. Where the system does not tell, nothing.
pub(super) fn started_by(process: Pid) -> Vec<Pid> {
    let mut found = vec![process];
    let mut at = 0;
    while let Some(process) = found.get(at).filter(|_| found.len() < MOST) {
        found.extend(children(*process));
        at += 1;
    }
    found.remove(0);
    found
}

pub(super) fn end(processes: &[Pid]) {
    for process in processes {
        let _ = kill_process(*process, Signal::TERM);
    }
}

#[cfg(target_os = "linux")]
fn children(process: Pid) -> Vec<Pid> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{}/task", process.as_raw_nonzero())) else {
        return Vec::new();
    };
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
    let numbers = |list: String| list.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    lists
        .flat_map(|list| -> Vec<i32> { numbers(list) })
        .filter_map(Pid::from_raw)
        .collect()
}

#[cfg(not(target_os = "linux"))]
fn children(_: Pid) -> Vec<Pid> {
    Vec::new()
}
