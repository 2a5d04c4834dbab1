//! The crate wasmtime behind a C interface (engine.h): load a compiled plugin, make an instance, call, put its globals back.
//! It decides nothing: limits, failures and what a plugin says are the business of the C++ around it.
#![no_std]
extern crate alloc;

mod host;
mod system;
mod tunables;

use alloc::{boxed::Box, format, sync::Arc, vec::Vec};
use core::ffi::{c_char, c_int, c_void};
use core::ptr::{self, NonNull};
use wasmtime::*;

/// Bytes of native stack that a plugin may use; also written in limits.hpp.
const STACK_BYTES: usize = 64 << 10;
/// What planish-compile names a mutable global by that changes before the first request only.
const SET_BY_INIT: &str = "planish:init:";
/// Elements of a table; nothing can make one larger than the plugin's own file says.
const TABLE_ELEMENTS_MAX: usize = 10_000;

/// The functions of a plugin, in the order of engine.h, with the number of their i32 parameters. All but two may be absent.
const FUNCTIONS: [(&str, usize, bool); 5] = [
    ("planish_abi", 0, true),
    ("planish_init", 2, false),
    ("planish_fields", 0, false),
    ("planish_buffer", 1, true),
    ("planish_events", 1, true),
];

extern "C" {
    /// An import was called: its place among the module's imports, and its arguments. The errno, or -1: end the call.
    fn planish_import_called(host: *mut c_void, import: u32, arguments: *const u64, count: u32) -> c_int;
    /// The clock has moved on during a call: whether its time is over.
    fn planish_call_is_late(host: *const c_void) -> bool;
}

pub struct PlanishEngine(Engine);

pub struct PlanishModule {
    ready: InstancePre<Host>,
    memory: ModuleExport,
    functions: [Option<ModuleExport>; FUNCTIONS.len()],
    globals: Vec<ModuleExport>, // those that a request may change come first
    often: usize,               // so many are these
}

enum Function {
    Absent,
    None(TypedFunc<(), i32>),
    One(TypedFunc<i32, i32>),
    Two(TypedFunc<(i32, i32), i32>),
}

struct Host {
    memory_max: usize,
    pointer: *mut c_void,
}

// wasmtime asks for both. An instance stays with the thread that made it.
unsafe impl Send for Host {}
unsafe impl Sync for Host {}

pub struct PlanishInstance {
    store: Store<Host>,
    functions: [Function; FUNCTIONS.len()],
    memory: Memory,
    globals: Vec<Global>,
    often: usize,
    message: alloc::string::String,
}

/// The exported mutable globals of an instance at one moment.
pub struct PlanishGlobals(Vec<Val>);

impl ResourceLimiter for Host {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        Ok(desired <= self.memory_max)
    }
    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        Ok(desired <= TABLE_ELEMENTS_MAX)
    }
    fn instances(&self) -> usize {
        1
    }
    fn memories(&self) -> usize {
        1
    }
    fn tables(&self) -> usize {
        4
    }
}

unsafe fn say(text: &str, out: *mut c_char, size: usize) {
    if size != 0 {
        let length = text.len().min(size - 1);
        ptr::copy_nonoverlapping(text.as_ptr(), out.cast(), length);
        *out.add(length) = 0;
    }
}

unsafe fn give<T>(result: Result<T>, error: *mut c_char, size: usize) -> *mut T {
    match result {
        Ok(value) => Box::into_raw(Box::new(value)),
        Err(why) => {
            say(&format!("{why:#}"), error, size);
            ptr::null_mut()
        }
    }
}

#[no_mangle]
pub unsafe extern "C" fn planish_engine_new(error: *mut c_char, size: usize) -> *mut PlanishEngine {
    let mut config = Config::new();
    tunables::agree(&mut config);
    config
        .max_wasm_stack(STACK_BYTES)
        .wasm_backtrace_max_frames(None)
        .with_host_memory(Arc::new(host::Memories))
        .with_custom_code_memory(Some(Arc::new(host::Code)));
    config.detect_host_feature(host::cpu_has);
    give(Engine::new(&config).map(PlanishEngine), error, size)
}

#[no_mangle]
pub unsafe extern "C" fn planish_engine_tick(engine: *const PlanishEngine) {
    (*engine).0.increment_epoch()
}

#[no_mangle]
pub unsafe extern "C" fn planish_engine_agreement() -> *const c_char {
    tunables::AGREEMENT.as_ptr()
}

