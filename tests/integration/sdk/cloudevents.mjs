// CloudEvents' SDK for Node: binary and structured mode, and a batch of what its serialiser writes.
import { CloudEvent, HTTP, Mode, emitterFor, httpTransport } from 'cloudevents'
import { target, then, order, told } from './common.mjs'

const url = `${target}/`
const emit = { binary: emitterFor(httpTransport(url)), structured: emitterFor(httpTransport(url), { mode: Mode.STRUCTURED }) }
const event = more => new CloudEvent({ type: 'com.example.order', source: '/shop/eu', subject: 'user-1', time: then.toISOString(), ...more })
// Its transport gives no status: a promise that is kept is a success of whatever kind, so the relay's record tells.
const call = (mode, more) => emit[mode](event(more)).then(() => told(mode), error => told(mode, error))
await call('binary', { id: 'b-1', data: order, myext: 'Grüße' })
await call('structured', { id: 's-1', data: order, myext: 'ext-1' })
await call('structured', { id: 's-2', datacontenttype: 'application/octet-stream', data: new Uint8Array([1, 2, 254]) })
await call('structured', { id: 's-3' })
await call('structured', { id: 's-4', time: '2023-11-04T20:44:16.789123+02:00', data: 1 })
const batch = [1, 2, 3].map(i => JSON.parse(HTTP.structured(event({ id: `batch-${i}`, data: { i } })).body))
await fetch(url, { method: 'POST', headers: { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' }, body: JSON.stringify(batch) })
  .then(answer => told('batch', answer.ok ? null : answer.status))
process.exit(0)
