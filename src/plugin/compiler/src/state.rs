//! A plugin starts every request as it was after its init: planish puts its memory and its mutable globals back. So there must be
//! no other state, and the host must see every global that ever changes: those that the plugin does not export are exported here.
//! Most have one that nothing of a request changes, such as the pointer to a stack that only init uses; the name of it says so.

use std::collections::BTreeSet;
use wasmparser::{ExternalKind, Operator, Parser, Payload, TypeRef};
use wasmtime::{bail, Result};

/// Names that no toolchain writes, and that no export of the plugin may have.
const PREFIX: &str = "planish:";
const EXPORT_SECTION: u8 = 7;
/// What planish calls for a request; the other functions run before the first one.
const OF_REQUESTS: [&str; 2] = ["planish_buffer", "planish_events"];

#[derive(Default)]
struct Seen {
    mutable: Vec<u32>,
    exported: Vec<u32>,
    exports: Vec<(String, u8, u32)>,
    imported_functions: u32,
    functions: Vec<Function>,
    export_section: Option<std::ops::Range<usize>>, // of its content
}

/// What one does itself.
#[derive(Default)]
struct Function {
    calls: BTreeSet<u32>,
    calls_any: bool, // that has an address
    sets: BTreeSet<u32>,
}

impl Seen {
    /// The globals that a request may change.
    fn set_by_requests(&self) -> BTreeSet<u32> {
        let named = |name: &str| OF_REQUESTS.contains(&name);
        let mut waiting: Vec<u32> = self.exports.iter().filter(|(name, kind, _)| *kind == 0 && named(name)).map(|of| of.2).collect();
        let (mut reached, mut sets) = (BTreeSet::new(), BTreeSet::new());
        while let Some(index) = waiting.pop() {
            let Some(of) = index.checked_sub(self.imported_functions).and_then(|i| self.functions.get(i as usize)) else { continue };
            if !reached.insert(index) {
                continue;
            }
            if of.calls_any {
                return self.set_by_any();
            }
            sets.extend(&of.sets);
            waiting.extend(&of.calls);
        }
        sets
    }
    fn set_by_any(&self) -> BTreeSet<u32> {
        self.functions.iter().flat_map(|of| of.sets.iter().copied()).collect()
    }
}

pub fn with_visible_globals(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut seen = Seen::default();
    for part in Parser::new(0).parse_all(wasm) {
        look(&mut seen, part?)?;
    }
    let (often, ever) = (seen.set_by_requests(), seen.set_by_any());
    let hidden: Vec<(String, u32)> = seen.mutable.iter().copied().filter(|i| ever.contains(i) && !seen.exported.contains(i))
        .map(|i| (format!("{PREFIX}{}:{i}", if often.contains(&i) { "global" } else { "init" }), i)).collect();
    match &seen.export_section {
        Some(section) if !hidden.is_empty() => Ok(rewrite(wasm, &seen, section, &hidden)),
        _ => Ok(wasm.to_vec()),
    }
}

fn look(seen: &mut Seen, part: Payload) -> Result<()> {
    match part {
        Payload::ImportSection(section) => {
            for import in section.into_imports() {
                let import = import?;
                match import.ty {
                    TypeRef::Func(_) if import.module == "wasi_snapshot_preview1" => seen.imported_functions += 1,
                    _ => bail!("it imports {}.{}: a plugin needs no import", import.module, import.name),
                }
            }
        }
        Payload::MemorySection(section) if section.count() > 1 => bail!("it has more than one memory"),
        Payload::GlobalSection(section) => {
            for (i, global) in section.into_iter().enumerate() {
                let ty = global?.ty;
                if !ty.mutable {
                    continue;
                }
                use wasmparser::ValType::{F32, F64, I32, I64, V128};
                if !matches!(ty.content_type, I32 | I64 | F32 | F64 | V128) {
                    bail!("global {i} is a mutable reference, which cannot be put back after a request");
                }
                seen.mutable.push(i as u32); // none is imported
            }
        }
        Payload::ExportSection(section) => {
            seen.export_section = Some(section.range());
            for export in section {
                let export = export?;
                let kind = match export.kind {
                    ExternalKind::Func | ExternalKind::FuncExact => 0,
                    ExternalKind::Table => 1,
                    ExternalKind::Memory => 2,
                    ExternalKind::Global => 3,
                    ExternalKind::Tag => bail!("it exports an exception tag, {}", export.name),
                };
                if export.name.starts_with(PREFIX) {
                    bail!("it exports {}, a name that planish-compile gives", export.name);
                }
                if kind == 3 {
                    seen.exported.push(export.index);
                }
                seen.exports.push((export.name.into(), kind, export.index));
            }
        }
        Payload::CodeSectionEntry(body) => {
            let mut of = Function::default();
            for operator in body.get_operators_reader()? {
                use Operator::*;
                match operator? {
                    TableSet { .. } | TableGrow { .. } | TableFill { .. } | TableCopy { .. } | TableInit { .. } => {
                        bail!("it changes a table, which cannot be put back after a request")
                    }
                    GlobalSet { global_index } => of.sets.extend([global_index]),
                    Call { function_index } | ReturnCall { function_index } => of.calls.extend([function_index]),
                    CallIndirect { .. } | ReturnCallIndirect { .. } | CallRef { .. } | ReturnCallRef { .. } => of.calls_any = true,
                    ElemDrop { .. } | DataDrop { .. } => bail!("it drops a segment, which cannot be put back after a request"),
                    _ => {}
                }
            }
            seen.functions.push(of);
        }
        _ => {}
    }
    Ok(())
}

fn leb(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn rewrite(wasm: &[u8], seen: &Seen, section: &std::ops::Range<usize>, hidden: &[(String, u32)]) -> Vec<u8> {
    let mut content = Vec::new();
    leb(&mut content, (seen.exports.len() + hidden.len()) as u32);
    let given = hidden.iter().map(|(name, index)| (name.clone(), 3, *index));
    for (name, kind, index) in seen.exports.iter().cloned().chain(given) {
        leb(&mut content, name.len() as u32);
        content.extend_from_slice(name.as_bytes());
        content.push(kind);
        leb(&mut content, index);
    }
    // The old section's head, its id and its size, ends where its content begins; a size may be written longer than it need be.
    let id = (section.start.saturating_sub(6)..section.start).rev().find(|&at| {
        wasm[at] == EXPORT_SECTION && size_at(wasm, at + 1) == Some((section.len() as u32, section.start))
    });
    let mut out = wasm[..id.expect("a section has a head")].to_vec();
    out.push(EXPORT_SECTION);
    leb(&mut out, content.len() as u32);
    out.extend_from_slice(&content);
    out.extend_from_slice(&wasm[section.end..]);
    out
}

/// The number written at `at`, and where it ends.
fn size_at(wasm: &[u8], mut at: usize) -> Option<(u32, usize)> {
    let (mut value, mut shift) = (0u32, 0);
    loop {
        let byte = *wasm.get(at)?;
        value |= u32::from(byte & 0x7f).checked_shl(shift)?;
        at += 1;
        if byte < 0x80 {
            return Some((value, at));
        }
        shift += 7;
    }
}
