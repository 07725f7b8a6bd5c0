//! Other processes: a relay that can be killed, and what stands beside it in a benchmark.

#![allow(clippy::unwrap_used, reason = "a trial that cannot go on has failed")]

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

/// A process that serves. It is killed when it is dropped.
pub struct Process {
    child: Child,
    out: BufReader<ChildStdout>,
    address: Option<SocketAddr>,
}

/// The program of that name beside this one.
///
/// # Panics
/// If it was not built.
#[must_use]
pub fn beside(program: &str) -> PathBuf {
    let path = std::env::current_exe().unwrap().with_file_name(program);
    assert!(path.exists(), "{program} is missing: build it with cargo build --workspace, in this profile");
    path
}

impl Process {
    /// Starts a command. Its first line ends with the address at which it serves.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out, address: None }
    }

    /// Where it serves, once it does; none if it ended before.
    pub fn ready(&mut self) -> Option<SocketAddr> {
        let mut line = String::new();
        if self.address.is_none() {
            self.out.read_line(&mut line).ok()?;
            self.address = line.trim().rsplit(' ').next().and_then(|address| address.parse().ok());
        }
        self.address
    }

    /// Where it serves.
    ///
    /// # Panics
    /// If it does not come to serve.
    pub fn address(&mut self) -> SocketAddr {
        self.ready().expect("the process ended before it served")
    }

    /// Kills it where it stands.
    ///
    /// # Panics
    /// If the system has no such process.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, or the process that it runs, and waits for its end.
    ///
    /// # Panics
    /// If it cannot be asked.
    pub fn stop(mut self) -> ExitStatus {
        let own = self.child.id();
        let children = std::fs::read_to_string(format!("/proc/{own}/task/{own}/children"));
        let first = children.ok().and_then(|line| line.split(' ').next()?.parse().ok());
        let asked = Command::new("kill").arg("-TERM").arg(first.unwrap_or(own).to_string()).status();
        assert!(asked.unwrap().success());
        self.child.wait().unwrap()
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a process has used so far.
#[derive(Clone, Copy, Debug)]
pub struct Used {
    /// Of the processor, by all its threads.
    pub seconds: f64,
    /// Of memory now, in KiB.
    pub resident_kib: u64,
    /// The most since [`forget_peak`].
    pub peak_kib: u64,
}

impl Used {
    /// By the process of that number.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn by(process: u32) -> Self {
        const TICKS_PER_SECOND: f64 = 100.0;
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
        // The name may have spaces; what is counted comes after it (proc_pid_stat(5)).
        let fields: Vec<_> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        let ticks: f64 = fields[11..13].iter().map(|field| field.parse::<f64>().unwrap()).sum();
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let kib = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        Self { seconds: ticks / TICKS_PER_SECOND, resident_kib: kib("VmRSS:"), peak_kib: kib("VmHWM:") }
    }
}

/// Counts the most memory of a process from now on.
///
/// # Panics
/// If there is no such process of ours.
pub fn forget_peak(process: u32) {
    std::fs::write(format!("/proc/{process}/clear_refs"), "5").unwrap();
}
