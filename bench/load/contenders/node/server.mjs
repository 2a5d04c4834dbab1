// Node's own http module, nothing around it. With CANONICAL the hash is SHA-256 of the payload's RFC 8785 text, by npm's canonicalize.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { transform } from '../../shared/transform.mjs';

function canonicalHash() {
  const canonicalize = createRequire(`${process.env.NPM}/package.json`)('canonicalize');
  return (payload) => createHash('sha256').update(canonicalize(payload)).digest('hex');
}

const hash = process.env.CANONICAL ? canonicalHash() : undefined;

createServer((request, response) => {
  if (request.method !== 'POST') return response.writeHead(404).end('POST /');
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    try {
      const answer = Buffer.from(transform(body.toString('utf8'), hash));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
    } catch (e) {
      response.writeHead(e.status ?? 500).end(e.message);
    }
  });
}).listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 4096 });
