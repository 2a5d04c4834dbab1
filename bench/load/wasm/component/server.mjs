// The component in the HTTP server that jco's own `serve` starts. It lies beside twin.js when it runs.
import { HTTPServer } from '@bytecodealliance/preview2-shim/http';
import { incomingHandler } from './twin.js';

new HTTPServer(incomingHandler).listen(Number(process.env.PORT), '127.0.0.1');
