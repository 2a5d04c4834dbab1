// planish's core as a module, for hosts in JavaScript: bytes of a body in, status and bytes of an answer out.
const limits = { bodyBytesMax: 1 << 20, eventsMax: 10_000 };
const hashes = { 'xxh3-128': 0, 'xxh3-64': 1, sha256: 2, prefix8: 3 };
const verdicts = [
  [200, ''],
  [400, '{"type":"/problems/not-json","title":"Not JSON","status":400}'],
  [422, '{"type":"/problems/invalid-request","title":"The request is invalid","status":422}'],
  [422, '{"type":"/problems/invalid-events","title":"Some events are invalid","status":422}'],
];
const encoder = new TextEncoder();

export class Core {
  #exports;
  #body;

  constructor(module, { hash = 'prefix8', canonical = 'raw' } = {}) {
    this.#exports = new WebAssembly.Instance(module, {}).exports;
    this.#exports._initialize();
    this.#exports.configure(hashes[hash], canonical === 'raw' ? 1 : 0, 0, limits.bodyBytesMax, limits.eventsMax);
    this.#body = this.#exports.body();
  }

  // The answer is a view of the module's memory: valid until the next call, and to be copied before anything is awaited.
  transform(body) {
    if (body.length > limits.bodyBytesMax) return { status: 413, answer: encoder.encode('{"type":"/problems/content-too-large","status":413}') };
    const core = this.#exports;
    new Uint8Array(core.memory.buffer, this.#body, body.length).set(body);
    const start = performance.now();
    const [status, problem] = verdicts[core.transform(body.length, 0, 0)];
    if (status !== 200) return { status, answer: encoder.encode(problem) };
    const size = core.finish(performance.now() - start);
    return { status, answer: new Uint8Array(core.memory.buffer, core.answer(), size) };
  }
}

export const contentType = (status) => (status === 200 ? 'application/json' : 'application/problem+json');
