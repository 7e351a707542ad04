// The last step of `npm run build`: puts the modules that a run needs together in a few files, since opening a thousand small ones takes
// longer than scanning a small tree. The entries stay where they are, and modules find what is beside them as before.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const ENTRIES = [
  'src/cli/bin',
  'src/jobs/scan-worker',
  'src/policy/compiler/compiler-worker',
  'src/policy/evaluation/evaluation-worker',
  'src/scan/formats/hcl/hcl-worker',
];
/** Of the packages, those that a scan needs. The others find files of their own beside them, or are a daemon's. */
const BUNDLED = ['@streamparser/json', 'aws4', 'commander', 'fast-glob', 'ignore', 'kysely', 'yaml', 'yauzl', 'zod'];
const PLACE = /"__module:([^"]+)__"/g;

const external = (id, importer) =>
  !/^[./]/.test(id) &&
  !importer?.includes('/node_modules/') &&
  !BUNDLED.some((name) => id === name || id.startsWith(`${name}/`));

/** `import.meta.url` goes on to be the address that the module has by itself. */
const places = {
  name: 'places',
  transform: (code, id) =>
    id.startsWith(dist) && code.includes('import.meta.url')
      ? { code: code.replaceAll('import.meta.url', `"__module:${relative(dist, id).replaceAll('\\', '/')}__"`) }
      : null,
  renderChunk: (code, { fileName }) => ({
    code: code.replaceAll(PLACE, (_, path) => {
      const from = posix.relative(posix.dirname(fileName), path);
      return `new URL(${JSON.stringify(from)}, import.meta.url).href`;
    }),
  }),
};

rmSync(join(dist, 'chunks'), { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(dist, `${entry}.js`)])),
  platform: 'node',
  external,
  plugins: [places],
});
const { output } = await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
});
writeFileSync(join(dist, 'chunks', 'LICENSES.txt'), licences(output.flatMap(({ moduleIds = [] }) => moduleIds)));

/** What the packages ask to be kept with copies of them. */
function licences(modules) {
  const packages = new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []));
  return [...packages]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
