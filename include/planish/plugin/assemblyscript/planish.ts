// A plugin of planish in AssemblyScript: the records of ABI version 1 where they lie, and what planish calls.
// Memory is bounded and nothing has to be freed: what a request allocates is gone with it (--runtime stub).

export enum Verdict {
  Keep = 0,
  Drop = 1,
  Reject = 2,
}

// Bytes somewhere: an address and a length, where they lie in a record. len 0: not there.
@unmanaged
export class Text {
  at: u32;
  len: u32;

  is(other: string): bool {
    const bytes = String.UTF8.byteLength(other);
    if (bytes != <i32>this.len) return false;
    const copy = String.UTF8.encode(other);
    return memory.compare(this.at, changetype<usize>(copy), bytes) == 0;
  }
  toString(): string {
    return String.UTF8.decodeUnsafe(this.at, this.len);
  }
}

// One event, after planish's rules. user, id, payload and whole are JSON texts, as sent.
@unmanaged
export class Event {
  get kind(): Text { return changetype<Text>(changetype<usize>(this)); }
  get time(): i64 { return load<i64>(changetype<usize>(this), 8); }
  get user(): Text { return changetype<Text>(changetype<usize>(this) + 16); }
  get id(): Text { return changetype<Text>(changetype<usize>(this) + 24); }
  get payload(): Text { return changetype<Text>(changetype<usize>(this) + 32); }
  get whole(): Text { return changetype<Text>(changetype<usize>(this) + 40); }
  // The JSON text of the field of the i-th line of planish_fields; a string has its quotes.
  field(i: u32): Text { return changetype<Text>(load<u32>(changetype<usize>(this), 48) + i * 8); }
  is(kind: string): bool { return this.kind.is(kind); }
}

function take(bytes: u32): u32 {
  return <u32>heap.alloc(bytes);
}

function isSpace(c: u8): bool {
  return c == 0x20 || c == 0x09 || c == 0x0a || c == 0x0d;
}

// What becomes of an event. Untouched: it stays as it was.
@unmanaged
export class Response {
  private set(offset: usize, at: u32, len: u32): void {
    store<u32>(changetype<usize>(this) + offset, at);
    store<u32>(changetype<usize>(this) + offset, len, 4);
  }
  private setText(offset: usize, text: string): void {
    const bytes = String.UTF8.encode(text);
    this.set(offset, <u32>changetype<usize>(bytes), bytes.byteLength);
  }

  // The event's fault says why; at most 256 bytes.
  reject(why: string): Verdict {
    this.setText(4, why);
    return Verdict.Reject;
  }
  setKind(kind: string): void { this.setText(12, kind); }
  setPayload(json: string): void { this.setText(20, json); }

  // Adds a member to the event's attributes. The name needs no escape; `json` is a JSON text.
  attribute(name: string, json: string): void {
    const before = changetype<Text>(changetype<usize>(this) + 28);
    const members = before.len == 0 ? "{" : before.toString().slice(0, -1) + ",";
    this.setText(28, members + '"' + name + '":' + json + "}");
  }

  // Another value for a field of the payload. False: it is not of the payload. Only once an event, as remove().
  replace(event: Event, field: Text, json: string): bool {
    return this.splice(event, field.at, field.at + field.len, json);
  }

  // A field of the payload that is a member of an object, with its name and a comma, is gone.
  remove(event: Event, field: Text): bool {
    const first = event.payload.at;
    let from = field.at;
    let to = field.at + field.len;
    if (field.len == 0 || from <= first || to >= first + event.payload.len) return false;
    do { --from; } while (from > first && (isSpace(load<u8>(from)) || load<u8>(from) == 0x3a));
    // Now at the name's closing quote; its opening one has an even number of backslashes before it.
    for (;;) {
      do { --from; } while (from > first && load<u8>(from) != 0x22);
      let back = from;
      while (back > first && load<u8>(back - 1) == 0x5c) --back;
      if ((from - back) % 2 == 0 || from <= first) break;
    }
    while (isSpace(load<u8>(to))) ++to;
    if (load<u8>(to) == 0x2c) return this.splice(event, from, to + 1, "");
    do { --from; } while (from > first && isSpace(load<u8>(from)));
    return this.splice(event, load<u8>(from) == 0x2c ? from : from + 1, field.at + field.len, "");
  }

  private splice(event: Event, from: u32, to: u32, instead: string): bool {
    const all = event.payload;
    if (from < all.at || to < from || to > all.at + all.len) return false;
    const between = String.UTF8.encode(instead);
    const head = from - all.at;
    const tail = all.at + all.len - to;
    const at = take(head + between.byteLength + tail);
    memory.copy(at, all.at, head);
    memory.copy(at + head, changetype<usize>(between), between.byteLength);
    memory.copy(at + head + between.byteLength, to, tail);
    this.set(20, at, head + between.byteLength + tail);
    return true;
  }
}

export function planish_abi(): i32 {
  return 1;
}

export function planish_buffer(bytes: u32): usize {
  return (heap.alloc(bytes + 16) + 15) & ~15;
}

export function run(request: usize, onEvent: (event: Event, response: Response) => Verdict): i32 {
  const count = load<u32>(request, 4);
  const events = load<u32>(request, 8);
  const verdicts = load<u32>(request, 12);
  for (let i: u32 = 0; i < count; ++i) {
    store<u32>(request, i, 24); // the event at hand
    const response = changetype<Response>(verdicts + i * 64);
    store<u32>(changetype<usize>(response), onEvent(changetype<Event>(events + i * 64), response));
  }
  return 0;
}
