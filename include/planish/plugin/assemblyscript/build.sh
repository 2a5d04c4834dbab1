#!/bin/sh
# plugin.wasm from plugin.ts, and plugin.cwasm, which planish runs. Needs node and npm.
set -e
cd "$(dirname "$0")"
[ -d node_modules ] || npm install --no-audit --no-fund --silent
npm run --silent build
"${PLANISH:-planish}" plugin build plugin.wasm
