'use strict';

// SPKAC certificates, which browsers made for <keygen>. The class is there, but segfn doesn't read them.

function refuse() {
  throw new Error('segfn does not read SPKAC certificates');
}

function Certificate() {
  if (!new.target) return new Certificate();
}
for (const holder of [Certificate, Certificate.prototype]) {
  Object.assign(holder, { exportChallenge: refuse, exportPublicKey: refuse, verifySpkac: refuse });
}

module.exports = Certificate;
