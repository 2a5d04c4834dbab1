// Node's own http module, nothing around it.
import { createServer } from 'node:http';
import { transform } from '../../shared/transform.mjs';

createServer((request, response) => {
  if (request.method !== 'POST') return response.writeHead(404).end('POST /');
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    try {
      const answer = Buffer.from(transform(body.toString('utf8')));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
    } catch (e) {
      response.writeHead(e.status ?? 500).end(e.message);
    }
  });
}).listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 4096 });
