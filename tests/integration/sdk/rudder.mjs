// RudderStack's SDK for Node: gzip under the type of a form, unless GZIP=0.
import Analytics from '@rudderstack/rudder-sdk-node'
import { target, then, order, told, pause } from './common.mjs'

const analytics = new Analytics('KEY', { dataPlaneUrl: target, gzip: process.env.GZIP !== '0', logLevel: 'error', flushInterval: 100 })
const open = new Set()
const call = (kind, event) => {
  open.add(event)
  analytics[kind](event, error => { open.delete(event); told(kind, error) })
}
call('identify', { userId: 'user-1', traits: { name: 'Zoë', plan: null }, timestamp: then })
call('track', { userId: 'user-1', event: 'Order Completed', properties: order, timestamp: then })
call('track', { anonymousId: 'anon-1', event: 'No Time', properties: {} })
call('page', { userId: 'user-2', name: 'Start', properties: { url: 'https://shop.example/ü' }, timestamp: then })
call('screen', { userId: 'user-2', name: 'Home', timestamp: then })
call('group', { userId: 'user-2', groupId: 'g-1', traits: { employees: 329 }, timestamp: then })
call('alias', { userId: 'user-3', previousId: 'anon-1', timestamp: then })
for (let i = 0; i < 40; i++) call('track', { userId: `user-${i}`, event: 'Burst', properties: { i }, timestamp: then })
while (open.size > 0) {
  await analytics.flush().catch(() => {})
  await pause(100)
}
process.exit(0)
