// The bill of materials of a program, in CycloneDX: all that `segfn licenses --json` lists, which is what is linked and
// bundled, and nothing that only builds it.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Contrib, Enums, Models, Serialize, Spec } = require('@cyclonedx/cyclonedx-library');
const parse = require('spdx-expression-parse');

/** Package URLs' types, by what `segfn licenses` calls it. */
const TYPES = { crate: 'cargo', npm: 'npm' };

/** The bill as JSON. The same program gives the same bytes. */
export function sbom(program, version) {
  const licenses = new Contrib.License.Factories.LicenseFactory(parse);
  const listed = JSON.parse(execFileSync(program, ['licenses', '--json'], { encoding: 'utf8', maxBuffer: 1 << 26 }));
  const bom = new Models.Bom();
  const main = new Models.Component(Enums.ComponentType.Application, 'segfn', {
    version,
    bomRef: `segfn@${version}`,
    licenses: new Models.LicenseRepository([licenses.makeFromString('Apache-2.0')]),
  });
  bom.metadata.component = main;
  // Notices that were found in the code of packages have no version: they are no components.
  for (const { name, version: of, license, from } of listed.filter((each) => each.version)) {
    const purl = TYPES[from] && `pkg:${TYPES[from]}/${name.replace('@', '%40')}@${encodeURIComponent(of)}`;
    const component = new Models.Component(Enums.ComponentType.Library, name, {
      version: of,
      purl,
      bomRef: purl ?? `${name}@${of}`,
      // Old crates write A/B for A OR B.
      licenses: new Models.LicenseRepository([licenses.makeFromString(license.replaceAll(/ ?\/ ?/g, ' OR '))]),
    });
    bom.components.add(component);
    main.dependencies.add(component.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return serializer.serialize(bom, { sortLists: true, space: 2 }) + '\n';
}
