// Segment's SDK for Node: each kind of call, and a burst that fills more than one batch.
import { Analytics } from '@segment/analytics-node'
import { target, then, order, told } from './common.mjs'

const analytics = new Analytics({ writeKey: 'KEY', host: target, flushInterval: 200 })
analytics.on('error', e => told('error', e.reason ?? e.code))
const call = (kind, event) => analytics[kind](event, error => told(kind, error))
call('identify', { userId: 'user-1', traits: { name: 'Zoë', plan: null }, timestamp: then })
call('track', { userId: 'user-1', event: 'Order Completed', properties: order, timestamp: then })
call('track', { anonymousId: 'anon-1', event: 'No Time', properties: {} })
call('track', { userId: 'user-2', event: 'With Offset', timestamp: '2023-11-04T20:44:16.789123+02:00' })
call('page', { userId: 'user-2', name: 'Start', properties: { url: 'https://shop.example/ü' }, timestamp: then })
call('screen', { userId: 'user-2', name: 'Home', timestamp: then })
call('group', { userId: 'user-2', groupId: 'g-1', traits: { employees: 329 }, timestamp: then })
call('alias', { userId: 'user-3', previousId: 'anon-1', timestamp: then })
for (let i = 0; i < 40; i++) call('track', { userId: `user-${i}`, event: 'Burst', properties: { i }, timestamp: then })
await analytics.closeAndFlush({ timeout: 30000 })
