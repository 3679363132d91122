// The npm package stands in for these two where the global scope lacks them.
module.exports = { AbortController, AbortSignal };
