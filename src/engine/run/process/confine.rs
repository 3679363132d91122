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
    /// What is left of the environment, where not all of it is.
    environment: Option<Environment>,
}

/// The walls of a worker process of which another thread has put up what it can.
pub struct HalfConfined {
    confinement: Confinement,
    /// Whether system calls are refused already.
    is_refused: bool,
}

impl Confinement {
    /// Confines a zygote, which has one thread, as far as its children are all to be confined: what they
    /// inherit need not be done for each. The rest is made ready for them. What the kernel lacks for a
    /// wall, that wall lacks.
    pub fn of_zygote(allowed: &Allowed) -> Confinement {
        let confinement = Confinement::prepare(allowed);
        confinement.forget_environment();
        if let Some(system_calls) = &confinement.system_calls {
            system_calls.restrict_zygote();
        }
        confinement
    }

    /// Confines a worker process without a zygote, which has one thread.
    pub fn confine_at_once(allowed: &Allowed) {
        let confinement = Confinement::prepare(allowed);
        let is_refused = false;
        HalfConfined {
            confinement,
            is_refused,
        }
        .finish();
    }

    /// Confines a worker process without a zygote as far as that can be done on a thread beside its own, which is busy
    /// and runs nothing of a function yet.
    pub fn confine_beside(allowed: &Allowed) -> HalfConfined {
        let confinement = Confinement::prepare(allowed);
        let system_calls = confinement.system_calls.as_ref();
        HalfConfined {
            is_refused: system_calls.is_some_and(SystemCalls::restrict_all_threads),
            confinement,
        }
    }

    fn prepare(allowed: &Allowed) -> Confinement {
        let there = |name: &'static str| Some((name, std::env::var_os(name)?));
        let mut variables: Vec<_> = CERTIFICATES.into_iter().filter_map(there).collect();
        let certificates = variables.iter().map(|(_, path)| PathBuf::from(path));
        let files = Files::new(allowed, certificates);
        variables.extend(REGION.into_iter().filter_map(there));
        let environment = (!allowed.credentials).then(|| Environment {
            block: environment_block(),
            kept: variables,
        });
        // No dump of what is secret in its memory, and no file in the user's folder.
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
        let _ = prctl::set_dumpable(false);
        let _ = prctl::set_no_new_privs();
        Confinement {
            files,
            system_calls: SystemCalls::new(!allowed.credentials),
            environment,
        }
    }

    fn forget_environment(&self) {
        if let Some(environment) = &self.environment {
            environment.forget_rest();
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

impl HalfConfined {
    /// Does what is left to do on the process's own thread, when it is the only one again.
    pub fn finish(self) {
        let HalfConfined {
            confinement,
            is_refused,
        } = self;
        confinement.forget_environment();
        // The other thread may have done that for itself alone.
        let _ = prctl::set_no_new_privs();
        if let Some(files) = &confinement.files {
            files.restrict();
        }
        if let (Some(system_calls), false) = (&confinement.system_calls, is_refused) {
            system_calls.restrict_without_zygote();
        }
    }
}

/// The environment, as this process was given it.
struct Environment {
    /// Where it lies.
    block: Option<(usize, usize)>,
    kept: Vec<(&'static str, OsString)>,
}

impl Environment {
    /// Wipes all of it but what is kept, also where the system has written it into this process's memory. There is to be
    /// one thread.
    fn forget_rest(&self) {
        // SAFETY: there is one thread, so nobody reads the environment meanwhile.
        unsafe { libc::clearenv() };
        if let Some((start, length)) = self.block {
            let start = std::ptr::with_exposed_provenance_mut::<u8>(start);
            // SAFETY: the system has put the environment there, nothing but the environment, and nothing
            // points into it after `clearenv`.
            unsafe { std::ptr::write_bytes(start, 0, length) };
        }
        for (name, value) in &self.kept {
            // SAFETY: as for `clearenv`.
            unsafe { std::env::set_var(name, value) };
        }
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
