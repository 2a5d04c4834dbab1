//! planish-compile IN.wasm OUT.cwasm [--target TARGET] [--cpu LEVEL]: compiles a plugin for the engine in planish.
//!
//! What it writes: a page of its own head, then wasmtime's image of the module.
//!
//!     0 "planish\0cwasm\0\0\0"   16 u32 version = 1   20 u32 bytes of this head = 4096   24 u64 bytes of the image
//!    32 SHA-256 of the image     64 SHA-256 of IN.wasm     96 agreement, 32 bytes with NULs     128 target, 32 bytes
//!   160 reserved, zero         4064 SHA-256 of the 4064 bytes before it

mod state;
#[path = "../../engine/src/tunables.rs"]
mod tunables;

use sha2::{Digest, Sha256};
use wasmtime::{bail, Config, Engine, Error, Module, OptLevel, Result};

const HEAD_BYTES: usize = 4096;
const WASM_BYTES_MAX: usize = 16 << 20;

/// What SIMD guests need not to be twenty times slower: every x86-64 since 2009 has it.
const V2: &[&str] = &["has_cmpxchg16b", "has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_popcnt"];
const V3: &[&str] = &["has_avx", "has_avx2", "has_fma", "has_bmi1", "has_bmi2", "has_lzcnt"];

struct Arguments {
    input: String,
    output: String,
    target: String,
    cpu: String,
}

const USAGE: &str = "planish-compile IN.wasm OUT.cwasm [--target x86_64] [--cpu v1|v2|v3]";

fn arguments() -> Result<Arguments> {
    let mut files = Vec::new();
    let (mut target, mut cpu) = (String::from("x86_64"), String::from("v2"));
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--target" => target = words.next().ok_or_else(|| Error::msg(USAGE))?,
            "--cpu" => cpu = words.next().ok_or_else(|| Error::msg(USAGE))?,
            _ if word.starts_with("--") => bail!("{word} is not known; {USAGE}"),
            _ => files.push(word),
        }
    }
    let [input, output] = <[String; 2]>::try_from(files).map_err(|_| Error::msg(USAGE))?;
    Ok(Arguments { input, output, target, cpu })
}

fn config(target: &str, cpu: &str) -> Result<Config> {
    let mut config = Config::new();
    tunables::agree(&mut config);
    config.cranelift_opt_level(OptLevel::Speed).generate_address_map(false).native_unwind_info(false);
    let features: Vec<&str> = match (target, cpu) {
        ("x86_64", "v1") => vec![],
        ("x86_64", "v2") => V2.to_vec(),
        ("x86_64", "v3") => [V2, V3].concat(),
        ("x86_64", _) => bail!("--cpu {cpu}: one of v1, v2, v3"),
        _ => bail!("--target {target}: this planish-compile compiles for x86_64"),
    };
    config.target(&format!("{target}-unknown-linux-gnu"))?;
    for feature in features {
        unsafe { config.cranelift_flag_enable(feature) };
    }
    Ok(config)
}

fn text(out: &mut [u8], text: &[u8]) {
    out[..text.len()].copy_from_slice(text);
}

fn with_head(image: &[u8], wasm: &[u8], target: &str) -> Vec<u8> {
    let mut file = vec![0; HEAD_BYTES];
    text(&mut file[0..16], b"planish\0cwasm");
    text(&mut file[16..20], &1u32.to_le_bytes());
    text(&mut file[20..24], &(HEAD_BYTES as u32).to_le_bytes());
    text(&mut file[24..32], &(image.len() as u64).to_le_bytes());
    text(&mut file[32..64], &Sha256::digest(image));
    text(&mut file[64..96], &Sha256::digest(wasm));
    text(&mut file[96..128], tunables::AGREEMENT.to_bytes());
    text(&mut file[128..160], target.as_bytes());
    let (head, digest) = file.split_at_mut(HEAD_BYTES - 32);
    text(digest, &Sha256::digest(head));
    file.extend_from_slice(image);
    file
}

fn compile() -> Result<()> {
    let arguments = arguments()?;
    let engine = Engine::new(&config(&arguments.target, &arguments.cpu)?)?;
    let read = std::fs::read(&arguments.input).map_err(|e| Error::msg(format!("{}: {e}", arguments.input)))?;
    if read.len() > WASM_BYTES_MAX {
        bail!("{}: over {} MiB", arguments.input, WASM_BYTES_MAX >> 20);
    }
    Module::validate(&engine, &read)?;
    let wasm = state::with_visible_globals(&read)?;
    let image = engine.precompile_module(&wasm)?;
    // Written beside it and renamed: who loads the plugin meanwhile sees the old file or the new one.
    let beside = format!("{}.{}", arguments.output, std::process::id());
    std::fs::write(&beside, with_head(&image, &read, &arguments.target))
        .and_then(|()| std::fs::rename(&beside, &arguments.output))
        .map_err(|e| Error::msg(format!("{}: {e}", arguments.output)))
}

fn main() {
    if let Err(why) = compile() {
        eprintln!("planish-compile: {why:#}");
        std::process::exit(65);
    }
}
