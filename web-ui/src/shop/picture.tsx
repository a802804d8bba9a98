import type { Product, Schemas } from '@/api/client';

type Image = Schemas['Image'];

/** A product without a picture shows its category's drawing, never an empty box. */
export const pictureOf = (product: Pick<Product, 'images' | 'categories'>): Image =>
  product.images?.[0] ?? { url: categoryPicture(product.categories?.[0]?.slug ?? 'home') };

/** Where there are several sizes, one that is sharp at 100 CSS pixels: for lists of lines. */
export function thumbnailOf(product: Pick<Product, 'images' | 'categories'>): string {
  const image = pictureOf(product);
  return (image.sizes ?? []).find(({ width }) => width >= 200)?.url ?? image.url;
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

type Props = {
  image: Image | string;
  alt: string;
  eager?: boolean;
  /** How wide it is shown, in CSS pixels. */
  size?: number;
  /** As CSS has it, where that depends on the screen. */
  sizes?: string;
  className?: string;
};

export function Picture({ image, alt, eager, size = 600, sizes, className }: Props) {
  const { url, sizes: sources = [] } =
    typeof image === 'string' ? { url: image || categoryPicture('home') } : image;
  return (
    <img
      className={className}
      src={url}
      {...(sources.length > 0 && {
        srcSet: sources.map((each) => `${each.url} ${each.width}w`).join(', '),
        sizes: sizes ?? `${size}px`,
      })}
      alt={alt}
      width={size}
      height={size}
      loading={eager ? 'eager' : 'lazy'}
      fetchPriority={eager ? 'high' : 'auto'}
      decoding="async"
      onError={(event) => {
        const shown = event.currentTarget;
        if (shown.src.endsWith('/demo/category-home.svg')) return;
        shown.srcset = '';
        shown.src = '/demo/category-home.svg';
      }}
    />
  );
}
