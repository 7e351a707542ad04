#!/usr/bin/env node
// Builds scanners/terraform/parser/parser.wasm.br from the Go source beside it; with --check compares instead.
import { goArtifact } from './go-artifact.mjs';

goArtifact('build-hcl', {
  folder: 'scanners/terraform/parser',
  name: 'parser',
  made: ['hcl', 'github.com/hashicorp/hcl/v2'],
});
