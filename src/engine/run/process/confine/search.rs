//! A search through the system calls that a filter says something about.
//!
//! seccompiler compares a call with each of them, one after another, and the kernel tries a new filter with each system
//! call that there is: with 50 compared, that is most of the time that the filter takes to be put up.

use nix::libc;
use seccompiler::{BpfProgram, sock_filter};

/// How many numbers are compared one after another.
const FEW: usize = 4;

/// Where the number is in what a filter sees.
pub const NUMBER: u32 = 0;
/// Where the processor is.
const PROCESSOR: u32 = 4;

/// Allows system calls of this processor whose number isn't among `named`, and lets others through to the instructions
/// that follow. `named` is in ascending order; `processor` is the kernel's name for it (`AUDIT_ARCH_…`).
pub fn allow_unnamed(named: &[u32], processor: u32) -> BpfProgram {
    let search = search(named);
    let length = search.len() as u32;
    let mut program = vec![
        load(PROCESSOR),
        compare(libc::BPF_JEQ, processor, 1, 0),
        // Behind the number's instruction and the search.
        jump(length + 1),
        load(NUMBER),
    ];
    program.extend(search);
    program
}

/// Ends behind its last instruction where the number is named.
fn search(named: &[u32]) -> BpfProgram {
    if named.len() <= FEW {
        let compared = named.iter().zip((1..=named.len() as u8).rev());
        let mut few: BpfProgram = compared
            .map(|(&number, left)| compare(libc::BPF_JEQ, number, left, 0))
            .collect();
        few.push(allow());
        return few;
    }
    let (low, high) = named.split_at(named.len() / 2);
    let (below, above) = (search(low), search(high));
    let mut both = vec![
        compare(libc::BPF_JGE, high[0], 0, 1),
        // Behind the half below, and what leads out of it.
        jump(below.len() as u32 + 1),
    ];
    both.extend(below);
    both.push(jump(above.len() as u32));
    both.extend(above);
    both
}

/// Compares, and skips so many instructions.
pub fn compare(comparison: u32, value: u32, if_so: u8, if_not: u8) -> sock_filter {
    instruction(
        libc::BPF_JMP | comparison | libc::BPF_K,
        if_so,
        if_not,
        value,
    )
}

/// Takes a value of what the filter sees.
pub fn load(place: u32) -> sock_filter {
    instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, place)
}

pub fn answer(value: u32) -> sock_filter {
    instruction(libc::BPF_RET | libc::BPF_K, 0, 0, value)
}

fn allow() -> sock_filter {
    answer(libc::SECCOMP_RET_ALLOW)
}

fn jump(skipped: u32) -> sock_filter {
    instruction(libc::BPF_JMP | libc::BPF_JA, 0, 0, skipped)
}

fn instruction(code: u32, jt: u8, jf: u8, k: u32) -> sock_filter {
    sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THIS: u32 = 0xc000_003e;

    /// Whether a call is allowed by `program`, or goes on to what follows.
    fn is_allowed(program: &[sock_filter], processor: u32, number: u32) -> bool {
        let (mut at, mut value) = (0, 0);
        while let Some(step) = program.get(at) {
            at += 1;
            let k = step.k;
            let is = match u32::from(step.code) {
                code if code == u32::from(load(0).code) => {
                    value = if k == PROCESSOR { processor } else { number };
                    continue;
                }
                code if code == u32::from(jump(0).code) => {
                    at += k as usize;
                    continue;
                }
                code if code == u32::from(compare(libc::BPF_JEQ, 0, 0, 0).code) => value == k,
                code if code == u32::from(compare(libc::BPF_JGE, 0, 0, 0).code) => value >= k,
                _ => return k == libc::SECCOMP_RET_ALLOW,
            };
            at += usize::from(if is { step.jt } else { step.jf });
        }
        assert_eq!(at, program.len(), "it ends behind its last instruction");
        false
    }

    #[test]
    fn exactly_the_numbers_that_are_not_named_are_allowed() {
        for count in 0..60 {
            let named: Vec<u32> = (0..count).map(|n| n * 7 + 3).collect();
            let program = allow_unnamed(&named, THIS);
            for number in 0..500 {
                let expected = !named.contains(&number);
                assert_eq!(
                    is_allowed(&program, THIS, number),
                    expected,
                    "{number} of {count}"
                );
            }
        }
    }

    /// The same numbers mean other calls there.
    #[test]
    fn calls_by_another_processors_numbers_are_not_allowed_here() {
        let program = allow_unnamed(&[1, 2, 3, 4, 5, 6], THIS);
        assert!(!is_allowed(&program, 0x4000_0003, 9));
    }
}
