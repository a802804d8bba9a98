import { Link } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { ArrowRight, Hammer, RotateCcw, Truck } from 'lucide-react';
import { categories, shelf } from '@/api/queries';
import type { Criteria } from '@/api/queries';
import { useI18n } from '@/i18n';
import { formatMoney } from '@/ui/money';
import { useTitle } from '@/ui/title';
import { categoryPicture, Picture } from '../picture';
import { CardSkeletons, ProductCard } from '../product-card';

type ShelfProps = { title: string; criteria: Criteria; more: string; size: number };

function Shelf({ title, criteria, more, size }: ShelfProps) {
  const { t } = useI18n();
  const { data, isPending } = useQuery(shelf(criteria, size));
  if (!isPending && !data?.length) return null;
  return (
    <section className="wrap shelf">
      <div className="shelf-head">
        <h2>{title}</h2>
        <Link to={more}>
          {t('home.seeAll')} <span className="hidden">: {title}</span>
          <ArrowRight aria-hidden size={16} />
        </Link>
      </div>
      <div className="grid">
        {isPending ? (
          <CardSkeletons count={size} />
        ) : (
          data?.map((product) => <ProductCard key={product.id} product={product} />)
        )}
      </div>
    </section>
  );
}

export function Home() {
  const { t, locale } = useI18n();
  useTitle(t('shop.tagline'));
  const { data } = useQuery(categories);
  const rooms = (data ?? []).flatMap((top) => [top, ...(top.children ?? [])]);
  const gift = 2500;
  return (
    <>
      <section className="hero">
        <div className="wrap">
          <div>
            <h1>{t('home.title')}</h1>
            <p>{t('home.lead')}</p>
            <div className="row">
              <Link className="button primary" to="/search">
                {t('home.shop')}
              </Link>
              <Link className="button" to={`/search?max_price=${gift}&sort=newest`}>
                {t('home.gifts', {
                  price: formatMoney({ amount: gift, currency: 'USD' }, locale).replace(
                    /[.,]00/,
                    '',
                  ),
                })}
              </Link>
            </div>
          </div>
          <img src="/demo/hero.svg" alt="" width="720" height="560" fetchPriority="high" />
        </div>
      </section>
      <section className="wrap promises">
        {(
          [
            [Truck, 'free'],
            [Hammer, 'slow'],
            [RotateCcw, 'back'],
          ] as const
        ).map(([Icon, key]) => (
          <div key={key}>
            <Icon aria-hidden />
            <p>
              <strong>{t(`home.${key}`)}</strong>
              <span>{t(`home.${key}Text`)}</span>
            </p>
          </div>
        ))}
      </section>
      <section className="wrap shelf">
        <div className="shelf-head">
          <h2>{t('home.categories')}</h2>
        </div>
        <div className="rooms">
          {rooms.map((category) => (
            <Link key={category.id} to={`/c/${category.slug}`} className="room">
              <Picture image={categoryPicture(category.slug)} alt="" size={320} />
              <span>{category.name}</span>
            </Link>
          ))}
        </div>
      </section>
      <Shelf
        title={t('home.fresh')}
        criteria={{ sort: 'newest' }}
        more="/search?sort=newest"
        size={8}
      />
      <Shelf
        title={t('home.featured')}
        criteria={{ category: 'lighting', in_stock: true }}
        more="/c/lighting"
        size={4}
      />
    </>
  );
}
