//! A process that reads a stranger's document shuts itself in first, before the first byte.
//!
//! What it may take of the machine is limited everywhere. On Linux it also gives up every file and every call
//! to the kernel but those that read, write, and ask for memory; a kernel without Landlock still has the rest.
//! There is no way back, and there is nothing to ask anybody for.

#[cfg(unix)]
use super::limits::{CHILD_MEMORY_BYTES, CHILD_SECONDS};

/// Here a process cannot be shut in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this system does not keep a process from doing more than reading")]
pub(super) struct CannotShutIn;

/// Shuts this process in. What is open stays open.
///
/// # Errors
/// [`CannotShutIn`] if less was given up than has to be.
pub(super) fn shut_in() -> Result<(), CannotShutIn> {
    #[cfg(target_os = "linux")]
    no_files();
    #[cfg(unix)]
    limited()?;
    #[cfg(target_os = "linux")]
    few_calls()?;
    Ok(())
}

/// Limits of memory, time, files and processes.
#[cfg(unix)]
fn limited() -> Result<(), CannotShutIn> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limits = [
        (Resource::As, CHILD_MEMORY_BYTES),
        (Resource::Cpu, CHILD_SECONDS),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Nproc, 0),
        (Resource::Nofile, 0),
    ];
    for (resource, most) in limits {
        let limited = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
        // Some systems know fewer limits than these; Linux knows all.
        if limited.is_err() && cfg!(target_os = "linux") {
            return Err(CannotShutIn);
        }
    }
    Ok(())
}

/// No file of the system, no port, no other process, as far as the kernel knows how.
#[cfg(target_os = "linux")]
fn no_files() {
    use landlock::{ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _};
    let abi = ABI::V5;
    let ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(abi)))
        .and_then(Ruleset::create);
    // A kernel that does not know it has the calls taken away all the same.
    let _ = ruleset.and_then(landlock::RulesetCreated::restrict_self);
}

/// Calls that a process makes that reads, computes, writes and ends. Whatever else it calls ends it.
#[cfg(target_os = "linux")]
const CALLS: &[i64] = &[
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getrandom,
    libc::SYS_madvise,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_read,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_yield,
    libc::SYS_sigaltstack,
    libc::SYS_write,
    libc::SYS_writev,
];

#[cfg(target_os = "linux")]
fn few_calls() -> Result<(), CannotShutIn> {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};
    let rules = CALLS.iter().map(|call| (*call, Vec::new())).collect();
    let architecture = std::env::consts::ARCH.try_into().map_err(|_| CannotShutIn)?;
    let filter = SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, architecture);
    let program: BpfProgram = filter.and_then(TryInto::try_into).map_err(|_| CannotShutIn)?;
    apply_filter(&program).map_err(|_| CannotShutIn)
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Command, Stdio};

    /// What a process is ended with that makes a call it may not make.
    const BAD_CALL: i32 = 31;

    /// Runs one of the probes below in a process of its own; gives the signal that ended it.
    fn probe(name: &str) -> Option<i32> {
        let program = std::env::current_exe().unwrap();
        let name = format!("documents::shut_in::tests::{name}");
        let mut command = Command::new(program);
        command.args(["--exact", &name, "--ignored", "--nocapture", "--test-threads=1"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().unwrap().signal()
    }

    #[test]
    fn whoever_is_shut_in_is_ended_for_everything_but_reading() {
        assert_eq!(probe("opens_a_file"), Some(BAD_CALL));
        assert_eq!(probe("opens_a_socket"), Some(BAD_CALL));
        assert_eq!(probe("runs_a_program"), Some(BAD_CALL));
        // Even to give up takes a call that it may not make.
        assert_eq!(probe("takes_all_memory"), Some(BAD_CALL));
    }

    #[test]
    fn without_the_calls_the_limits_hold() {
        assert_eq!(probe("opens_a_file_within_limits"), None);
    }

    #[test]
    #[ignore = "a probe: the process that runs it is ended"]
    fn opens_a_file() {
        shut_in().unwrap();
        let _ = std::fs::File::open("/etc/hostname");
    }

    #[test]
    #[ignore = "a probe: the process that runs it is ended"]
    fn opens_a_socket() {
        shut_in().unwrap();
        let _ = std::net::UdpSocket::bind("127.0.0.1:0");
    }

    #[test]
    #[ignore = "a probe: the process that runs it is ended"]
    fn runs_a_program() {
        shut_in().unwrap();
        let _ = Command::new("/bin/true").status();
    }

    #[test]
    #[ignore = "a probe: the process that runs it is ended"]
    fn takes_all_memory() {
        shut_in().unwrap();
        let most = usize::try_from(CHILD_MEMORY_BYTES).unwrap();
        let bytes = vec![1u8; most];
        assert_eq!(bytes.len(), most);
    }

    #[test]
    #[ignore = "a probe: the process that runs it has no files left"]
    fn opens_a_file_within_limits() {
        limited().unwrap();
        assert!(std::fs::File::open("/etc/hostname").is_err());
        assert!(std::net::UdpSocket::bind("127.0.0.1:0").is_err());
    }
}
