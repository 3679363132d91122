//! What keeps native code in a worker process in. JavaScript reaches nothing of the system anyway; this
//! is a second wall, for the day when a fault of V8 or of a library lets a function out of it.

mod files;
mod search;
mod system_calls;

use std::ffi::OsString;
use std::os::fd::RawFd;
use std::path::PathBuf;

use nix::libc;
use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};

use self::files::Files;
use self::system_calls::SystemCalls;
use super::allowed::Allowed;

/// Variables of the environment that say where certificates are.
const CERTIFICATES: [&str; 3] = ["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"];

/// Variables that say the time zone and the locale.
const REGION: [&str; 2] = ["TZ", "LANG"];

/// The walls of worker processes, ready to be put up. To make them takes longer than to put them up, so a
/// zygote makes them once.
pub struct Confinement {
    files: Option<Files>,
    system_calls: Option<SystemCalls>,
}

impl Confinement {
    /// Confines a zygote, which has one thread, as far as its children are all to be confined: what they
    /// inherit need not be done for each. The rest is made ready for them. What the kernel lacks for a
    /// wall, that wall lacks.
    pub fn of_zygote(allowed: &Allowed) -> Confinement {
        let confinement = Confinement::prepare(allowed);
        if let Some(system_calls) = &confinement.system_calls {
            system_calls.restrict_zygote();
        }
        confinement
    }

    /// Confines a worker process without a zygote, which has one thread.
    pub fn confine_at_once(allowed: &Allowed) {
        let confinement = Confinement::prepare(allowed);
        if let Some(files) = &confinement.files {
            files.restrict();
        }
        if let Some(system_calls) = &confinement.system_calls {
            system_calls.restrict_without_zygote();
        }
    }

    fn prepare(allowed: &Allowed) -> Confinement {
        let there = |name: &'static str| Some((name, std::env::var_os(name)?));
        let mut variables: Vec<_> = CERTIFICATES.into_iter().filter_map(there).collect();
        let certificates = variables.iter().map(|(_, path)| PathBuf::from(path));
        let files = Files::new(allowed, certificates);
        variables.extend(REGION.into_iter().filter_map(there));
        // No dump of what is secret in its memory, and no file in the user's folder.
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
        let _ = prctl::set_dumpable(false);
        let _ = prctl::set_no_new_privs();
        if !allowed.credentials {
            forget_environment(&variables);
        }
        Confinement {
            files,
            system_calls: SystemCalls::new(!allowed.credentials),
        }
    }

    /// Confines a worker process, which has one thread. What can't be done is left.
    pub fn confine(&self) {
        if let Some(files) = &self.files {
            files.restrict();
        }
        if let Some(system_calls) = &self.system_calls {
            system_calls.restrict_worker();
        }
    }
}

/// Wipes the environment but for `kept`, also where the system has written it into this process's memory.
fn forget_environment(kept: &[(&'static str, OsString)]) {
    let block = environment_block();
    // SAFETY: there is one thread, so nobody reads the environment meanwhile.
    unsafe { libc::clearenv() };
    if let Some((start, length)) = block {
        let start = std::ptr::with_exposed_provenance_mut::<u8>(start);
        // SAFETY: the system has put the environment there, nothing but the environment, and nothing
        // points into it after `clearenv`.
        unsafe { std::ptr::write_bytes(start, 0, length) };
    }
    for (name, value) in kept {
        // SAFETY: as for `clearenv`.
        unsafe { std::env::set_var(name, value) };
    }
}

/// Closes all files but the standard streams and `kept`. What they belong to is never dropped in such a
/// process, which just ends.
pub fn close_all_but(mut kept: Vec<RawFd>) {
    kept.sort_unstable();
    let mut first = libc::STDERR_FILENO + 1;
    for next in kept.into_iter().map(Some).chain([None]) {
        let last = next.map_or(libc::c_uint::MAX, |next| (next - 1) as libc::c_uint);
        if next.is_none_or(|next| next > first) {
            // SAFETY: files are closed that nothing in this process reads, writes or closes. A
            // kernel that doesn't know the call leaves them open.
            unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
        }
        first = next.map_or(first, |next| next + 1);
    }
}

/// Where the system has written the environment of this process: an address, and a length in bytes.
fn environment_block() -> Option<(usize, usize)> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is a name in parentheses, which may have spaces; env_start and env_end are
    // the fields 50 and 51 (proc_pid_stat(5)).
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(47);
    let (start, end): (usize, usize) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    (start != 0 && start < end).then(|| (start, end - start))
}
