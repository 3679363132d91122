// npm's atob and btoa, which are not the browser's.
for (const text of ['', 'a', 'ab', 'abc', 'grüße', '€', '\0\xff', 'a\nb']) console.log(JSON.stringify(text), btoa(text), JSON.stringify(atob(btoa(text))));
for (const text of ['YQ', 'YQ=', 'YQ==', 'Y Q = =', '*', '-_-_', '+/+/', 'YWJj\nZGVm', '====']) console.log(JSON.stringify(text), JSON.stringify(atob(text)));
for (const value of [5, true, null, Buffer.from('€'), new Date(0), { toString: () => 'own' }]) {
  for (const [name, convert] of [['btoa', btoa], ['atob', atob]]) {
    try {
      console.log(name, JSON.stringify(convert(value)));
    } catch (error) {
      console.log(name, error.name, error.code, error.message);
    }
  }
}
console.log(btoa.name, atob.name, btoa.length);
const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
console.log(btoa(bytes), atob(btoa(bytes)) === bytes);
