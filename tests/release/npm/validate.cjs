// node validate.cjs openapi | bom | kubernetes: a document on standard input, a fault a line on standard output.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

async function openapi(text) {
  const { createConfig, lintFromString } = require('@redocly/openapi-core');
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source: text, absoluteRef: '/openapi.json', config });
  return problems.map((problem) => `${problem.location[0].pointer}: ${problem.message} (${problem.ruleId})`);
}

async function bom(text) {
  const { Spec, Validation } = require('@cyclonedx/cyclonedx-library');
  const faults = await new Validation.JsonStrictValidator(JSON.parse(text).specVersion || Spec.Version.v1dot5).validate(text);
  return (faults || []).map((fault) => JSON.stringify(fault));
}

// The models' validators pass what they don't know: a name that no object of Kubernetes has is a slip of ours.
const FREE = new Set(['labels', 'matchLabels', 'annotations', 'limits', 'requests']);
function names(value, out) {
  if (Array.isArray(value)) value.forEach((item) => names(item, out));
  else if (value && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      out.add(name);
      if (!FREE.has(name)) names(inner, out);
    }
  }
  return out;
}

function known(...folders) {
  const read = (folder) => fs.readdirSync(folder).filter((file) => file.endsWith('.d.ts')).map((file) => fs.readFileSync(path.join(folder, file), 'utf8'));
  return new Set(folders.flatMap(read).flatMap((text) => [...text.matchAll(/^\s*"?(\w+)"?\??:/gm)].map((match) => match[1])));
}

async function kubernetes(text) {
  const faults = [];
  const root = path.dirname(require.resolve('kubernetes-models'));
  const meta = path.join(path.dirname(require.resolve('@kubernetes-models/apimachinery')), 'apis/meta/v1');
  for (const object of JSON.parse(text)) {
    const fields = known(meta, `${root}/v1`, `${root}/${object.apiVersion}`);
    const where = `${object.kind} of ${object.apiVersion}`;
    const model = require(`kubernetes-models/${object.apiVersion}`)[object.kind];
    if (!model) { faults.push(`${where}: there is no such object`); continue; }
    try {
      new model(object).validate();
    } catch (error) {
      faults.push(`${where}: ${error.message}`);
    }
    for (const name of names(object, new Set())) if (!fields.has(name) && !/[./]/.test(name)) faults.push(`${where}: no field is called ${name}`);
  }
  return faults;
}

const kinds = { openapi, bom, kubernetes };
kinds[process.argv[2]](fs.readFileSync(0, 'utf8')).then((faults) => process.stdout.write(faults.map((fault) => `${fault}\n`).join('')));
