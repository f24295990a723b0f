//! What a run costs: the time until it ended, and the processor time and memory of all its processes.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{PROGRAM, Sandbox, Seen};

/// The limits that are promised.
const LONGEST: Duration = Duration::from_secs(5);
const LARGEST: u64 = 512 << 20;

/// More than anybody wants to read of one error.
const WORDIEST: usize = 100_000;

#[derive(Debug, Default)]
struct Cost {
    wall: Duration,
    /// How much of that was spent in a queue, because others had the processors.
    queued: Duration,
    processor: Duration,
    /// The sum of every process' largest, in bytes.
    memory: u64,
}

/// Runs the program, checks that it kept the limits and said little, and left nothing behind where it failed.
#[track_caller]
pub fn within_limits(sandbox: &Sandbox, what: &str, args: &[&str]) -> Seen {
    let before = sandbox.listing();
    let (seen, cost) = measured(sandbox, args);
    assert!(matches!(seen.status, Some(0..=2)), "{what}: {}", seen.all());
    assert!(cost.memory < LARGEST, "{what}: {cost:?}");
    assert!(cost.processor < LONGEST, "{what}: {cost:?}");
    assert!(seen.stderr.len() < WORDIEST, "{what}: {} bytes", seen.stderr.len());
    assert!(
        !seen.stderr.contains("panicked") && !seen.stderr.contains("memory allocation"),
        "{what}: {}",
        seen.all()
    );
    if seen.status != Some(0) {
        assert_eq!(sandbox.listing(), before, "{what}");
    }
    assert!(cost.wall.saturating_sub(cost.queued) < LONGEST, "{what}: {cost:?}");
    seen
}

fn measured(sandbox: &Sandbox, args: &[&str]) -> (Seen, Cost) {
    let streams = ["../out", "../err"].map(|path| sandbox.path(path));
    let [out, err] = streams.each_ref().map(|path| File::create(path).unwrap());
    let start = Instant::now();
    let mut child = Command::new(PROGRAM)
        .args(args)
        .current_dir(sandbox.path(""))
        .env_clear()
        .envs(sandbox.environment())
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        .spawn()
        .unwrap();
    let mut seen: HashMap<u32, Used> = HashMap::new();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        look(child.id(), &mut seen);
        if start.elapsed() > 6 * LONGEST {
            let _ = child.kill();
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let [stdout, stderr] = streams.map(|path| {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        fs::remove_file(path).unwrap();
        sandbox.stable(&text)
    });
    let cost = Cost {
        wall: start.elapsed(),
        queued: seen.values().map(|used| used.queued).sum(),
        processor: Duration::from_millis(10 * seen.values().map(|used| used.ticks).sum::<u64>()),
        memory: seen.values().map(|used| used.memory).sum(),
    };
    let status = status.code();
    (Seen { status, stdout, stderr }, cost)
}

/// What one process has used so far.
#[derive(Default)]
struct Used {
    /// Of a hundredth of a second, as Linux counts them.
    ticks: u64,
    /// The longest that one of its threads has waited for a processor.
    queued: Duration,
    /// The largest, in bytes.
    memory: u64,
}

/// Notes what a process and all below it have used.
fn look(process: u32, seen: &mut HashMap<u32, Used>) {
    let read = |name: &str| fs::read_to_string(format!("/proc/{process}/{name}")).unwrap_or_default();
    let (stat, status) = (read("stat"), read("status"));
    // The name stands in parentheses and may hold anything; the times are the 14th and 15th.
    let behind = stat.rsplit(") ").next().unwrap_or_default();
    let times = behind.split(' ').skip(11).take(2);
    let largest = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = largest.and_then(|text| text.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let queued = tasks(process).filter_map(|task| {
        let text = fs::read_to_string(task.join("schedstat")).ok()?;
        text.split(' ').nth(1)?.parse().ok()
    });
    let used = seen.entry(process).or_default();
    used.ticks = used
        .ticks
        .max(times.filter_map(|field| field.parse::<u64>().ok()).sum());
    used.queued = used.queued.max(Duration::from_nanos(queued.max().unwrap_or_default()));
    used.memory = used.memory.max(kilobytes.unwrap_or_default() << 10);
    for child in children(process) {
        look(child, seen);
    }
}

fn tasks(process: u32) -> impl Iterator<Item = PathBuf> {
    let tasks = fs::read_dir(format!("/proc/{process}/task"))
        .into_iter()
        .flatten()
        .flatten();
    tasks.map(|task| task.path())
}

/// The processes that a process has started and that are still there.
pub fn children(process: u32) -> Vec<u32> {
    let lists = tasks(process).filter_map(|task| fs::read_to_string(task.join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace()
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<u32>>()
        })
        .collect()
}

#[test]
fn what_is_measured_is_what_it_costs() {
    // Limits that nothing is measured against would never be broken.
    let sandbox = super::template("", &[]);
    sandbox.write(
        "t/files/x.txt.j2",
        "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
    );
    for number in 0..10 {
        sandbox.write(&format!("t/files/large{number}"), &"x".repeat(9 << 20));
    }
    let (seen, cost) = measured(&sandbox, &super::NEW);
    assert_eq!(seen.status, Some(1), "{}", seen.all());
    assert!(cost.memory > 90 << 20 && cost.memory < LARGEST, "{cost:?}");
    assert!(
        cost.processor > Duration::from_millis(100) && cost.wall > Duration::from_millis(100),
        "{cost:?}"
    );
}
