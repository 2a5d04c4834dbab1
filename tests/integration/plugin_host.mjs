// The ABI's host in JavaScript, as small as it can be: plugin_host.mjs PLUGIN.wasm < batches > verdicts
// A batch is a line of JSON, [{type, time, payload, event, fields}…]: texts, and of each field null or where it is in the
// payload, [offset, bytes]. Its verdicts are a line too.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { fatal: true });

function judge(events) {
  const { exports } = new WebAssembly.Instance(module, {});
  if (exports.planish_init) {
    const at = exports.planish_buffer(2);
    new Uint8Array(exports.memory.buffer, at, 2).set(utf8.encode("{}"));
    if (exports.planish_init(at, 2) !== 0) throw new Error("planish_init");
  }
  const texts = events.flatMap((e) => [e.type, e.payload, e.event].map((t) => utf8.encode(t)));
  const fields = events[0].fields.length;
  const records = 64 + events.length * (128 + 8 * fields);
  const textBytes = texts.reduce((sum, t) => sum + t.length, 0);
  const out = 2 * textBytes + 65536;
  const base = exports.planish_buffer(records + textBytes + 16 + out);
  const view = new DataView(exports.memory.buffer);
  const bytes = new Uint8Array(exports.memory.buffer);
  let at = base + records;
  const put = (t, record) => {
    if (t.length === 0) return;
    bytes.set(t, at);
    view.setUint32(record, at, true);
    view.setUint32(record + 4, t.length, true);
    at += t.length;
  };
  const verdicts = base + 64 + events.length * 64;
  events.forEach((event, i) => {
    const record = base + 64 + i * 64;
    const own = texts.slice(i * 3, (i + 1) * 3);
    const fieldsAt = verdicts + events.length * 64 + i * fields * 8;
    put(own[0], record);
    view.setBigInt64(record + 8, BigInt(event.time), true);
    put(own[1], record + 32);
    put(own[2], record + 40);
    view.setUint32(record + 48, fieldsAt, true);
    const payload = view.getUint32(record + 32, true);
    event.fields.forEach((field, k) => {
      view.setUint32(fieldsAt + k * 8, field === null ? 0 : payload + field[0], true);
      view.setUint32(fieldsAt + k * 8 + 4, field === null ? 0 : field[1], true);
    });
  });
  [1, events.length, base + 64, verdicts].forEach((value, i) => view.setUint32(base + 4 * i, value, true));
  at = (at + 15) & ~15;
  view.setUint32(base + 28, at, true);
  view.setUint32(base + 32, out, true);
  if (exports.planish_events(base) !== 0) throw new Error("planish_events");
  const after = new DataView(exports.memory.buffer);
  const read = (record) =>
    text.decode(new Uint8Array(exports.memory.buffer, after.getUint32(record, true), after.getUint32(record + 4, true)));
  return events.map((_, i) => {
    const verdict = verdicts + i * 64;
    return { action: after.getUint32(verdict, true), payload: read(verdict + 20), attributes: read(verdict + 28) };
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(judge(JSON.parse(line))) + "\n");
}