#[no_mangle]
pub unsafe extern "C" fn planish_module_new(
    engine: *const PlanishEngine,
    code: *mut u8,
    code_size: usize,
    error: *mut c_char,
    size: usize,
) -> *mut PlanishModule {
    let code = NonNull::slice_from_raw_parts(NonNull::new_unchecked(code), code_size);
    let module = Module::deserialize_raw(&(*engine).0, code).and_then(|module| prepare(&module));
    give(module, error, size)
}

#[no_mangle]
pub unsafe extern "C" fn planish_module_free(module: *mut PlanishModule) {
    drop(Box::from_raw(module))
}

fn prepare(module: &Module) -> Result<PlanishModule> {
    let export = |name: &str| module.get_export_index(name);
    let memory = match module.get_export("memory") {
        Some(ExternType::Memory(_)) => export("memory"),
        _ => None,
    };
    let memory = memory.ok_or_else(|| Error::msg("it exports no memory of the name \"memory\""))?;
    let mut functions = [None; FUNCTIONS.len()];
    for (slot, (name, parameters, required)) in functions.iter_mut().zip(FUNCTIONS) {
        match module.get_export(name) {
            Some(ExternType::Func(of)) if is_function_of(&of, parameters) => *slot = export(name),
            Some(_) => return Err(Error::msg(format!("{name} is not a function of {parameters} i32 that returns i32"))),
            None if required => return Err(Error::msg(format!("it does not export {name}"))),
            None => {}
        }
    }
    let mutable = |of_init: bool| {
        let wanted = move |item: &ExportType| item.name().starts_with(SET_BY_INIT) == of_init;
        let is_mutable = |item: &ExportType| matches!(item.ty(), ExternType::Global(of) if of.mutability() == Mutability::Var);
        module.exports().filter(move |item| wanted(item) && is_mutable(item)).filter_map(|item| export(item.name()))
    };
    let mut globals: Vec<ModuleExport> = mutable(false).collect();
    let often = globals.len();
    globals.extend(mutable(true));
    Ok(PlanishModule { ready: link(module)?, memory, functions, globals, often })
}

fn is_function_of(of: &FuncType, parameters: usize) -> bool {
    let is_i32 = |ty: ValType| matches!(ty, ValType::I32);
    of.params().len() == parameters && of.params().all(is_i32) && of.results().len() == 1 && of.results().all(is_i32)
}

/// Every import becomes one call to the host, which knows them by their place.
fn link(module: &Module) -> Result<InstancePre<Host>> {
    let mut linker: Linker<Host> = Linker::new(module.engine());
    for (place, import) in module.imports().enumerate() {
        let (from, name) = (import.module(), import.name());
        let ExternType::Func(of) = import.ty() else {
            return Err(Error::msg(format!("it imports {from}.{name}, which is no function")));
        };
        if !of.results().all(|ty| matches!(ty, ValType::I32)) || of.results().len() > 1 || of.params().len() > 16 {
            return Err(Error::msg(format!("it imports {from}.{name}, of a type that nobody has")));
        }
        linker.func_new(from, name, of, move |caller, arguments, results| {
            let mut values = [0u64; 16];
            for (value, argument) in values.iter_mut().zip(arguments) {
                *value = match argument {
                    Val::I32(v) => *v as u32 as u64,
                    Val::I64(v) => *v as u64,
                    _ => 0,
                };
            }
            let host = caller.data().pointer;
            match unsafe { planish_import_called(host, place as u32, values.as_ptr(), arguments.len() as u32) } {
                -1 => Err(Error::msg("it ended itself")),
                errno => {
                    if let Some(result) = results.first_mut() {
                        *result = Val::I32(errno);
                    }
                    Ok(())
                }
            }
        })?;
    }
    linker.instantiate_pre(module)
}

/// Calls `each` with the names of the module's imports, in their order: "module" and "name".
#[no_mangle]
pub unsafe extern "C" fn planish_module_imports(
    module: *const PlanishModule,
    context: *mut c_void,
    each: unsafe extern "C" fn(*mut c_void, *const c_char, usize, *const c_char, usize),
) {
    for import in (*module).ready.module().imports() {
        let (from, name) = (import.module(), import.name());
        each(context, from.as_ptr().cast(), from.len(), name.as_ptr().cast(), name.len());
    }
}

#[no_mangle]
pub unsafe extern "C" fn planish_module_has(module: *const PlanishModule, function: u32) -> bool {
    (*module).functions[function as usize].is_some()
}

/// Runs the start function too.
#[no_mangle]
pub unsafe extern "C" fn planish_instance_new(
    module: *const PlanishModule,
    host: *mut c_void,
    memory_max: usize,
    error: *mut c_char,
    size: usize,
) -> *mut PlanishInstance {
    give(instantiate(&*module, Host { memory_max, pointer: host }), error, size)
}

