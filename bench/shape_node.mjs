// The same work as a pipeline in Node does it: JSON.parse, map, JSON.stringify. One run for each body: node shape_node.mjs KIND FILE; prints ns of
// CPU for a body. No hash, and the payload's numbers go through doubles: planish does more.
import { readFileSync } from "node:fs";

const KINDS = {
  segment: (body) =>
    body.batch.map((e) => ({
      event_type: e.event ?? e.type,
      normalized_timestamp: Date.parse(e.timestamp ?? body.sentAt),
      user_id: e.userId ?? e.anonymousId ?? null,
      id: e.messageId ?? null,
      event: e,
    })),
  around: (body) => body.events.map((e) => ({ event_type: e.kind, normalized_timestamp: body.sent, user_id: e.who, event: e })),
  depth: (body) =>
    body.map((e) => {
      let at = e;
      while (at.in) at = at.in;
      return { event_type: at.kind, normalized_timestamp: at.at, user_id: at.who, event: e };
    }),
};

const map = KINDS[process.argv[2]];
const text = readFileSync(process.argv[3], "utf8");
let used = 0;
const work = () => {
  used += map(JSON.parse(text)).map((e) => JSON.stringify(e)).join("\n").length;
};
for (let i = 0; i < 2000; ++i) work();
let best = Infinity;
for (let round = 0; round < 20; ++round) {
  const begin = process.cpuUsage();
  for (let i = 0; i < 100; ++i) work();
  const spent = process.cpuUsage(begin);
  best = Math.min(best, (spent.user + spent.system) * 10);
}
if (used === 0) process.exit(1);
console.log(best);
