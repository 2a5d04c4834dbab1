// workerd with the shared transform.
import { respond } from './transform.mjs';

export default { fetch: respond };
