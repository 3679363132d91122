// Collects the licences of all that goes into the binary, for `segfn licenses`: crates, npm packages, and what V8 and
// OpenSSL are built from. js/build.mjs calls it, and build.rs takes what it makes.
//
// A component is { name, version, license, from, texts }. `license` is an SPDX expression, `from` is `crate`, `npm` or
// `native`, and `texts` are the texts that go with the licence.

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The texts of licences, for packages that name their licence but have no text of it. */
const STANDARD = {
  MIT: (holder) => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
  ISC: (holder) => `ISC License

Copyright (c) ${holder}

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.`,
  'BSD-3-Clause': (holder) => `Copyright (c) ${holder}

Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following
   disclaimer.
2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
   disclaimer in the documentation and/or other materials provided with the distribution.
3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products
   derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES;
LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN
CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS
SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`,
};

/** What V8 is built from, as its crate's sources say. The texts come from crates with the same licence. */
const IN_V8 = [
  ['V8', 'BSD-3-Clause', '2006-2026, the V8 project authors'],
  ['Chromium base (partition_alloc)', 'BSD-3-Clause', '2012-2026 The Chromium Authors'],
  ['ICU', 'Unicode-3.0'],
  ['abseil-cpp', 'Apache-2.0'],
  ['highway', 'Apache-2.0'],
  ['simdutf', 'MIT', '2021 The simdutf authors'],
  ['fast_float', 'MIT', '2021 The fast_float authors'],
  ['dragonbox', 'Apache-2.0 WITH LLVM-exception'],
  ['fp16', 'MIT', '2017 Facebook Inc., Georgia Institute of Technology; 2019 Google LLC'],
  ['libc++ and libc++abi', 'Apache-2.0 WITH LLVM-exception'],
  ['LLVM libc', 'Apache-2.0 WITH LLVM-exception'],
];

/** The licences of npm packages whose package.json names none, from their files, with the text if no file has it. */
const UNNAMED = {
  'binascii 0.0.2': ['MIT'],
  'cycle 1.0.3': [
    'Public domain',
    'The source says: Public Domain. NO WARRANTY EXPRESSED OR IMPLIED. USE AT YOUR OWN RISK.',
  ],
};

const FILES = /^(licen[cs]e|copying|notice|unlicense|copyright)/i;

/** The licence texts in a folder, or what its README says of licences. */
function textsIn(folder) {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
  const texts = files.filter((file) => FILES.test(file)).map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (texts.some((text) => text !== '')) return texts.filter((text) => text !== '');
  const readme = files.find((file) => /^readme/i.test(file));
  const section =
    readme &&
    /^#+ .*licen[cs]e.*\n([\s\S]*?)(?=^#|$(?![\s\S]))/im.exec(readFileSync(join(folder, readme), 'utf8'))?.[1].trim();
  // A short section only names the licence.
  return section?.length > 400 ? [section] : [];
}

