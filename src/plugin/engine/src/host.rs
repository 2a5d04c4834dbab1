//! What wasmtime asks of its host by traits: executable code, linear memories, the features of this processor.
//! platform.cpp and guest_memory.cpp answer; nothing is decided here.

use alloc::{boxed::Box, string::String};
use core::ffi::c_int;
use wasmtime::{CustomCodeMemory, Error, LinearMemory, MemoryCreator, MemoryType, Result};

extern "C" {
    fn wasmtime_page_size() -> usize;
    fn planish_code_publish(text: *const u8, size: usize) -> c_int;
    fn planish_memory_take(reserve: usize, size: usize) -> *mut u8;
    fn planish_memory_resize(base: *mut u8, size: usize) -> c_int;
    fn planish_memory_give(base: *mut u8);
}

pub struct Code;

impl CustomCodeMemory for Code {
    fn required_alignment(&self) -> usize {
        unsafe { wasmtime_page_size() }
    }
    fn publish_executable(&self, text: *const u8, size: usize) -> Result<()> {
        match unsafe { planish_code_publish(text, size) } {
            0 => Ok(()),
            _ => Err(Error::msg("the system refused to map its code executable")),
        }
    }
    fn unpublish_executable(&self, _: *const u8, _: usize) -> Result<()> {
        Ok(()) // it is unmapped with the file
    }
}

pub struct Memories;

struct Memory {
    base: *mut u8,
    size: usize,
    capacity: usize,
}

// wasmtime asks for both. An instance stays with the thread that made it.
unsafe impl Send for Memory {}
unsafe impl Sync for Memory {}

unsafe impl MemoryCreator for Memories {
    fn new_memory(
        &self,
        _: MemoryType,
        minimum: usize,
        _: Option<usize>,
        reserved: Option<usize>,
        guard: usize,
    ) -> core::result::Result<Box<dyn LinearMemory>, String> {
        let capacity = reserved.unwrap_or(0);
        let base = unsafe { planish_memory_take(capacity + guard, minimum) };
        if base.is_null() {
            return Err(String::from("no address space for a plugin's memory"));
        }
        Ok(Box::new(Memory { base, size: minimum, capacity }))
    }
}

unsafe impl LinearMemory for Memory {
    fn byte_size(&self) -> usize {
        self.size
    }
    fn byte_capacity(&self) -> usize {
        self.capacity
    }
    fn grow_to(&mut self, size: usize) -> Result<()> {
        if unsafe { planish_memory_resize(self.base, size) } != 0 {
            return Err(Error::msg("out of memory"));
        }
        self.size = size;
        Ok(())
    }
    fn as_ptr(&self) -> *mut u8 {
        self.base
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        unsafe { planish_memory_give(self.base) }
    }
}

/// Whether this machine has what a compiled plugin asks for; None: never heard of, which wasmtime takes as a no.
#[cfg(not(target_arch = "x86_64"))]
pub fn cpu_has(_: &str) -> Option<bool> {
    None
}

#[cfg(target_arch = "x86_64")]
pub fn cpu_has(name: &str) -> Option<bool> {
    use core::arch::x86_64::{__cpuid, __cpuid_count};
    let bit = |register: u32, at: u32| register >> at & 1 == 1;
    let (basic, extended) = (__cpuid(1), __cpuid(0x8000_0001));
    let structured = if __cpuid(0).eax >= 7 { __cpuid_count(7, 0).ebx } else { 0 };
    // The processor has AVX registers, and the system keeps them.
    let avx = bit(basic.ecx, 27) && unsafe { enabled_state() } & 6 == 6;
    Some(match name {
        "sse3" => bit(basic.ecx, 0),
        "ssse3" => bit(basic.ecx, 9),
        "fma" => avx && bit(basic.ecx, 12),
        "cmpxchg16b" => bit(basic.ecx, 13),
        "sse4.1" => bit(basic.ecx, 19),
        "sse4.2" => bit(basic.ecx, 20),
        "popcnt" => bit(basic.ecx, 23),
        "avx" => avx && bit(basic.ecx, 28),
        "avx2" => avx && bit(structured, 5),
        "bmi1" => bit(structured, 3),
        "bmi2" => bit(structured, 8),
        "lzcnt" => bit(extended.ecx, 5),
        _ => return None,
    })
}

/// XCR0, which the caller knows may be read.
#[cfg(target_arch = "x86_64")]
unsafe fn enabled_state() -> u32 {
    let low: u32;
    core::arch::asm!("xgetbv", in("ecx") 0, out("eax") low, out("edx") _, options(nomem, nostack));
    low
}
