import { useState } from 'react';
import { Link } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { api, take } from '@/api/client';
import type { Product } from '@/api/client';
import { download } from '@/api/download';
import { categories } from '@/api/queries';
import { Picture, pictureOf } from '@/shop/picture';
import { availabilityOf } from '@/shop/product-card';
import { Failed } from '@/ui/state';
import {
  asked,
  AVAILABILITY,
  Choice,
  Heading,
  List,
  SearchFilter,
  useFilters,
  useOffice,
  Word,
} from './parts';

const STATUSES = ['active', 'draft', 'archived'] as const;

function useProductFilters() {
  const filters = useFilters();
  return asked({
    query: filters.get('query'),
    status: filters.one('status', STATUSES),
    category: filters.get('category'),
  });
}

function ExportProducts() {
  const { t } = useOffice();
  const query = useProductFilters();
  const [error, setError] = useState<Error | null>(null);
  const get = () => {
    setError(null);
    download(`/api/v1/products/export?${new URLSearchParams(query)}`, 'products.csv').catch(
      setError,
    );
  };
  return (
    <>
      <button type="button" className="button small" onClick={get}>
        {t('exportCsv')}
      </button>
      {error && <Failed error={error} />}
    </>
  );
}

export function Products() {
  const { t, money } = useOffice();
  const filters = useFilters();
  const query = useProductFilters();
  const availability = filters.one('availability', AVAILABILITY);
  const { data } = useQuery(categories);
  const slugs = (data ?? [])
    .flatMap((top) => [top, ...(top.children ?? [])])
    .map((each) => each.slug);
  return (
    <>
      <Heading title={t('products')}>
        <SearchFilter label={t('search')} />
        <Choice label={t('filter')} name="status" options={STATUSES} />
        <Choice label={t('categories')} name="category" options={slugs} />
        <Choice label={t('availability')} name="availability" options={AVAILABILITY} />
        <ExportProducts />
        <Link className="button small" to="/admin/products/import">
          {t('importCsv')}
        </Link>
        <Link className="button small primary" to="/admin/products/new">
          {t('newProduct')}
        </Link>
      </Heading>
      <List<Product>
        name={t('products')}
        id={(product) => product.id}
        load={(page_token) =>
          take(
            api.GET('/api/v1/admin/products', {
              params: {
                query: {
                  page_size: 25,
                  ...query,
                  ...(availability && { availability }),
                  ...(page_token && { page_token }),
                },
              },
            }),
          )
        }
        columns={[
          [
            t('picture'),
            (product) => <Picture image={pictureOf(product)} alt="" size={44} className="mini" />,
          ],
          [
            t('name'),
            (product) => <Link to={`/admin/products/${product.id}`}>{product.name}</Link>,
          ],
          [
            t('categories'),
            (product) => (product.categories ?? []).map((each) => each.name).join(', '),
          ],
          [t('status'), (product) => <Word status={product.status} />],
          [t('availability'), (product) => <Word status={availabilityOf(product)} />],
          [t('variants'), (product) => product.variants.length, 'end'],
          [t('price'), (product) => money(product.price), 'end'],
        ]}
      />
    </>
  );
}