/** The component, with its licence's usual text if it has none of its own. */
function complete(component, holder, apache) {
  if (component.texts.length > 0) return component;
  const known = component.license.split(/ OR |\//).map((name) => name.replace(/[()]/g, '').trim());
  const standard = known.find((name) => STANDARD[name]);
  if (standard) return { ...component, texts: [STANDARD[standard](holder || `the authors of ${component.name}`)] };
  if (known.includes('Apache-2.0')) return { ...component, texts: [apache] };
  throw new Error(`there is no text for the licence of ${component.name} ${component.version}: ${component.license}`);
}

/** The crates that are linked into segfn on this machine, and where their sources are, as cargo knows them. */
function crates() {
  const [, host] = /^host: (.*)$/m.exec(execFileSync('rustc', ['-vV'], { encoding: 'utf8' }));
  const cargo = (...args) =>
    execFileSync('cargo', args, { cwd: root, maxBuffer: 1 << 28, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const metadata = () =>
    JSON.parse(cargo('metadata', '--format-version', '1', '--locked', '--offline', '--filter-platform', host));
  let all;
  try {
    all = metadata();
  } catch {
    // A clean machine has not fetched the crates yet.
    cargo('fetch', '--locked', '--target', host);
    all = metadata();
  }
  const packages = new Map(all.packages.map((each) => [each.id, each]));
  const nodes = new Map(all.resolve.nodes.map((node) => [node.id, node]));
  const linked = new Set();
  const visit = (id) => {
    // Macros run in the compiler and are not linked.
    if (linked.has(id) || packages.get(id).targets.some(({ kind }) => kind.includes('proc-macro'))) return;
    linked.add(id);
    for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) if (kinds.some(({ kind }) => kind === null)) visit(pkg);
  };
  visit(all.resolve.root);
  linked.delete(all.resolve.root);
  const of = (name) => all.packages.find((each) => each.name === name);
  return { linked: [...linked].map((id) => packages.get(id)), of };
}

function crateComponents() {
  const { linked, of } = crates();
  const folder = ({ manifest_path: path }) => dirname(path);
  const found = linked.map((crate) => ({
    name: crate.name,
    version: crate.version,
    license: crate.license ?? 'see its text',
    from: 'crate',
    texts: textsIn(folder(crate)),
    holder: crate.authors.join(', '),
  }));
  const text = (name, start) => readFileSync(join(folder(of(name)), start), 'utf8').trim();
  const apache = text('serde', 'LICENSE-APACHE');
  const standard = {
    'Apache-2.0': apache,
    'Apache-2.0 WITH LLVM-exception': text('rustix', 'LICENSE-Apache-2.0_WITH_LLVM-exception'),
    'Unicode-3.0': text('icu_provider', 'LICENSE'),
  };
  const v8 = of('v8').version;
  const native = IN_V8.map(([name, license, holder]) => ({
    name,
    version: `of v8 ${v8}`,
    license,
    from: 'native',
    texts: standard[license] ? [standard[license]] : [],
    holder,
  }));
  native.push({
    name: 'OpenSSL',
    version: of('openssl-src').version.split('+')[1],
    license: 'Apache-2.0',
    from: 'native',
    texts: [text('openssl-src', 'openssl/LICENSE.txt')],
  });
  native.push({
    name: "Rust's standard library",
    version: execFileSync('rustc', ['-V'], { encoding: 'utf8' }).split(' ')[1],
    license: 'MIT OR Apache-2.0',
    from: 'native',
    texts: [],
    holder: 'The Rust Project contributors',
  });
  return {
    components: [...found, ...native].map(({ holder, ...component }) => complete(component, holder, apache)),
    apache,
  };
}

/** The npm packages in these folders. */
function npmComponents(folders, apache) {
  const found = new Map();
  for (const folder of folders) {
    const { name, version, license, licenses, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const key = `${name} ${version}`;
    const [unnamed, text] = UNNAMED[key] ?? [];
    const said = license?.type ?? license ?? licenses?.map(({ type }) => type).join(' OR ') ?? unnamed;
    if (!said)
      throw new Error(`${key} names no licence: find out which it has, and add it to UNNAMED in scripts/licenses.mjs`);
    const texts = text ? [text] : textsIn(folder);
    const holder = (author?.name ?? author ?? '').replace(/ *[<(].*/, '');
    found.set(key, complete({ name, version, license: said, from: 'npm', texts }, holder, apache));
  }
  return [...found.values()];
}

/**
 * The contents of licenses.bin: the raw deflate of a JSON object with `components`, whose `texts` are indices into
 * `texts`. `folders` are the folders of the npm packages in the bundles. `notices` has the notices in their code, by
 * bundle.
 */
export function licenceArchive(folders, notices) {
  const { components: crates, apache } = crateComponents();
  const texts = new Map();
  const indexOf = (text) => {
    const plain = text.replaceAll('\r\n', '\n');
    if (!texts.has(plain)) texts.set(plain, texts.size);
    return texts.get(plain);
  };
  const order = (a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);
  const bundled = Object.entries(notices).map(([name, text]) => ({
    name: `notices in the bundle ${name}`,
    version: '',
    license: 'see its text',
    from: 'npm',
    texts: [text],
  }));
  const components = [...crates, ...npmComponents(folders, apache)]
    .sort(order)
    .concat(bundled)
    .map((component) => ({ ...component, texts: component.texts.map(indexOf) }));
  return deflateRawSync(JSON.stringify({ components, texts: [...texts.keys()] }), { level: 9 });
}
