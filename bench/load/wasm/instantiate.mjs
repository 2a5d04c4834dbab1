// How long does an instance take until it can answer? Microseconds, one a line; the module is compiled before.
import { readFileSync } from 'node:fs';
import { Core } from './host.mjs';

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
for (let i = 0; i < 50; ++i) {
  const start = performance.now();
  new Core(module);
  console.log(((performance.now() - start) * 1000).toFixed(1));
}
