// Node's own http module, with planish's core as a module in V8. FRESH=1: an instance for each request.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Core, contentType } from '../../wasm/host.mjs';

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const kept = process.env.FRESH ? null : new Core(module);

createServer((request, response) => {
  if (request.method !== 'POST') return response.writeHead(404).end('POST /');
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    const { status, answer } = (kept ?? new Core(module)).transform(body);
    // Copied: Node may write it after the next request has overwritten the module's memory.
    response.writeHead(status, { 'content-type': contentType(status), 'content-length': answer.length }).end(Buffer.from(answer));
  });
}).listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 4096 });
