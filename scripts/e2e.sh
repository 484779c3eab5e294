#!/usr/bin/env bash
# The pages in headless Chromium, driven against a running server (tests/e2e).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../tests/e2e"
npm ci --silent --no-audit --no-fund
node --test --test-reporter=tap ./*.test.mjs
