#!/usr/bin/env node
// Builds rego/compiler/compiler.wasm.br from the Go source beside it; with --check compares instead.
import { goArtifact } from './go-artifact.mjs';

goArtifact('build-compiler', {
  folder: 'rego/compiler',
  name: 'compiler',
  made: ['opa', 'github.com/open-policy-agent/opa'],
});
