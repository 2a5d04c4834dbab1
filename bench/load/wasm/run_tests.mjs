// run_tests.mjs COMMAND KERNEL: runs a WebAssembly command of tests under Node's WASI, and exits as it does.
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [file, kernel] = process.argv.slice(2);
const args = ['tests', '--gtest_brief=1', ...process.argv.slice(4)];
// Compares the kernels that this machine has, and simdjson takes it to have none but the portable one.
if (kernel !== 'fallback') args.push('--gtest_filter=-Kernels.AllSayTheSame');
const wasi = new WASI({ version: 'preview1', args, env: { SIMDJSON_FORCE_IMPLEMENTATION: kernel }, returnOnExit: true });
globalThis.kept = wasi;  // Node 20 collects it while its own calls run, and aborts
const module = new WebAssembly.Module(readFileSync(file));
process.exit(wasi.start(new WebAssembly.Instance(module, wasi.getImportObject())));
