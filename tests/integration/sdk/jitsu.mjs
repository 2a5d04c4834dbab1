// Jitsu's SDK: one event a request; S2S=1 as from a server.
import { jitsuAnalytics } from '@jitsu/js'
import { target, order, told } from './common.mjs'

const analytics = jitsuAnalytics({ host: target, writeKey: 'key:secret', s2s: process.env.S2S === '1' })
const call = (kind, ...event) => analytics[kind](...event).then(() => told(kind), error => told(kind, error))
await call('identify', 'user-1', { name: 'Zoë', plan: null })
await call('track', 'Order Completed', order)
await call('page', { name: 'Start', path: '/ü' })
await call('group', 'g-1', { name: 'Initech' })
process.exit(0)
