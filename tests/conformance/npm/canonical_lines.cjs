// A JSON text a line in, its canonical form a line out: npm's canonicalize, or where that is not installed the few lines
// that RFC 8785 needs in the language whose numbers and order of names it took over.
'use strict';

function sorted(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${sorted(value[name])}`).join()}}`;
}

let canonicalize = sorted;
try {
  canonicalize = require('canonicalize');
} catch {
  process.stderr.write('npm canonicalize is not installed: Node alone\n');
}

const lines = require('node:fs').readFileSync(0, 'utf8').split('\n');
lines.pop();
process.stdout.write(lines.map((line) => `${canonicalize(JSON.parse(line))}\n`).join(''));
