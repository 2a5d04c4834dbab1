// Segment's SDK for Node with COUNT events, a few thousand in hand at a time: each is another one, by its user, time and properties.
import { Analytics } from '@segment/analytics-node'
import { target, then, told } from './common.mjs'

const count = Number(process.env.COUNT)
const analytics = new Analytics({ writeKey: 'KEY', host: target, flushAt: 100, flushInterval: 200, maxRetries: 10 })
const failures = []
analytics.on('error', error => failures.push(String(error.reason ?? error.code)))
let sent = 0
for (let from = 0; from < count; from += 5000) {
  await Promise.all(Array.from({ length: Math.min(5000, count - from) }, (_, i) => new Promise(done => {
    const n = from + i
    analytics.track({ userId: `user-${n % 1000}`, event: `Event ${n % 7}`, timestamp: new Date(then.getTime() + n), properties: { n, even: n % 2 === 0 } },
      error => { error ? failures.push(String(error)) : ++sent; done() })
  })))
}
await analytics.closeAndFlush({ timeout: 30000 })
told(`${sent} sent`, failures.length ? failures.slice(0, 5).join('; ') : null)
