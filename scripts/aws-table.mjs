// Writes the table through which S3 and STS operations reach the Rust SDK's typed builders.
//
//   node scripts/aws-table.mjs [FOLDER]      (FOLDER: src/host/aws/table by default)
//
// It joins two descriptions of the same services: the models of npm aws-sdk, which say what a
// function may pass, and the setters of the Rust crates, which say what can be sent. A name
// means the same member when it differs only in case and underscores. An operation that the
// crates no longer have is left out: it is sent as the package itself builds it.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const services = [
  { name: 's3', crate: 'aws-sdk-s3', model: 's3-2006-03-01' },
  { name: 'sts', crate: 'aws-sdk-sts', model: 'sts-2011-06-15' },
];

/** Where cargo keeps the sources of each crate that segfn depends on, by name. */
function crateFolders() {
  // Without a platform, cargo would need the crates of all platforms, and a build fetches this machine's only.
  const [, host] = /^host: (.*)$/m.exec(execFileSync('rustc', ['-vV'], { encoding: 'utf8' }));
  const text = execFileSync(
    'cargo',
    ['metadata', '--format-version', '1', '--locked', '--offline', '--filter-platform', host],
    {
      cwd: root,
      maxBuffer: 1 << 28,
      encoding: 'utf8',
    },
  );
  return new Map(JSON.parse(text).packages.map(({ name, manifest_path }) => [name, dirname(manifest_path)]));
}

/** A name without case and underscores, by which its two spellings are matched. */
const key = (name) => name.replaceAll('_', '').toLowerCase();

/** The setters in a builder's source, by key: `{ setter, type }`. The type is without its `Option`. */
function setters(source) {
  const found = source.matchAll(/pub fn (set_\w+)\(\s*mut self,\s*input: ::std::option::Option<(.+)>,?\s*\) -> Self/g);
  return new Map([...found].map(([, setter, type]) => [key(setter.slice('set_'.length)), { setter, type }]));
}

/** The innermost type that is the crate's own, such as `Tag` of `Vec<crate::types::Tag>`. */
const ownType = (type) => type.match(/crate::types::(\w+)/)?.[1];

class Table {
  constructor({ name, crate, model }, folder) {
    this.name = name;
    this.crate = crate.replaceAll('-', '_');
    this.folder = join(folder, 'src');
    this.model = JSON.parse(readFileSync(join(root, 'js/node_modules/aws-sdk/apis', `${model}.min.json`), 'utf8'));
    this.operations = [];
    this.structures = new Map();
    this.unions = new Map();
    this.enums = new Set();
    const files = readFileSync(join(this.folder, 'types.rs'), 'utf8').matchAll(/pub use crate::types::(\w+)::(\w+);/g);
    this.files = new Map([...files].map(([, file, type]) => [type, join(this.folder, 'types', `${file}.rs`)]));
    for (const [operation, { input }] of Object.entries(this.model.operations)) this.addOperation(operation, input);
  }

  addOperation(operation, input) {
    const modules = readFileSync(join(this.folder, 'operation.rs'), 'utf8').matchAll(/pub mod (\w+);/g);
    const method = [...modules].map(([, module]) => module).find((module) => key(module) === key(operation));
    if (!method) return;
    const source = readFileSync(join(this.folder, 'operation', method, 'builders.rs'), 'utf8');
    const name = operation[0].toLowerCase() + operation.slice(1);
    this.operations.push({ name, method, members: this.members(operation, input, setters(source)) });
  }

  /** Pairs the members of a v2 shape with setters, and adds the types that they need. */
  members(owner, shape, known) {
    return Object.entries(this.resolve(shape).members ?? {}).map(([member, memberShape]) => {
      const found = known.get(key(member));
      if (!found) throw new Error(`${this.crate}: nothing sets ${owner}.${member}`);
      this.addType(found.type, memberShape);
      return { setter: found.setter, member, streams: found.type.endsWith('ByteStream') };
    });
  }

