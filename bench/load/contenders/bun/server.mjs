// Bun.serve with the shared transform.
import { respond } from '../../shared/transform.mjs';

Bun.serve({ port: Number(process.env.PORT), hostname: '127.0.0.1', idleTimeout: 255, fetch: respond });
