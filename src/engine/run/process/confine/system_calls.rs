//! Which system calls a worker process may make, by seccomp.

use std::collections::BTreeMap;

use nix::libc;
use nix::unistd::getpid;
use seccompiler::{
    BpfProgram, BpfProgramRef, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch, apply_filter, apply_filter_all_threads,
};

use super::search::{NUMBER, allow_unnamed, answer, compare, load};

/// Starting processes, other than threads.
const PROCESSES: [libc::c_long; 2] = [libc::SYS_execve, libc::SYS_execveat];

/// Looking into other processes and into the kernel, changing what the machine is, and ways around
/// what is refused here.
const REFUSED: [libc::c_long; 45] = [
    libc::SYS_add_key,
    libc::SYS_bpf,
    libc::SYS_chroot,
    libc::SYS_clock_settime,
    libc::SYS_delete_module,
    libc::SYS_fanotify_init,
    libc::SYS_finit_module,
    libc::SYS_fsopen,
    libc::SYS_init_module,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
    libc::SYS_kcmp,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_kill,
    libc::SYS_mount,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_open_tree,
    libc::SYS_perf_event_open,
    libc::SYS_personality,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_send_signal,
    libc::SYS_pivot_root,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_quotactl,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_setdomainname,
    libc::SYS_sethostname,
    libc::SYS_setns,
    libc::SYS_swapoff,
    libc::SYS_swapon,
    libc::SYS_tkill,
    libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_userfaultfd,
];

/// The kinds of sockets that find a host and talk to it. Others reach services of the machine.
const SOCKETS: [i32; 3] = [libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK];

/// The kernel's name for this processor: the number that ELF has for it, and that it has 64 bits and is little-endian.
const PROCESSOR: u32 = 0xc000_0000
    | match cfg!(target_arch = "x86_64") {
        true => 62,
        false => 183,
    };

/// How a filter is put up.
type Apply = fn(BpfProgramRef<'_>) -> seccompiler::Result<()>;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

pub struct SystemCalls {
    /// Whether no processes may be started.
    alone: bool,
    architecture: TargetArch,
}

impl SystemCalls {
    /// `alone`: without new processes. `None` on a processor for which there are no filters.
    pub fn new(alone: bool) -> Option<SystemCalls> {
        let architecture = TargetArch::try_from(std::env::consts::ARCH).ok()?;
        Some(SystemCalls {
            alone,
            architecture,
        })
    }

    /// Keeps this process, and those that it forks, from all but what a zygote needs, where the kernel
    /// does that (`segfn doctor` tells).
    pub fn restrict_zygote(&self) {
        self.refuse(self.of_zygote(), no_second_numbers(), apply_filter);
    }

    /// Keeps this process from the rest, too: it forks none, and signals none but itself.
    pub fn restrict_worker(&self) {
        self.refuse(self.of_worker(), self.hidden(), apply_filter);
    }

    /// Keeps this process from both at once, which takes half the time.
    pub fn restrict_without_zygote(&self) {
        self.refuse_both(apply_filter);
    }

    /// The same for all threads of this process. False where the kernel can't do that for others than this one.
    pub fn restrict_all_threads(&self) -> bool {
        self.refuse_both(apply_filter_all_threads)
    }

    fn refuse_both(&self, apply: Apply) -> bool {
        let both = self.of_zygote().zip(self.of_worker());
        let rules = both.map(|(mut rules, of_worker)| {
            rules.extend(of_worker);
            rules
        });
        self.refuse(rules, [no_second_numbers(), self.hidden()].concat(), apply)
    }

    fn hidden(&self) -> BpfProgram {
        match self.alone {
            true => clone3_is_absent(),
            false => Vec::new(),
        }
    }

    fn of_zygote(&self) -> Option<Rules> {
        let mut rules: Rules = REFUSED.map(|call| (call, Vec::new())).into();
        let other_socket = SOCKETS.map(|kind| differs(0, kind as u64)).into_iter();
        let other_socket = SeccompRule::new(other_socket.collect::<Option<_>>()?).ok()?;
        rules.insert(libc::SYS_socket, vec![other_socket]);
        if self.alone {
            rules.extend(PROCESSES.map(|call| (call, Vec::new())));
        }
        Some(rules)
    }

    fn of_worker(&self) -> Option<Rules> {
        // `abort` is such a signal to oneself.
        let other = SeccompRule::new(vec![differs(0, getpid().as_raw() as u64)?]).ok()?;
        let mut rules = Rules::from([(libc::SYS_tgkill, vec![other])]);
        if self.alone {
            let is_thread = SeccompCmpOp::MaskedEq(libc::CLONE_THREAD as u64);
            let no_thread = SeccompCondition::new(0, SeccompCmpArgLen::Qword, is_thread, 0);
            let no_thread = SeccompRule::new(vec![no_thread.ok()?]).ok()?;
            rules.insert(libc::SYS_clone, vec![no_thread]);
            #[cfg(target_arch = "x86_64")]
            rules.extend([libc::SYS_fork, libc::SYS_vfork].map(|call| (call, Vec::new())));
        }
        Some(rules)
    }

    /// Has `apply` refuse what `rules` say, behind the instructions of `first`, and tells whether it could.
    fn refuse(&self, rules: Option<Rules>, first: BpfProgram, apply: Apply) -> bool {
        let Some(rules) = rules else { return false };
        let named: Vec<u32> = rules.keys().map(|&call| call as u32).collect();
        let refused = SeccompAction::Errno(libc::EPERM as u32);
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, refused, self.architecture);
        let Some(Ok(program)) = filter.ok().map(BpfProgram::try_from) else {
            return false;
        };
        let mut whole = first;
        whole.extend(allow_unnamed(&named, PROCESSOR));
        whole.extend(program);
        apply(&whole).is_ok()
    }
}

/// The argument of this index isn't `value`.
fn differs(index: u8, value: u64) -> Option<SeccompCondition> {
    SeccompCondition::new(index, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, value).ok()
}

/// Some kernels have each system call of x86-64 a second time, for programs with short pointers, under
/// a number with this bit.
fn no_second_numbers() -> BpfProgram {
    const BIT: u32 = 0x4000_0000;
    match cfg!(target_arch = "x86_64") {
        true => absent(libc::BPF_JGE, BIT),
        false => Vec::new(),
    }
}

/// `clone3` hands its flags over in memory, where no filter sees them. As a call that isn't there, glibc
/// takes `clone` for it.
fn clone3_is_absent() -> BpfProgram {
    absent(libc::BPF_JEQ, libc::SYS_clone3 as u32)
}

/// Says of system calls that they aren't there, where their number compares to `number`.
fn absent(comparison: u32, number: u32) -> BpfProgram {
    vec![
        load(NUMBER),
        compare(comparison, number, 0, 1),
        answer(libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32),
    ]
}
