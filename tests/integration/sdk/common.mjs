// What all drivers share: the server they are to talk to, an order with every kind of value, and how a call's outcome is told.
import { readFileSync } from 'node:fs'

export const target = process.env.TARGET
export const then = new Date('2023-11-04T18:44:16.789Z')
export const order = JSON.parse(readFileSync(new URL('order.json', import.meta.url), 'utf8'))
export const told = (call, error) => console.log(JSON.stringify({ call, error: error ? String(error.message ?? error) : null }))
export const pause = ms => new Promise(done => setTimeout(done, ms))
process.on('unhandledRejection', error => told('unhandled', error))
