// What deno_core provides while the startup snapshot is made. Functions never see it: the engine
// deletes `Deno` and `__bootstrap` from the global object before a function is loaded.
export const core = globalThis.Deno.core;
export const primordials = globalThis.__bootstrap.primordials;

// The Rust ops of src/host are bound after the snapshot has been read. So they must be looked up
// on this object when they are called, and never be destructured while a bundle is evaluated.
export const ops = core.ops;
