// The package is a stand-in for what the global scope has.
module.exports = { AbortController, AbortSignal };
