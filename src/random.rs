//! The one source of random values: the system's, or a seeded one that gives the same values at
//! each run.
//!
//! A seeded one has a stream for each use, so that a version of a function that draws one value
//! more of one kind gets the same of the others. What OpenSSL draws by itself stays random under a
//! seed too: new key pairs, primes, the nonces of ECDSA and DSA, paddings.
//!
//! A thread runs one function at a time, and its source is the thread's: ids are made in places that
//! know nothing of functions.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use sha2::{Digest, Sha256};

/// What a value is for.
#[derive(Clone, Copy, Debug)]
pub enum Use {
    /// `Math.random`.
    Math,
    /// `crypto`, and the packages over it.
    Crypto,
    /// Ids and keys that the embedded AWS gives out.
    Aws,
}

/// A source of random bytes; its clones draw from the same streams.
#[derive(Clone, Default)]
pub struct Random(Option<Rc<RefCell<[Stream; 3]>>>);

impl Random {
    /// A source whose values follow from `seed`.
    pub fn seeded(seed: u64) -> Random {
        Random(Some(Rc::new(RefCell::new(streams(seed)))))
    }

    /// Starts all streams of a seeded source anew.
    pub fn reseed(&self, seed: u64) {
        if let Random(Some(own)) = self {
            *own.borrow_mut() = streams(seed);
        }
    }

    /// Fills `bytes`.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn fill(&self, purpose: Use, bytes: &mut [u8]) -> io::Result<()> {
        match self {
            Random(Some(streams)) => {
                streams.borrow_mut()[purpose as usize].fill(bytes);
                Ok(())
            }
            Random(None) => fill_from_system(bytes),
        }
    }
}

fn streams(seed: u64) -> [Stream; 3] {
    [Use::Math, Use::Crypto, Use::Aws].map(|purpose| Stream::new(seed, purpose))
}

/// SHA-256 of a seed and a count, block by block.
struct Stream {
    hash: Sha256,
    count: u64,
    block: [u8; 32],
    /// How much of the block has been given out.
    used: usize,
}

impl Stream {
    fn new(seed: u64, purpose: Use) -> Stream {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        hash.update([purpose as u8]);
        Stream {
            hash,
            count: 0,
            block: [0; 32],
            used: 32,
        }
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.used == self.block.len() {
                let mut hash = self.hash.clone();
                hash.update(self.count.to_le_bytes());
                self.block = hash.finalize().into();
                self.count += 1;
                self.used = 0;
            }
            *byte = self.block[self.used];
            self.used += 1;
        }
    }
}

thread_local! {
    static OF_THREAD: RefCell<Random> = RefCell::new(Random::default());
    /// The sources that were this thread's before packages began to be evaluated, each because of
    /// the one before.
    static BEFORE: RefCell<Vec<Random>> = const { RefCell::new(Vec::new()) };
}

/// Makes `random` the source of this thread, on which no package is being evaluated.
pub fn set_of_thread(random: Random) {
    OF_THREAD.set(random);
    BEFORE.take();
}

/// For the evaluation of a package, gives this thread a source that follows from the package's name
/// alone, if its own is seeded: what a function draws doesn't depend on what else was touched.
pub fn enter_package(name: &str) {
    let own = of_thread();
    let source = match own.0 {
        Some(_) => Random::seeded(hash(name)),
        None => Random::default(),
    };
    BEFORE.with_borrow_mut(|before| before.push(own));
    OF_THREAD.set(source);
}

/// Ends what [`enter_package`] began.
pub fn leave_package() {
    if let Some(own) = BEFORE.with_borrow_mut(Vec::pop) {
        OF_THREAD.set(own);
    }
}

fn hash(name: &str) -> u64 {
    let hash: [u8; 32] = Sha256::digest(name.as_bytes()).into();
    let [a, b, c, d, e, f, g, h, ..] = hash;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// The source of this thread; the system's where none has been set.
pub fn of_thread() -> Random {
    OF_THREAD.with_borrow(Clone::clone)
}

/// Fills `bytes` from the source of this thread.
///
/// # Errors
/// The system has no randomness.
pub fn fill(purpose: Use, bytes: &mut [u8]) -> io::Result<()> {
    OF_THREAD.with_borrow(|random| random.fill(purpose, bytes))
}

/// Random bytes from the source of this thread.
///
/// # Errors
/// The system has no randomness.
pub fn bytes<const LENGTH: usize>(purpose: Use) -> io::Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    fill(purpose, &mut bytes)?;
    Ok(bytes)
}

/// Random bytes from the system, for what must differ from process to process.
///
/// # Errors
/// The system has no randomness.
pub fn from_system<const LENGTH: usize>() -> io::Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    fill_from_system(&mut bytes)?;
    Ok(bytes)
}

fn fill_from_system(bytes: &mut [u8]) -> io::Result<()> {
    getrandom::fill(bytes).map_err(|error| match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::other(error.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(random: &Random, purpose: Use, lengths: &[usize]) -> Vec<u8> {
        let mut all = Vec::new();
        for length in lengths {
            let mut bytes = vec![0; *length];
            random.fill(purpose, &mut bytes).unwrap();
            all.extend(bytes);
        }
        all
    }

    #[test]
    fn a_seed_gives_the_same_values_however_they_are_drawn() {
        let whole = drawn(&Random::seeded(7), Use::Crypto, &[100]);
        assert_eq!(
            drawn(&Random::seeded(7), Use::Crypto, &[1, 31, 33, 35]),
            whole
        );
        assert_ne!(drawn(&Random::seeded(8), Use::Crypto, &[100]), whole);
        let random = Random::seeded(7);
        assert_ne!(drawn(&random, Use::Aws, &[100]), whole);
        assert_eq!(drawn(&random, Use::Crypto, &[100]), whole);
        random.reseed(7);
        assert_eq!(drawn(&random, Use::Crypto, &[100]), whole);
    }

    #[test]
    fn the_systems_values_differ() {
        let random = Random::default();
        let draw = || drawn(&random, Use::Crypto, &[16]);
        assert_ne!(draw(), draw());
    }
}
