const show = (text, base) => {
  try {
    const { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash } = new URL(text, base);
    return JSON.stringify([href, origin, protocol, username, password, host, hostname, port, pathname, search, hash]);
  } catch (error) {
    return `${error.name} ${error.code} ${error.message} ${error.input}`;
  }
};
for (const text of [
  'https://ada:hu%24h@example.com:8443/a/../b/./c?q=é#frag', 'HTTP://EXAMPLE.com:80', 'http://münchen.de/ü?ü#ü', 'http://xn--mnchen-3ya.de', 'http://[::1]:3000/', 'http://0x7f.1', 'http://1.2.3', 'http://256.1.1.1',
  'file:///a/b', 'mailto:a@b', 'data:text/plain,hi there', 'javascript:alert(1)', 'blob:https://a.b/c', 'http://a b', 'http://', '//x', '/x', '', ' http://a/ ', 'http://a\tb/', 'http:\\\\a\\b', 'http://a/%zz%41', 'http://a?b#c?d',
  'custom://Host/Path', 'http://a.b./', 'http://ex%41mple.com', 'http://a:99999', 'http://a:b', 'ws://x:80', 'http://user@', "http://a/'\"<>`{}|^", "http://a?'\"<>`{}|^", 'http://日本語。jp', 'http://☃.net', 'http://-a-.b', 'http://a_b.c',
]) console.log(JSON.stringify(text), show(text));
for (const [text, base] of [['../x', 'http://a/b/c/d?q'], ['?y', 'http://a/b?x#z'], ['#z', 'http://a/b?x'], ['//c', 'https://a'], ['x', 'mailto:a'], ['', 'http://a/b#c'], ['x', 'nope'], ['/..//x', 'file:///c:/d']]) console.log(text, base, show(text, base));
const url = new URL('http://example.com/a?x=1');
for (const [name, value] of [['protocol', 'https'], ['protocol', 'mailto'], ['host', 'b.c:81'], ['hostname', 'd e'], ['port', '443'], ['port', '70000'], ['port', ''], ['pathname', 'p q'], ['search', '?a=ü'], ['hash', 'h i'], ['username', 'u:s'], ['password', 'p@'], ['href', 'http://new/']]) {
  url[name] = value;
  console.log(name, value, url.href);
}
try {
  url.href = 'nope';
} catch (error) {
  console.log(error.name, error.code, error.message);
}
url.searchParams.append('k', 'v w');
url.searchParams.sort();
console.log(url.href, url.searchParams.size, String(url), JSON.stringify({ url }), url, Object.keys(url), Object.prototype.toString.call(url));
url.search = '';
console.log([...url.searchParams], URL.canParse('x:y'), URL.canParse('x'), URL.name, URL.length);
const params = new URLSearchParams('?a=1&b=2&a=3&c=%20+%zz&&=x&d');
console.log([...params], params.getAll('a'), params.get('none'), params.has('b'), params.has('a', '3'), String(params), params, [...params.keys()], [...params.values()]);
params.set('a', 'new');
params.delete('b');
params.delete('c', 'other');
params.forEach((value, key, all) => console.log(key, value, all === params));
for (const make of [() => new URLSearchParams([['a', 'b'], ['c', 'd']]), () => new URLSearchParams({ a: 1, b: [2, 3], c: null }), () => new URLSearchParams(new Map([['x', 'y']])), () => new URLSearchParams(params), () => new URLSearchParams([['a']]), () => new URLSearchParams(5), () => new URLSearchParams(null), () => params.append('a'), () => params.get(), () => URLSearchParams()]) {
  try {
    console.log(String(make()));
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
