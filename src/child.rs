//! A program that we start and wait for: what it says is heard while it runs, and it ends when we are told to.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Code, Failure};
use crate::interrupt;

#[cfg(unix)]
mod descent;

const LONGEST_LINE: usize = 500;

/// How often to look whether the program has ended or we are to stop.
const TICK: Duration = Duration::from_millis(20);
/// A program that was left behind, an ssh that keeps its connection for instance, may hold the pipes open.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// For a program to clean up after itself.
const GRACE: Duration = Duration::from_secs(1);

/// What a program says: nothing of it is fit to be shown yet.
pub enum Heard {
    /// A line of standard error.
    Line(String),
    /// A part of standard output.
    Output(Vec<u8>),
}

/// Reads the pipes of a program in threads. Where there can be none the program is ended.
pub fn read_from(child: &mut Child) -> io::Result<Receiver<Heard>> {
    let (sender, heard) = sync_channel(64);
    match spawn_readers(child, &sender) {
        Ok(()) => Ok(heard),
        Err(error) => {
            stop(child);
            Err(error)
        }
    }
}

/// Reads lines from where a program writes to. Where there can be no thread for it the program is ended.
pub fn read_lines(child: &mut Child, mut from: impl Read + Send + 'static) -> io::Result<Receiver<Heard>> {
    let (sender, heard) = sync_channel(64);
    let reading = move || lines(&mut from, &mut |line| sender.send(Heard::Line(line)).is_ok());
    if let Err(error) = thread::Builder::new().spawn(reading) {
        stop(child);
        return Err(error);
    }
    Ok(heard)
}

fn spawn_readers(child: &mut Child, sender: &SyncSender<Heard>) -> io::Result<()> {
    if let Some(mut stderr) = child.stderr.take() {
        let sender = sender.clone();
        // Whoever listens may have gone.
        thread::Builder::new().spawn(move || lines(&mut stderr, &mut |line| sender.send(Heard::Line(line)).is_ok()))?;
    }
    if let Some(mut stdout) = child.stdout.take() {
        let sender = sender.clone();
        thread::Builder::new().spawn(move || {
            chunks(&mut stdout, &mut |part| {
                sender.send(Heard::Output(part.to_vec())).is_ok()
            });
        })?;
    }
    Ok(())
}

/// Reads until the end, or until nobody wants more.
fn chunks(from: &mut dyn Read, take: &mut dyn FnMut(&[u8]) -> bool) {
    let mut buffer = [0; 8192];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) if take(&buffer[..count]) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            _ => return,
        }
    }
}

/// Lines end with `\n`, or with `\r` where they are to be overwritten; what is too long of one is dropped.
fn lines(from: &mut dyn Read, take: &mut dyn FnMut(String) -> bool) {
    let mut line = Vec::new();
    chunks(from, &mut |part| {
        part.iter().all(|byte| match byte {
            b'\n' | b'\r' => take(text_of(&std::mem::take(&mut line))),
            byte => {
                if line.len() < LONGEST_LINE {
                    line.push(*byte);
                }
                true
            }
        })
    });
    take(text_of(&line));
}

fn text_of(line: &[u8]) -> String {
    // git has the terminal erase the rest of a line.
    let text = String::from_utf8_lossy(line).replace("\u{1b}[K", "");
    text.trim_end().to_string()
}

/// What a program says that only answers, on standard output, and the last line of the other stream; or else why it does not.
pub fn answer(command: &mut Command, patience: Duration) -> io::Result<Result<(String, String), String>> {
    let name = command.get_program().to_string_lossy().into_owned();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let heard = read_from(&mut child)?;
    let (mut output, mut last) = (Vec::new(), String::new());
    let status = listen_for(patience, &name, &mut child, &heard, &mut |heard| match heard {
        Heard::Output(part) => output.extend(part),
        Heard::Line(line) if line.trim().is_empty() => {}
        Heard::Line(line) => last = line.trim().to_string(),
    });
    Ok(match status {
        Ok(status) if status.success() => Ok((String::from_utf8_lossy(&output).into_owned(), last)),
        Ok(_) if last.is_empty() => Err("does not answer".to_string()),
        Ok(_) => Err(last),
        Err(failure) => Err(failure.message),
    })
}

/// Waits for the end of the program of that name, or ends it when we are told to stop.
pub fn listen(
    name: &str,
    child: &mut Child,
    heard: &Receiver<Heard>,
    take: &mut dyn FnMut(Heard),
) -> Result<ExitStatus, Failure> {
    listen_for(Duration::MAX, name, child, heard, take)
}

/// The same, and the program has only so long.
pub fn listen_for(
    patience: Duration,
    name: &str,
    child: &mut Child,
    heard: &Receiver<Heard>,
    take: &mut dyn FnMut(Heard),
) -> Result<ExitStatus, Failure> {
    let start = Instant::now();
    let status = loop {
        match heard.recv_timeout(TICK) {
            Ok(heard) => take(heard),
            Err(RecvTimeoutError::Timeout) => {}
            // Both pipes are closed, so the end is near.
            Err(RecvTimeoutError::Disconnected) => thread::sleep(TICK / 10),
        }
        if let Err(stopped) = interrupt::check() {
            stop(child);
            return Err(stopped);
        }
        match child.try_wait() {
            Ok(None) if start.elapsed() > patience => {
                stop(child);
                let message = format!("has not ended after {} s", patience.as_secs());
                return Err(Failure::new(Code::RuntimeUnavailable, message));
            }
            Ok(None) => {}
            Ok(Some(status)) => break status,
            Err(error) => {
                stop(child);
                let message = format!("could not wait for `{name}`: {error}");
                return Err(Failure::new(Code::Internal, message));
            }
        }
    };
    let deadline = Instant::now() + LAST_WORDS;
    while let Ok(heard) = heard.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        take(heard);
    }
    // Ctrl-C reached the program too, and it may have been the first to end.
    interrupt::check()?;
    Ok(status)
}

/// Asks a program and all that it has started to end, and ends it when it does not.
pub fn stop(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process};

        // While it is there: later nobody knows whose they were.
        let started = descent::started_by(Pid::from_child(child));
        let _ = kill_process(Pid::from_child(child), Signal::TERM);
        descent::end(&started);
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(TICK);
        }
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_either_way_and_cannot_grow() {
        let mut text = b"a: 1%\ra: 2%\r\nlong ".to_vec();
        text.extend([b'x'; 10_000]);
        let mut found = Vec::new();
        lines(&mut &text[..], &mut |line| {
            found.push(line);
            true
        });
        assert_eq!(found[..3], ["a: 1%", "a: 2%", ""]);
        assert_eq!((found.len(), found[3].len()), (4, LONGEST_LINE));
    }
}