fn instantiate(module: &PlanishModule, host: Host) -> Result<PlanishInstance> {
    let mut store = Store::try_new(module.ready.module().engine(), host)?;
    store.limiter(|host| host);
    // The clock of all instances moves on when one of them is late: each says for itself whether it is.
    store.epoch_deadline_callback(|at| {
        let late = unsafe { planish_call_is_late(at.data().pointer) };
        Ok(if late { UpdateDeadline::Interrupt } else { UpdateDeadline::Continue(1) })
    });
    store.set_epoch_deadline(1);
    let instance = module.ready.instantiate(&mut store)?;
    let memory = instance.get_module_export(&mut store, &module.memory).and_then(Extern::into_memory);
    let memory = memory.ok_or_else(|| Error::msg("it has no memory"))?;
    let mut functions = [const { Function::Absent }; FUNCTIONS.len()];
    for (at, slot) in functions.iter_mut().enumerate() {
        let Some(export) = &module.functions[at] else { continue };
        let Some(function) = instance.get_module_export(&mut store, export).and_then(Extern::into_func) else { continue };
        *slot = match FUNCTIONS[at].1 {
            0 => Function::None(function.typed(&store)?),
            1 => Function::One(function.typed(&store)?),
            _ => Function::Two(function.typed(&store)?),
        };
    }
    let mut globals = Vec::with_capacity(module.globals.len());
    for export in &module.globals {
        globals.extend(instance.get_module_export(&mut store, export).and_then(Extern::into_global));
    }
    Ok(PlanishInstance { store, functions, memory, globals, often: module.often, message: Default::default() })
}

#[no_mangle]
pub unsafe extern "C" fn planish_instance_free(instance: *mut PlanishInstance) {
    drop(Box::from_raw(instance))
}

/// 0 and `result`, or what ended the call: see engine.h. Its words are planish_instance_message() until the next one.
#[no_mangle]
pub unsafe extern "C" fn planish_instance_call(
    instance: *mut PlanishInstance,
    function: u32,
    first: i32,
    second: i32,
    result: *mut i32,
) -> c_int {
    let instance = &mut *instance;
    let store = &mut instance.store;
    let returned = match &instance.functions[function as usize] {
        Function::One(function) => function.call(store, first),
        Function::Two(function) => function.call(store, (first, second)),
        Function::None(function) => function.call(store, ()),
        Function::Absent => Err(Error::msg("it has no such function")),
    };
    match returned {
        Ok(value) => {
            *result = value;
            0
        }
        Err(why) => {
            let code = match why.downcast_ref::<Trap>() {
                Some(Trap::Interrupt) => 2,
                Some(Trap::StackOverflow) => 3,
                _ => 1,
            };
            instance.message = match why.downcast_ref::<Trap>() {
                Some(trap) => format!("{trap}"),
                None => format!("{why:#}"),
            };
            code
        }
    }
}

#[no_mangle]
pub unsafe extern "C" fn planish_instance_message(instance: *const PlanishInstance, size: *mut usize) -> *const c_char {
    let message = &(*instance).message;
    *size = message.len();
    message.as_ptr().cast()
}

/// As the plugin's own memory.grow, and as bounded. False where it cannot be.
#[no_mangle]
pub unsafe extern "C" fn planish_instance_grow(instance: *mut PlanishInstance, pages: u64) -> bool {
    let instance = &mut *instance;
    instance.memory.grow(&mut instance.store, pages).is_ok()
}

/// Whether a request may change one.
#[no_mangle]
pub unsafe extern "C" fn planish_globals_change(instance: *const PlanishInstance) -> bool {
    (*instance).often != 0
}

#[no_mangle]
pub unsafe extern "C" fn planish_globals_of(instance: *mut PlanishInstance) -> *mut PlanishGlobals {
    let instance = &mut *instance;
    let store = &mut instance.store;
    let values = instance.globals.iter().map(|global| global.get(&mut *store)).collect();
    Box::into_raw(Box::new(PlanishGlobals(values)))
}

#[no_mangle]
pub unsafe extern "C" fn planish_globals_free(globals: *mut PlanishGlobals) {
    drop(Box::from_raw(globals))
}

/// `globals` are of an instance of the same module. Those that a request may change, or all.
#[no_mangle]
pub unsafe extern "C" fn planish_globals_put_back(globals: *const PlanishGlobals, instance: *mut PlanishInstance, all: bool) {
    let instance = &mut *instance;
    let count = if all { instance.globals.len() } else { instance.often };
    for (global, value) in instance.globals.iter().zip(&(*globals).0).take(count) {
        let _ = global.set(&mut instance.store, *value);
    }
}
