//! What a Rust library without std needs of the process it is linked into: memory, and an end.

use core::alloc::{GlobalAlloc, Layout};
use core::ffi::{c_char, c_void};

extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn aligned_alloc(align: usize, size: usize) -> *mut c_void;
    fn free(block: *mut c_void);
    fn planish_engine_panic(file: *const c_char, size: usize, line: u32) -> !;
}

/// What every malloc gives without being asked.
const ALIGN: usize = 16;

struct Malloc;

unsafe impl GlobalAlloc for Malloc {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let align = layout.align();
        let block = if align <= ALIGN {
            malloc(layout.size())
        } else {
            aligned_alloc(align, (layout.size() + align - 1) & !(align - 1))
        };
        block.cast()
    }
    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        free(block.cast())
    }
}

#[global_allocator]
static MALLOC: Malloc = Malloc;

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    let (file, line) = info.location().map_or(("", 0), |at| (at.file(), at.line()));
    unsafe { planish_engine_panic(file.as_ptr().cast(), file.len(), line) }
}
