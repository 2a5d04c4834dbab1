//! A plugin of planish in Rust, for wasm32, without std: the records of ABI version 1 where they lie, and what planish calls.
//! Yours is `#[no_mangle] fn planish_event(event: &Event, response: &mut Response) -> Verdict`.
//!
//! Memory is bounded and nothing has to be freed: what a request allocates is gone with it.
#![allow(dead_code)]

use core::arch::wasm32;

/// Bytes somewhere. Empty: not there.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Text {
    at: *const u8,
    len: u32,
}

impl Text {
    const NONE: Text = Text { at: core::ptr::null(), len: 0 };

    fn of(bytes: &[u8]) -> Text {
        Text { at: bytes.as_ptr(), len: bytes.len() as u32 }
    }
    fn bytes(&self) -> &'static [u8] {
        match self.len {
            0 => &[],
            len => unsafe { core::slice::from_raw_parts(self.at, len as usize) },
        }
    }
}

#[repr(C)]
#[derive(Clone, Copy, PartialEq)]
pub enum Verdict {
    Keep = 0,
    Drop = 1,
    Reject = 2,
}

/// One event, after planish's rules.
#[repr(C)]
pub struct Event {
    kind: Text,
    time: i64,
    user: Text,
    id: Text,
    payload: Text,
    event: Text,
    fields: *const Text,
    reserved: [u32; 3],
}

impl Event {
    /// The event's type: UTF-8, unescaped.
    pub fn kind(&self) -> &'static [u8] {
        self.kind.bytes()
    }
    /// ms since 1970.
    pub fn time(&self) -> i64 {
        self.time
    }
    /// These four are JSON texts, as sent.
    pub fn user(&self) -> &'static [u8] {
        self.user.bytes()
    }
    pub fn id(&self) -> &'static [u8] {
        self.id.bytes()
    }
    pub fn payload(&self) -> &'static [u8] {
        self.payload.bytes()
    }
    pub fn whole(&self) -> &'static [u8] {
        self.event.bytes()
    }
    /// The JSON text of the field of the i-th line of `fields!`; empty: it is not there. A string has its quotes.
    pub fn field(&self, i: usize) -> &'static [u8] {
        unsafe { (*self.fields.add(i)).bytes() }
    }
}

/// What becomes of an event. Untouched: it stays as it was.
#[repr(C)]
pub struct Response {
    action: u32,
    reason: Text,
    kind: Text,
    payload: Text,
    attributes: Text,
    reserved: [u32; 7],
}

impl Response {
    /// The event's fault says why; UTF-8, at most 256 bytes.
    pub fn reject(&mut self, why: &'static str) -> Verdict {
        self.reason = Text::of(why.as_bytes());
        Verdict::Reject
    }
    pub fn set_kind(&mut self, kind: &[u8]) {
        self.kind = join(&[kind]);
    }
    /// A JSON text.
    pub fn set_payload(&mut self, json: &[u8]) {
        self.payload = join(&[json]);
    }
    /// Adds a member to the event's attributes. The name needs no escape; `json` is a JSON text.
    pub fn attribute(&mut self, name: &str, json: &[u8]) {
        let before = self.attributes.bytes();
        let name = name.as_bytes();
        self.attributes = match before.split_last() {
            None => join(&[b"{\"", name, b"\":", json, b"}"]),
            Some((_, members)) => join(&[members, b",\"", name, b"\":", json, b"}"]),
        };
    }
    /// Another value for a field of the payload. False: it is not of the payload. Only once an event, as remove().
    pub fn replace(&mut self, event: &Event, field: &[u8], json: &[u8]) -> bool {
        match offset(event.payload(), field) {
            Some(at) => self.splice(event.payload(), at, at + field.len(), json),
            None => false,
        }
    }
    /// A field of the payload that is a member of an object, with its name and a comma, is gone.
    pub fn remove(&mut self, event: &Event, field: &[u8]) -> bool {
        let all = event.payload();
        let Some(at) = offset(all, field) else { return false };
        let space = |i: usize| matches!(all.get(i), Some(b' ' | b'\t' | b'\n' | b'\r'));
        let (mut from, mut to) = (at, at + field.len());
        // Back over the colon to the name's closing quote, and to the opening one, before which stand no or two backslashes.
        loop {
            if from == 0 {
                return false;
            }
            from -= 1;
            if !space(from) && all[from] != b':' {
                break;
            }
        }
        loop {
            if from == 0 {
                return false;
            }
            from -= 1;
            let slashes = all[..from].iter().rev().take_while(|c| **c == b'\\').count();
            if all[from] == b'"' && slashes % 2 == 0 {
                break;
            }
        }
        while space(to) {
            to += 1;
        }
        if all.get(to) == Some(&b',') {
            return self.splice(all, from, to + 1, b"");
        }
        let mut before = from;
        while before > 0 && space(before - 1) {
            before -= 1;
        }
        if before > 0 && all[before - 1] == b',' {
            from = before - 1;
        }
        self.splice(all, from, at + field.len(), b"")
    }
    fn splice(&mut self, all: &[u8], from: usize, to: usize, instead: &[u8]) -> bool {
        match (all.get(..from), all.get(to..)) {
            (Some(head), Some(tail)) => self.payload = join(&[head, instead, tail]),
            _ => return false,
        }
        self.payload.len != 0
    }
}

