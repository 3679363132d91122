'use strict';

// SPKAC, which browsers made for <keygen>: the class is there, and says that segfn reads none.

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
