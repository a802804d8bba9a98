import { useState } from 'react';
import { Link, useOutletContext, useParams, useSearchParams } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { Check, RotateCcw, Truck } from 'lucide-react';
import type { Product, Variant } from '@/api/client';
import { isProblem } from '@/api/problem';
import { product as productQuery, related } from '@/api/queries';
import { useI18n } from '@/i18n';
import { announce } from '@/ui/announcer';
import { formatMoney } from '@/ui/money';
import { Failed, Loading } from '@/ui/state';
import { useTitle } from '@/ui/title';
import { cart, variantTitle } from '../cart';
import type { LayoutContext } from '../layout';
import { Picture, pictureOf, thumbnailOf } from '../picture';
import { ProductCard } from '../product-card';
import { Quantity } from '../quantity';
import { NotFound } from './trouble';

function Gallery({ product }: { product: Product }) {
  const { t } = useI18n();
  const images = product.images?.length
    ? product.images
    : [{ ...pictureOf(product), alt: product.name }];
  const [shown, setShown] = useState(0);
  const image = images[shown] ?? images[0];
  return (
    <div className="gallery">
      <Picture
        image={image ?? ''}
        alt={image?.alt || product.name}
        eager
        size={900}
        sizes="(width < 860px) 100vw, 560px"
      />
      {images.length > 1 && (
        <div className="thumbs">
          {images.map((each, i) => (
            <button
              type="button"
              key={each.url}
              aria-pressed={i === shown}
              aria-label={t('product.picture', { n: i + 1, name: product.name })}
              onClick={() => setShown(i)}
            >
              <Picture image={each} alt="" size={90} />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function Variants({
  product,
  chosen,
  choose,
}: {
  product: Product;
  chosen: Variant;
  choose: (sku: string) => void;
}) {
  const { t } = useI18n();
  const all = product.variants;
  if (all.length < 2) return null;
  const names = Object.keys(all[0]?.options ?? {});
  const label =
    names.length === 1
      ? t(`product.option.${names[0]}`, names[0] ?? '')
      : t('product.option.variant');
  return (
    <fieldset className="variants">
      <legend>
        {label}: <strong>{variantTitle(chosen)}</strong>
      </legend>
      <div className="row">
        {all.map((variant) => (
          <label
            key={variant.sku}
            className={variant.availability === 'out_of_stock' ? 'gone' : ''}
          >
            <input
              type="radio"
              name="variant"
              value={variant.sku}
              checked={variant.sku === chosen.sku}
              onChange={() => choose(variant.sku)}
            />
            <span>{variantTitle(variant)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Buy({ product }: { product: Product }) {
  const { t, locale } = useI18n();
  const { openCart } = useOutletContext<LayoutContext>();
  const [parameters, setParameters] = useSearchParams();
  const [quantity, setQuantity] = useState(1);
  const all = product.variants;
  const chosen =
    all.find((variant) => variant.sku === parameters.get('sku')) ??
    all.find((variant) => variant.availability !== 'out_of_stock') ??
    all[0];
  if (!chosen) return null;
  const gone = chosen.availability === 'out_of_stock';
  const add = () => {
    cart.add(product, chosen, quantity, thumbnailOf(product));
    announce(t('product.added', { name: product.name }));
    setQuantity(1);
    openCart();
  };
  return (
    <>
      <p className="price big">{formatMoney(chosen.price, locale)}</p>
      <Variants
        product={product}
        chosen={chosen}
        choose={(sku) => setParameters({ sku }, { replace: true, preventScrollReset: true })}
      />
      <p className={`stock ${chosen.availability}`}>{t(`stock.${chosen.availability}`)}</p>
      <div className="row buy">
        <Quantity value={quantity} change={setQuantity} label={t('product.quantity')} />
        <button type="button" className="button primary grow" disabled={gone} onClick={add}>
          {gone ? t('product.gone') : t('product.add')}
        </button>
      </div>
      <ul className="reasons">
        <li>
          <Truck aria-hidden size={18} /> {t('product.delivery')}
        </li>
        <li>
          <RotateCcw aria-hidden size={18} /> {t('product.returns')}
        </li>
        <li>
          <Check aria-hidden size={18} /> {t('product.sku', { sku: chosen.sku })}
        </li>
      </ul>
    </>
  );
}

function Related({ product }: { product: Product }) {
  const { t } = useI18n();
  const { data } = useQuery(related(product.id));
  if (!data?.length) return null;
  return (
    <section className="shelf">
      <h2>{t('product.related')}</h2>
      <div className="grid">
        {data.map((other) => (
          <ProductCard key={other.id} product={other} />
        ))}
      </div>
    </section>
  );
}

export function ProductPage() {
  const { t } = useI18n();
  const { slug = '' } = useParams();
  const { data, error, refetch } = useQuery(productQuery(slug));
  useTitle(data?.name, data?.description);
  if (isProblem(error, 'not_found') || isProblem(error, 'product_not_found')) return <NotFound />;
  if (error && !data)
    return (
      <div className="wrap page">
        <Failed error={error} retry={() => void refetch()} />
      </div>
    );
  if (!data) return <Loading />;
  const category = data.categories?.[0];
  return (
    <div className="wrap page">
      <nav className="crumbs" aria-label={t('product.crumbs')}>
        <Link to="/">{t('product.home')}</Link>
        {category && <Link to={`/c/${category.slug}`}>{category.name}</Link>}
        <span aria-current="page">{data.name}</span>
      </nav>
      <div className="product">
        <Gallery key={data.id} product={data} />
        <div className="product-text">
          <h1>{data.name}</h1>
          <p className="description">{data.description}</p>
          <Buy key={data.id} product={data} />
        </div>
      </div>
      <Related product={data} />
    </div>
  );
}
