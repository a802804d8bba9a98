import { useEffect, useRef, useState } from 'react';
import type { ComponentType } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { Search } from 'lucide-react';
import { useI18n } from '@/i18n';

import type { SuggestingProps } from './search-combobox';

export function SearchBox() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const asked = parameters.get('query') ?? '';
  const [words, setWords] = useState(asked);
  // Suggestions come with the first focus; until they are there, and where they never come, the field is plain.
  const [Suggesting, setSuggesting] = useState<ComponentType<SuggestingProps> | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const focused = useRef(false);
  const loadSuggestions = () =>
    void import('./search-combobox').then(
      ({ SearchCombobox }) => {
        focused.current = document.activeElement === field.current;
        setSuggesting(() => SearchCombobox);
      },
      () => undefined,
    );
  useEffect(() => setWords(asked), [asked]);
  const all = `/search?query=${encodeURIComponent(words.trim())}`;
  const plain = (
    <input
      ref={field}
      type="text"
      value={words}
      onChange={(event) => setWords(event.target.value)}
      onFocus={loadSuggestions}
      placeholder={t('nav.searchHint')}
      aria-label={t('nav.search')}
      enterKeyHint="search"
      maxLength={200}
    />
  );
  return (
    <search className="search">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (words.trim()) void navigate(all);
        }}
      >
        <Search aria-hidden size={18} />
        {Suggesting ? (
          <Suggesting
            words={words}
            setWords={setWords}
            all={all}
            typed={words !== asked}
            focused={focused.current}
          />
        ) : (
          plain
        )}
      </form>
    </search>
  );
}
