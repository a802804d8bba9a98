// k6's modules, as far as the scenarios use them, for one virtual user. What is missing is an error, never a no-op.
import { setTimeout as after } from 'node:timers/promises';

const asModule = (members) => ({ __esModule: true, default: members, ...members });

/** A read of anything else says that it is missing here. */
const strict = (name, members) =>
  new Proxy(members, {
    get(target, member) {
      if (member in target || typeof member === 'symbol') return target[member];
      throw new Error(`${name}.${member} is not known here`);
    },
  });

export const DEFAULT_STATUSES = expectedStatuses({ min: 200, max: 399 });

function expectedStatuses(...wanted) {
  return (status) =>
    wanted.some((each) =>
      typeof each === 'number' ? each === status : each.min <= status && status <= each.max,
    );
}

/** The check's own name, then whatever tags the scenario has. */
function checkOf(user) {
  return (value, sets, tags = {}) => {
    let all = true;
    for (const [name, holds] of Object.entries(sets)) {
      const passed = Boolean(typeof holds === 'function' ? holds(value) : holds);
      user.recorder.check(name, passed, { ...user.tags, ...tags });
      all &&= passed;
    }
    return all;
  };
}

function metricsOf(user) {
  const classOf = (type) =>
    class {
      constructor(name) {
        if (!user.isLoading) throw new Error(`${name}: metrics are made while the script loads`);
        user.recorder.metrics.declare(name, type);
        this.name = name;
      }
      add(value, tags = {}) {
        user.recorder.metrics.add(this.name, Number(value), { ...user.tags, ...tags });
      }
    };
  return {
    Counter: classOf('counter'),
    Gauge: classOf('gauge'),
    Rate: classOf('rate'),
    Trend: classOf('trend'),
  };
}

function executionOf(user) {
  return {
    vu: strict('exec.vu', {
      idInTest: user.id,
      idInInstance: user.id,
      get iterationInScenario() {
        return user.iteration;
      },
    }),
    scenario: strict('exec.scenario', {
      get name() {
        return user.tags.scenario;
      },
    }),
  };
}

export function apiOf(user) {
  const http = strict('http', {
    asyncRequest: (method, url, body, params) => user.client.request(method, url, body, params),
    expectedStatuses,
  });
  const k6 = strict('k6', {
    check: checkOf(user),
    sleep: (seconds) => after(seconds * 1000, undefined, { signal: user.signal }),
  });
  return {
    k6: { __esModule: true, check: k6.check, sleep: k6.sleep },
    'k6/http': { __esModule: true, default: http, expectedStatuses },
    'k6/metrics': asModule(metricsOf(user)),
    'k6/execution': { __esModule: true, default: strict('exec', executionOf(user)) },
    'k6/options': { __esModule: true },
  };
}
