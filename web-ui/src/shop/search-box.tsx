import { lazy, Suspense, useEffect, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { Search } from 'lucide-react';
import { useI18n } from '@/i18n';

const SearchCombobox = lazy(async () => ({
  default: (await import('./search-combobox')).SearchCombobox,
}));

export function SearchBox() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const asked = parameters.get('query') ?? '';
  const [words, setWords] = useState(asked);
  const [used, setUsed] = useState(false);
  useEffect(() => setWords(asked), [asked]);
  const all = `/search?query=${encodeURIComponent(words.trim())}`;
  const plain = (
    <input
      type="text"
      value={words}
      onChange={(event) => setWords(event.target.value)}
      onFocus={() => setUsed(true)}
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
        {used ? (
          <Suspense fallback={plain}>
            <SearchCombobox words={words} setWords={setWords} all={all} typed={words !== asked} />
          </Suspense>
        ) : (
          plain
        )}
      </form>
    </search>
  );
}
