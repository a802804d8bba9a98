import { Minus, Plus } from 'lucide-react';
import { useI18n } from '@/i18n';
import { MOST } from './cart';

type Props = { value: number; change: (value: number) => void; label: string };

export function Quantity({ value, change, label }: Props) {
  const { t } = useI18n();
  return (
    <div className="quantity" role="group" aria-label={label}>
      <button
        type="button"
        onClick={() => change(value - 1)}
        disabled={value <= 1}
        aria-label={t('product.less')}
      >
        <Minus aria-hidden size={16} />
      </button>
      <output aria-live="polite">{value}</output>
      <button
        type="button"
        onClick={() => change(value + 1)}
        disabled={value >= MOST}
        aria-label={t('product.more')}
      >
        <Plus aria-hidden size={16} />
      </button>
    </div>
  );
}
