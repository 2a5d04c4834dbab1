// Node's own http server as an upstream: what it does is said by the path. Its first line says the port; SIGUSR2: what it took.
import http from 'node:http'

const taken = []
const whole = request => new Promise(done => {
  let text = ''
  request.setEncoding('utf8').on('data', part => { text += part }).on('end', () => done(text))
})
const ways = {
  '/ok': (_, response) => response.writeHead(204).end(),
  '/chunked': (_, response) => { response.write('in '); setTimeout(() => response.end('pieces'), 5) },
  '/trailers': (_, response) => { response.writeHead(200, { Trailer: 'X-Sum' }); response.write('a'); response.addTrailers({ 'X-Sum': '1' }); response.end() },
  '/hints': (_, response) => { response.writeEarlyHints({ link: '</a.css>; rel=preload' }); response.end('after hints') },
  '/close': (_, response) => response.writeHead(200, { Connection: 'close' }).end('last'),
  '/busy': (_, response) => response.writeHead(429, { 'Retry-After': '7' }).end('busy'),
  '/error': (_, response) => response.writeHead(500).end('secret'),
  '/gone': (_, response) => response.socket.destroy(),
  '/half': (_, response) => { response.writeHead(200, { 'Content-Length': 10 }); response.write('12345'); setTimeout(() => response.socket.destroy(), 5) },
}
const server = http.createServer({ keepAliveTimeout: Number(process.env.KEEP ?? 5000) }, async (request, response) => {
  if (request.url === '/early') return response.writeHead(413, { Connection: 'close' }).end('too large')  // nothing of it is read
  const text = await whole(request)
  taken.push(...text.split('\n').filter(Boolean).map(line => JSON.parse(line).key))
  ways[request.url](request, response)
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.on('SIGUSR2', () => console.log(JSON.stringify(taken)))
process.on('SIGTERM', () => process.exit())
