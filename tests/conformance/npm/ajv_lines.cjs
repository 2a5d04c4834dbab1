// A line {"dialect": "2020" | "7", "schema": …, "documents": […]} in, a line out: 1 or 0 for each document, or "refused".
'use strict';
const Draft07 = require('ajv').default;
const Draft2020 = require('ajv/dist/2020').default;

const options = { strict: false, allErrors: false, validateFormats: false, logger: false, unicodeRegExp: true, validateSchema: false };
const lines = require('node:fs').readFileSync(0, 'utf8').split('\n');
lines.pop();
for (const line of lines) {
  const { dialect, schema, documents } = JSON.parse(line);
  const ajv = dialect === '7' ? new Draft07(options) : new Draft2020(options);
  let said;
  try {
    const validate = ajv.compile(schema);
    said = documents.map((document) => (validate(document) ? '1' : '0')).join('');
  } catch (error) {
    said = `refused ${error.message}`;
  }
  process.stdout.write(`${said}\n`);
}
