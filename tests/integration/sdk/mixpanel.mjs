// Mixpanel's SDK for Node, in batches (one event goes by GET, which planish does not take); VERBOSE=1 asks for the longer answer.
import Mixpanel from 'mixpanel'
import { target, then, order, told } from './common.mjs'

const url = new URL(target)
const mixpanel = Mixpanel.init('TOKEN', { host: url.hostname, port: Number(url.port), protocol: 'http', key: 'KEY', verbose: process.env.VERBOSE === '1' })
const call = (kind, events) => new Promise(done => mixpanel[kind](events, errors => {
  told(kind, [errors].flat().find(Boolean))
  done()
}))
const burst = Array.from({ length: 60 }, (_, i) => ({ event: 'Burst', properties: { distinct_id: `user-${i}`, time: then, i } }))
await call('track_batch', [{ event: 'Order Completed', properties: { ...order, distinct_id: 'user-1', time: new Date() } }, { event: 'Own Id', properties: { distinct_id: 'user-2', time: new Date(), $insert_id: 'own-1' } }])
await call('import_batch', [{ event: 'Old', properties: { distinct_id: 'user-1', time: then } }, { event: 'In Seconds', properties: { distinct_id: 'user-2', time: 1699123456 } }])
await call('import_batch', burst)
process.exit(0)
