// Reads spans as our exporter sent them, with OpenTelemetry's own code: what its protobuf messages
// make of them, and which attributes its semantic conventions do not know. Used by a test.
//   node otlp_check.mjs FILE     FILE: ExportTraceServiceRequests as JSON, one a line
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const folder = path.dirname(require.resolve('@opentelemetry/otlp-transformer/package.json'));
const root = require(path.join(folder, 'build/src/generated/root.js'));
const Request = root.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
const conventions = new Set(
  Object.entries(require('@opentelemetry/semantic-conventions/incubating'))
    .filter(([name]) => name.startsWith('ATTR_'))
    .map(([, attribute]) => attribute),
);

// OTLP's one exception to protobuf's JSON: ids are hex digits there, not base64.
function withBytes(request) {
  return JSON.parse(JSON.stringify(request), (key, value) =>
    ['traceId', 'spanId', 'parentSpanId'].includes(key)
      ? Buffer.from(value, 'hex').toString('base64')
      : value,
  );
}

// protobufjs leaves out what the message does not know, silently: so what went in is counted.
function fields(value) {
  if (Array.isArray(value)) return value.reduce((sum, each) => sum + fields(each), 0);
  if (value === null || typeof value !== 'object') return 0;
  return Object.values(value).reduce((sum, each) => sum + 1 + fields(each), 0);
}

const wrong = [];
const spans = [];
for (const line of readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) {
  const sent = withBytes(JSON.parse(line));
  const message = Request.decode(Request.encode(Request.fromObject(sent)).finish());
  const read = Request.toObject(message, { longs: String, enums: Number, bytes: String });
  if (fields(read) !== fields(sent))
    wrong.push(`of ${fields(sent)} fields ${fields(read)} were understood`);
  for (const { resource, scopeSpans } of read.resourceSpans) {
    const owners = [resource, ...scopeSpans.flatMap((scope) => scope.spans)];
    for (const { key } of owners.flatMap((owner) => owner.attributes)) {
      if (!conventions.has(key)) wrong.push(`${key} is no attribute of the semantic conventions`);
    }
    for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
      const hex = (bytes) => Buffer.from(bytes, 'base64').toString('hex');
      if (hex(span.traceId).length !== 32 || hex(span.spanId).length !== 16)
        wrong.push('an id is too short');
      spans.push({
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        name: span.name,
        kind: span.kind,
      });
    }
  }
}
console.log(JSON.stringify({ spans, wrong: [...new Set(wrong)] }));