/// Where `part`, which is a part of `all`, begins in it.
fn offset(all: &[u8], part: &[u8]) -> Option<usize> {
    let at = (part.as_ptr() as usize).wrapping_sub(all.as_ptr() as usize);
    (!part.is_empty() && at < all.len() && part.len() <= all.len() - at).then_some(at)
}

fn join(parts: &[&[u8]]) -> Text {
    let len: usize = parts.iter().map(|part| part.len()).sum();
    let at = alloc(len as u32);
    if at.is_null() {
        return Text::NONE;
    }
    let mut to = at;
    for part in parts {
        unsafe {
            core::ptr::copy_nonoverlapping(part.as_ptr(), to, part.len());
            to = to.add(part.len());
        }
    }
    Text { at, len: len as u32 }
}

/// `planish::fields!("/a/b\n/c")`: one JSON pointer into the event a line, at most 64.
#[macro_export]
macro_rules! fields {
    ($pointers:literal) => {
        #[no_mangle]
        extern "C" fn planish_fields() -> *const u8 {
            concat!($pointers, "\0").as_ptr()
        }
    };
}
pub use fields;

#[repr(C)]
pub struct Request {
    abi: u32,
    count: u32,
    events: *const Event,
    verdicts: *mut Response,
    context: Text,
    current: u32,
    out: *mut u8,
    out_len: u32,
    endpoint: Text,
    reserved_44: u32,
    received_at: i64,
    reserved_56: [u32; 2],
}

extern "Rust" {
    fn planish_event(event: &Event, response: &mut Response) -> Verdict;
}

extern "C" {
    static __heap_base: u8;
}

const PAGE: u32 = 65536;
static mut TOP: u32 = 0; // 0: nothing was taken yet
static mut REQUEST: u32 = 0; // where a request's begins

/// `bytes`, aligned to 16; null where plugin_memory does not allow it.
pub fn alloc(bytes: u32) -> *mut u8 {
    unsafe {
        if TOP == 0 {
            TOP = (core::ptr::addr_of!(__heap_base) as u32 + 15) & !15;
        }
        let (begin, end) = (TOP, TOP.saturating_add(bytes).saturating_add(15) & !15);
        let there = wasm32::memory_size(0) as u32 * PAGE;
        if end > there && wasm32::memory_grow(0, (end - there).div_ceil(PAGE) as usize) == usize::MAX {
            return core::ptr::null_mut();
        }
        TOP = end;
        begin as *mut u8
    }
}

#[no_mangle]
extern "C" fn planish_abi() -> i32 {
    1
}

#[no_mangle]
extern "C" fn planish_buffer(bytes: u32) -> *mut u8 {
    unsafe {
        if REQUEST == 0 {
            alloc(0);
            REQUEST = TOP;
        }
        TOP = REQUEST;
    }
    alloc(bytes)
}

#[no_mangle]
extern "C" fn planish_events(request: *mut Request) -> i32 {
    unsafe {
        let (events, verdicts) = ((*request).events, (*request).verdicts);
        for i in 0..(*request).count {
            core::ptr::addr_of_mut!((*request).current).write_volatile(i);
            let response = &mut *verdicts.add(i as usize);
            let verdict = planish_event(&*events.add(i as usize), response);
            if verdict != Verdict::Keep {
                response.action = verdict as u32; // it holds Verdict::Keep
            }
        }
    }
    0
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    wasm32::unreachable()
}
