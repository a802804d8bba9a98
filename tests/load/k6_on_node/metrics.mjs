// What was measured: each metric as a whole, and once more for each set of tags that a threshold asks for.

const TYPES = {
  counter: () => new Counted(),
  gauge: () => new Last(),
  rate: () => new Share(),
  trend: () => new Values(),
};

class Counted {
  sum = 0;
  add(value) {
    this.sum += value;
  }
  isEmpty = () => false; // nothing counted is 0
  numbers = (seconds) => ({ count: this.sum, rate: this.sum / seconds });
}

class Last {
  value;
  add(value) {
    this.value = value;
  }
  isEmpty = () => this.value === undefined;
  numbers = () => ({ value: this.value });
}

class Share {
  passes = 0;
  fails = 0;
  add(value) {
    if (value) this.passes++;
    else this.fails++;
  }
  isEmpty = () => this.passes + this.fails === 0;
  numbers = () => ({
    rate: this.passes / (this.passes + this.fails),
    passes: this.passes,
    fails: this.fails,
  });
}

export class Values {
  values = [];
  sorted = true;
  add(value) {
    this.values.push(value);
    this.sorted = false;
  }
  isEmpty = () => this.values.length === 0;

  /** Between its two neighbours in proportion, as k6 does. */
  percentile(percent) {
    if (!this.sorted) this.values.sort((one, other) => one - other);
    this.sorted = true;
    const at = (percent / 100) * (this.values.length - 1);
    const below = this.values[Math.floor(at)];
    return below + (this.values[Math.ceil(at)] - below) * (at - Math.floor(at));
  }

  numbers = () => ({
    avg: this.values.reduce((sum, each) => sum + each, 0) / this.values.length,
    min: this.percentile(0),
    med: this.percentile(50),
    max: this.percentile(100),
    'p(90)': this.percentile(90),
    'p(95)': this.percentile(95),
    'p(99)': this.percentile(99),
  });
}

const BUILT_IN = {
  checks: 'rate',
  dropped_iterations: 'counter',
  http_req_duration: 'trend',
  http_req_failed: 'rate',
  http_reqs: 'counter',
  iteration_duration: 'trend',
  iterations: 'counter',
  vus: 'gauge',
};

/** "http_req_duration{name:checkout}" -> its name and tags. */
export function parseSelector(text) {
  const match = /^([A-Za-z_]\w*)(?:\{(.*)\})?$/.exec(text);
  if (!match) throw new Error(`"${text}" names no metric`);
  const tags = (match[2] ?? '').split(',').filter(Boolean);
  return {
    name: match[1],
    tags: tags.map((each) => {
      const colon = each.indexOf(':');
      if (colon < 1) throw new Error(`"${each}" in "${text}" is no tag:value`);
      return [each.slice(0, colon).trim(), each.slice(colon + 1).trim()];
    }),
  };
}

export class Metrics {
  metrics = new Map(); // name -> { type, sink, parts: [{ selector, tags, sink }] }

  constructor() {
    for (const [name, type] of Object.entries(BUILT_IN)) this.declare(name, type);
  }

  declare(name, type) {
    const known = this.metrics.get(name);
    if (!known) this.metrics.set(name, { type, sink: TYPES[type](), parts: [] });
    else if (known.type !== type) throw new Error(`${name} is a ${known.type}, not a ${type}`);
  }

  /** Keeps the part of a metric that `selector` means; gives { type, sink }. */
  select(selector) {
    const { name, tags } = parseSelector(selector);
    const metric = this.metrics.get(name);
    if (!metric) throw new Error(`nothing measures ${name}`);
    if (tags.length === 0) return metric;
    const part = { selector, tags, type: metric.type, sink: TYPES[metric.type]() };
    metric.parts.push(part);
    return part;
  }

  add(name, value, tags = {}) {
    const metric = this.metrics.get(name);
    metric.sink.add(value);
    for (const part of metric.parts)
      if (part.tags.every(([tag, wanted]) => String(tags[tag]) === wanted)) part.sink.add(value);
  }

  /** Numbers of everything that has any, by name or selector. */
  numbers(seconds) {
    const found = {};
    for (const [name, { type, sink, parts }] of this.metrics)
      for (const { selector, sink: each } of [{ selector: name, sink }, ...parts])
        if (!each.isEmpty()) found[selector] = { type, ...each.numbers(seconds) };
    return found;
  }
}
