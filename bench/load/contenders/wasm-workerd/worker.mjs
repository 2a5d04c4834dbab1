// workerd with planish's core as a module, an instance kept.
import module from './core.wasm';
import { Core, contentType } from './host.mjs';

const core = new Core(module);

export default {
  async fetch(request) {
    if (request.method !== 'POST') return new Response('POST /', { status: 404 });
    const { status, answer } = core.transform(new Uint8Array(await request.arrayBuffer()));
    return new Response(answer.slice(), { status, headers: { 'content-type': contentType(status) } });
  },
};