  resolve(shape) {
    return shape?.shape ? this.model.shapes[shape.shape] : (shape ?? {});
  }

  addType(rustType, v2) {
    const type = ownType(rustType);
    if (!type || this.structures.has(type) || this.unions.has(type) || this.enums.has(type)) return;
    let shape = this.resolve(v2);
    while (shape.type === 'list' || shape.type === 'map') shape = this.resolve(shape.member ?? shape.value);
    const source = readFileSync(this.files.get(type), 'utf8');
    if (shape.type !== 'structure') {
      this.enums.add(type);
    } else if (source.includes(`pub enum ${type} `)) {
      this.addUnion(type, shape, source);
    } else {
      const entry = { checked: /pub fn build\(self\) -> ::std::result::Result</.test(source) };
      this.structures.set(type, entry);
      entry.members = this.members(type, shape, setters(source));
    }
  }

  addUnion(type, shape, source) {
    const variants = [...source.matchAll(/^ {4}(\w+)\((.+)\),$/gm)];
    const members = [];
    this.unions.set(type, members);
    for (const [member, memberShape] of Object.entries(shape.members)) {
      const variant = variants.find(([, name]) => key(name) === key(member));
      if (!variant) throw new Error(`${this.crate}: ${type} has no ${member}`);
      this.addType(variant[2], memberShape);
      members.push(`${variant[1]} "${member}"`);
    }
  }

  render() {
    const pair = ({ setter, member, streams }) => `${setter} ${streams ? 'body' : `"${member}"`}`;
    const sorted = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    this.operations.sort((a, b) => (a.name < b.name ? -1 : 1));
    const macros = ['enums', 'structures', 'unions'].filter((macro) => (this[macro].size ?? 0) > 0);
    const imported = macros.length === 1 ? macros[0] : `{${macros.join(', ')}}`;
    return [
      `//! What of ${this.model.metadata.serviceAbbreviation} the crate ${this.crate.replaceAll('_', '-')} can be asked for.`,
      '//!',
      '//! Written by scripts/aws-table.mjs: do not edit.',
      '',
      `use super::super::params::${imported};`,
      'use super::operations;',
      '',
      `operations! {${this.crate};`,
      ...this.operations.flatMap(({ name, method, members }) => row(`"${name}" ${method}`, members.map(pair))),
      '}',
      '',
      `structures! {${this.crate};`,
      ...sorted(this.structures).flatMap(([type, { checked, members }]) =>
        row(`${type}${checked ? ' checked' : ''}`, members.map(pair)),
      ),
      '}',
      ...(this.unions.size
        ? ['', `unions! {${this.crate};`, ...sorted(this.unions).flatMap(([type, members]) => row(type, members)), '}']
        : []),
      ...(this.enums.size
        ? ['', `enums! {${this.crate};`, ...wrap([...this.enums].sort().map((type) => `${type},`)), '}']
        : []),
      '',
    ].join('\n');
  }
}

/** `head { a, b }`, on one line where it fits. */
function row(head, items) {
  const line = `    ${head} { ${items.map((item) => `${item},`).join(' ')} }`.replace('{  }', '{}');
  if (line.length <= 100) return [line];
  return [`    ${head} {`, ...wrap(items.map((item) => `${item},`)).map((text) => `    ${text}`), '    }'];
}

/** The words in lines of at most 96 columns, each indented by four. */
function wrap(words) {
  const lines = [];
  for (const word of words) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last].length + 1 + word.length <= 96) lines[last] += ` ${word}`;
    else lines.push(`    ${word}`);
  }
  return lines;
}

const target = process.argv[2] ?? join(root, 'src/host/aws/table');
if (!existsSync(join(root, 'js/node_modules/aws-sdk')))
  throw new Error('aws-sdk is missing: run `npm ci` in js/ first');
mkdirSync(target, { recursive: true });
const folders = crateFolders();
for (const service of services) {
  writeFileSync(join(target, `${service.name}.rs`), new Table(service, folders.get(service.crate)).render());
}
