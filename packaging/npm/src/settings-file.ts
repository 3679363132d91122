import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Those that are there. */
const files = new Set<SettingsFile>();
process.on('exit', () => files.forEach((file) => file.remove()));

/** A file of settings that only this user can read, for as long as a process needs it. */
export class SettingsFile {
  readonly #folder = mkdtempSync(join(tmpdir(), 'segfn-'));
  readonly flags: readonly string[];

  constructor(settings: object) {
    files.add(this);
    const path = join(this.#folder, 'settings.json');
    writeFileSync(path, JSON.stringify(settings), { mode: 0o600 });
    this.flags = [`--settings=${path}`];
  }

  remove(): void {
    files.delete(this);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
