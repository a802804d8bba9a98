import { Link } from 'react-router';
import type { Product } from '@/api/client';
import { useI18n } from '@/i18n';
import { formatMoney } from '@/ui/money';
import { Picture, pictureOf } from './picture';

/** The best that any variant has to offer. */
export function availabilityOf(product: Product) {
  const all = (product.variants ?? []).map((variant) => variant.availability);
  return (['in_stock', 'low_stock'] as const).find((each) => all.includes(each)) ?? 'out_of_stock';
}

export function ProductCard({ product, eager }: { product: Product; eager?: boolean }) {
  const { t, locale } = useI18n();
  const availability = availabilityOf(product);
  const amounts = new Set((product.variants ?? []).map((variant) => variant.price.amount));
  const price = formatMoney(product.price, locale);
  return (
    <article className="card">
      <Link to={`/p/${product.slug}`}>
        <div className="card-picture">
          <Picture
            image={pictureOf(product)}
            alt=""
            eager={eager}
            size={480}
            sizes="(width < 640px) 50vw, 300px"
          />
          {availability === 'out_of_stock' && (
            <span className="tag dark">{t('stock.soldOut')}</span>
          )}
          {availability === 'low_stock' && <span className="tag">{t('stock.few')}</span>}
        </div>
        <div className="card-text">
          <h3>{product.name}</h3>
          <p className="price">{amounts.size > 1 ? t('list.from', { price }) : price}</p>
        </div>
      </Link>
    </article>
  );
}

export function CardSkeletons({ count }: { count: number }) {
  return Array.from({ length: count }, (_, i) => (
    <div className="card skeleton" key={i} aria-hidden>
      <div className="card-picture" />
      <div className="card-text">
        <span />
        <span />
      </div>
    </div>
  ));
}
