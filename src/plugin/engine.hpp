// The C interface of engine/ (Rust, the crate wasmtime): what it offers, and what it asks of planish.
//
// Only module.cpp, instance.cpp and ticker.cpp call it. Nothing here checks anything: a pointer that is null, or of
// something freed, is the caller's mistake.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

struct PlanishEngine;
struct PlanishModule;
struct PlanishInstance;
struct PlanishGlobals;

// Each that may fail returns null and puts its reason, cut and with a NUL, into `error`. The engine lives as long as
// the process.
PlanishEngine* planish_engine_new(char* error, std::size_t size);
void planish_engine_tick(const PlanishEngine*);  // from any thread
const char* planish_engine_agreement();          // which compiled plugins it takes

// `code` is an image that planish-compile wrote, aligned to a page; it stays mapped until the module is freed.
PlanishModule* planish_module_new(const PlanishEngine*, void* code, std::size_t code_size, char* error,
                                  std::size_t size);
void planish_module_free(PlanishModule*);
using PlanishImportName = void (*)(void* context, const char* from, std::size_t from_size, const char* name,
                                   std::size_t name_size);
void planish_module_imports(const PlanishModule*, void* context, PlanishImportName each);
bool planish_module_has(const PlanishModule*, std::uint32_t function);

// `host` comes back with each import that is called, and where a call is under way at a tick.
PlanishInstance* planish_instance_new(const PlanishModule*, void* host, std::size_t memory_max, char* error,
                                      std::size_t size);
void planish_instance_free(PlanishInstance*);
// 0, and what the function returned; 1 a trap; 2 the deadline; 3 the stack. Then the instance is good for reading only.
int planish_instance_call(PlanishInstance*, std::uint32_t function, std::int32_t first, std::int32_t second,
                          std::int32_t* result);
const char* planish_instance_message(const PlanishInstance*, std::size_t* size);
bool planish_instance_grow(PlanishInstance*, std::uint64_t pages);

PlanishGlobals* planish_globals_of(PlanishInstance*);
bool planish_globals_change(const PlanishInstance*);  // in a request; others change before the first one
void planish_globals_free(PlanishGlobals*);
void planish_globals_put_back(const PlanishGlobals*, PlanishInstance*, bool all);  // else those that change

// What planish gives: platform.cpp, guest_memory.cpp, instance.cpp.
[[noreturn]] void planish_engine_panic(const char* file, std::size_t size, std::uint32_t line);
int planish_code_publish(const std::uint8_t* text, std::size_t size);
std::uint8_t* planish_memory_take(std::size_t reserve, std::size_t size);
int planish_memory_resize(std::uint8_t* base, std::size_t size);
void planish_memory_give(std::uint8_t* base);
int planish_import_called(void* host, std::uint32_t import, const std::uint64_t* arguments, std::uint32_t count);
bool planish_call_is_late(const void* host);  // else it goes on

}  // extern "C"
