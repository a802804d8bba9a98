import type { Product } from '@/api/client';

/** A product without a picture shows its category's drawing, never an empty box. */
export function pictureOf(product: Pick<Product, 'images' | 'categories'>): string {
  const own = product.images?.[0]?.url;
  if (own) return own;
  return categoryPicture(product.categories?.[0]?.slug ?? 'home');
}

const DRAWN = [
  'home',
  'lighting',
  'kitchen',
  'textiles',
  'clothing',
  'bags',
  'stationery',
  'garden',
];

export const categoryPicture = (slug: string) =>
  `/demo/category-${DRAWN.includes(slug) ? slug : 'home'}.svg`;

type Props = { src: string; alt: string; eager?: boolean; size?: number; className?: string };

export function Picture({ src, alt, eager, size = 600, className }: Props) {
  return (
    <img
      className={className}
      src={src}
      alt={alt}
      width={size}
      height={size}
      loading={eager ? 'eager' : 'lazy'}
      decoding="async"
      onError={(event) => {
        const image = event.currentTarget;
        if (!image.src.endsWith('/demo/category-home.svg')) image.src = '/demo/category-home.svg';
      }}
    />
  );
}
