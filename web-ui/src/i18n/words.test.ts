import { describe, expect, it } from 'vitest';
import { words } from '@/admin/words';
import de from './de';
import en from './en';

/** Every word as "path: placeholders": the languages have to agree on both. */
function shape(node: object, path = ''): string[] {
  return Object.entries(node).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [`${path}${name}: ${(value.match(/\{\{\w+\}\}/g) ?? []).sort().join()}`]
      : shape(value as object, `${path}${name}.`),
  );
}

describe('the languages', () => {
  it('have the same words with the same placeholders', () => {
    expect(shape(de).sort()).toEqual(shape(en).sort());
    expect(shape(words.de).sort()).toEqual(shape(words.en).sort());
  });
});
