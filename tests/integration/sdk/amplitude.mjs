// Amplitude's SDK for Node. Its timer sends again what failed; an explicit flush would not.
import * as amplitude from '@amplitude/analytics-node'
import { target, then, order, told } from './common.mjs'

await amplitude.init('KEY', { serverUrl: `${target}/2/httpapi`, flushIntervalMillis: 200, flushQueueSize: 20 }).promise
const time = then.getTime()
const calls = []
const call = (name, sent) => calls.push(sent.promise.then(result => told(name, result.code === 200 ? null : `${result.code} ${result.message}`)))
call('track', amplitude.track('Order Completed', order, { user_id: 'user-1', time }))
call('track', amplitude.track('No Time', { a: 1 }, { device_id: 'device-1' }))
call('track', amplitude.track('No User', {}, { time }))
call('track', amplitude.track('Own Id', { b: 1 }, { user_id: 'user-1', time, insert_id: 'own-1' }))
call('identify', amplitude.identify(new amplitude.Identify().set('name', 'Zoë'), { user_id: 'user-1', time }))
call('groupIdentify', amplitude.groupIdentify('company', 'Initech', new amplitude.Identify().set('n', 329), { user_id: 'user-1', time }))
for (let i = 0; i < 40; i++) call('track', amplitude.track('Burst', { i }, { user_id: `user-${i}`, time }))
await Promise.all(calls)
process.exit(0)
