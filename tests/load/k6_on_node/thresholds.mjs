// "p(95)<500": what has to hold of a metric at the end.

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const EXPRESSION = new RegExp(
  String.raw`^(avg|min|max|med|count|rate|value|p\(\d+(?:\.\d+)?\))\s*(<=|>=|===|==|!=|<|>)\s*(${NUMBER})$`,
);
const METHODS = {
  counter: /^(count|rate)$/,
  gauge: /^value$/,
  rate: /^rate$/,
  trend: /^(avg|min|max|med|p\(.*\))$/,
};
const HOLDS = {
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
  '==': (one, other) => one === other,
  '===': (one, other) => one === other,
  '!=': (one, other) => one !== other,
};

function parsed(selector, type, expression) {
  if (typeof expression !== 'string')
    throw new Error(`threshold of ${selector}: only plain expressions are known here`);
  const match = EXPRESSION.exec(expression.trim());
  if (!match) throw new Error(`threshold of ${selector}: "${expression}" is not understood`);
  const [, method, operator, limit] = match;
  if (!METHODS[type].test(method))
    throw new Error(`threshold of ${selector}: a ${type} has no ${method}`);
  return { selector, expression, method, operator, limit: Number(limit) };
}

function measured(sink, method, seconds) {
  const percent = /^p\((.*)\)$/.exec(method);
  return percent ? sink.percentile(Number(percent[1])) : sink.numbers(seconds)[method];
}

/** Selects what they need; gives a function that judges at the end. */
export function prepareThresholds(thresholds, metrics) {
  const all = Object.entries(thresholds).flatMap(([selector, expressions]) => {
    const { type, sink } = metrics.select(selector);
    return [expressions].flat().map((each) => ({ sink, ...parsed(selector, type, each) }));
  });
  return (seconds) =>
    all.map(({ sink, selector, expression, method, operator, limit }) => {
      // Nothing measured says nothing, so it does not hold. (k6 lets it pass.)
      if (sink.isEmpty()) return { selector, expression, value: null, ok: false };
      const value = measured(sink, method, seconds);
      return { selector, expression, value, ok: HOLDS[operator](value, limit) };
    });
}
