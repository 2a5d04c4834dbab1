// compose.mjs MODULE WORLD OUT: a core module and its world become a component, OUT/twin.component.wasm, and that becomes
// what Node can run, by jco's libraries. To be run where they are found.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [module, world, out] = process.argv.slice(2);
const { resolve } = createRequire(join(out, 'server.mjs'));
const library = (name) => import(pathToFileURL(resolve(name)));
const { componentEmbed, componentNew } = await library('@bytecodealliance/jco-transpile/wasm-tools');
const { transpileBytes } = await library('@bytecodealliance/jco-transpile');

const embedded = await componentEmbed({ binary: readFileSync(module), witSource: readFileSync(world, 'utf8'), world: 'twin' });
const component = await componentNew(embedded, []);
writeFileSync(join(out, 'twin.component.wasm'), component);
const { files } = await transpileBytes(component, { name: 'twin', emitTypescriptDeclarations: false });
for (const [name, content] of Object.entries(files)) {
  mkdirSync(dirname(join(out, name)), { recursive: true });
  writeFileSync(join(out, name), content);
}
