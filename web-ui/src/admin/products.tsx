import { Link } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { api, take } from '@/api/client';
import type { Product } from '@/api/client';
import { categories } from '@/api/queries';
import { Picture, pictureOf } from '@/shop/picture';
import { availabilityOf } from '@/shop/product-card';
import { Choice, Heading, List, SearchFilter, useFilters, useOffice, Word } from './parts';

export function Products() {
  const { t, money } = useOffice();
  const filters = useFilters();
  const query = filters.get('query');
  const category = filters.get('category');
  const { data } = useQuery(categories);
  const slugs = (data ?? [])
    .flatMap((top) => [top, ...(top.children ?? [])])
    .map((each) => each.slug);
  return (
    <>
      <Heading title={t('products')}>
        <SearchFilter label={t('search')} />
        <Choice label={t('categories')} name="category" options={slugs} />
        <Link className="button small primary" to="/admin/products/new">
          {t('newProduct')}
        </Link>
      </Heading>
      <List<Product>
        name={t('products')}
        id={(product) => product.id}
        load={(page_token) =>
          take(
            api.GET('/api/v1/products', {
              params: {
                query: {
                  page_size: 25,
                  ...(query && { query }),
                  ...(category && { category }),
                  ...(page_token && { page_token }),
                },
              },
            }),
          )
        }
        columns={[
          [
            t('picture'),
            (product) => <Picture src={pictureOf(product)} alt="" size={44} className="mini" />,
          ],
          [
            t('name'),
            (product) => <Link to={`/admin/products/${product.slug}`}>{product.name}</Link>,
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
