// Deno.serve with the shared transform.
import { respond } from '../../shared/transform.mjs';

Deno.serve({ port: Number(Deno.env.get('PORT')), hostname: '127.0.0.1', onListen() {} }, respond);
