// PostHog's SDK for Node: gzip, or GZIP=0; with POSTHOG_CAPTURE_MODE=v1 its newer way, whose answer names each event.
import { PostHog } from 'posthog-node'
import { target, then, order, told } from './common.mjs'

const alive = setInterval(() => {}, 1000)  // the SDK's own timers keep no process
const posthog = new PostHog('KEY', { host: target, flushInterval: 100, disableCompression: process.env.GZIP === '0' })
posthog.on('error', error => told('error', error))
posthog.capture({ distinctId: 'user-1', event: 'order completed', properties: order, timestamp: then })
posthog.capture({ distinctId: 'user-1', event: 'no time' })
posthog.capture({ distinctId: 'user-1', event: 'ünïcode 🎉', timestamp: then, uuid: '018bb0c0-0000-7000-8000-000000000001', properties: { $set: { name: 'Zoë' } } })
posthog.identify({ distinctId: 'user-1', properties: { $set: { email: 'z@shop.example' } } })
posthog.alias({ distinctId: 'user-1', alias: 'anon-1' })
posthog.groupIdentify({ groupType: 'company', groupKey: 'id:5', properties: { n: 329 } })
for (let i = 0; i < 40; i++) posthog.capture({ distinctId: `user-${i}`, event: 'burst', properties: { i }, timestamp: then })
await posthog.captureImmediate({ distinctId: 'user-2', event: 'immediate', properties: { a: 1 }, timestamp: then }).then(() => told('immediate'), error => told('immediate', error))
await posthog.shutdown(60000)
told('shutdown')
clearInterval(alive)
