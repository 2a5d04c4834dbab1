// compose.mjs MODULE COMPONENT: a core module that carries its world, as wit-bindgen's do, becomes a component, by jco's library.
import { readFileSync, writeFileSync } from 'node:fs';
import { componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';

const [module, component] = process.argv.slice(2);
writeFileSync(component, await componentNew(readFileSync(module), []));
