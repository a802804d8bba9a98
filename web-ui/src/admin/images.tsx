import { useMutation } from '@tanstack/react-query';
import { ArrowLeft, ArrowRight } from 'lucide-react';
import { api, take } from '@/api/client';
import type { Product, Schemas } from '@/api/client';
import { queries } from '@/app/queries';
import { Picture } from '@/shop/picture';
import { announce } from '@/ui/announcer';
import { Field } from '@/ui/field';
import { Failed } from '@/ui/state';
import { DropZone } from './import';
import { ActDialog, useOffice } from './parts';

type Image = Schemas['Image'];

const TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
const typeOf = (file: File) => TYPES.find((each) => each === file.type);

const upload = (id: string, file: File, type: (typeof TYPES)[number]) =>
  take(
    api.POST('/api/v1/products/{id}/images', {
      params: { path: { id } },
      body: file as unknown as string,
      bodySerializer: (body) => body,
      headers: { 'Content-Type': type },
    }),
  );

/** The pictures of a product: dropped here, put in order, described, taken away. The first one is on the shelves. */
export function Images({ product }: { product: Product }) {
  const { t } = useOffice();
  const { id } = product;
  const images = product.images ?? [];
  const ids = images.map((image) => image.id ?? '');
  const act = useMutation({
    mutationFn: (what: () => Promise<unknown>) => what(),
    onSuccess: () => announce(t('done')),
    onSettled: () => queries.invalidateQueries(),
  });
  const add = (files: File[]) =>
    act.mutate(async () => {
      for (const file of files) {
        const type = typeOf(file);
        if (!type) throw new Error(t('noPicture', { name: file.name }));
        await upload(id, file, type);
      }
    });
  const move = (from: number, by: number) => {
    const image_ids = [...ids];
    const [moved] = image_ids.splice(from, 1);
    image_ids.splice(from + by, 0, moved ?? '');
    act.mutate(() =>
      take(
        api.PUT('/api/v1/products/{id}/images', { params: { path: { id } }, body: { image_ids } }),
      ),
    );
  };
  const about = (image: Image, i: number) => image.alt || `${t('picture')} ${i + 1}`;
  return (
    <section className="panel">
      <h2>{t('pictures')}</h2>
      <DropZone label={t('dropPictures')} accept={TYPES.join()} multiple take={add} />
      {act.isPending && <p role="status">{t('working')}</p>}
      {act.error && <Failed error={act.error} />}
      <ol className="pictures">
        {images.map((image, i) => (
          <li key={image.id ?? image.url}>
            <Picture image={image} alt={image.alt ?? ''} size={150} />
            <div className="row">
              <button
                type="button"
                className="bare"
                disabled={i === 0 || act.isPending}
                aria-label={t('sooner', { name: about(image, i) })}
                onClick={() => move(i, -1)}
              >
                <ArrowLeft aria-hidden size={18} />
              </button>
              <button
                type="button"
                className="bare"
                disabled={i === images.length - 1 || act.isPending}
                aria-label={t('later', { name: about(image, i) })}
                onClick={() => move(i, 1)}
              >
                <ArrowRight aria-hidden size={18} />
              </button>
              <ActDialog
                label={t('describe')}
                about={about(image, i)}
                submit={(text) =>
                  take(
                    api.PUT('/api/v1/products/{id}/images/{image_id}', {
                      params: { path: { id, image_id: image.id ?? '' } },
                      body: { alt: text('alt') },
                    }),
                  )
                }
              >
                <Field
                  label={t('alt')}
                  name="alt"
                  required
                  maxLength={300}
                  defaultValue={image.alt}
                />
              </ActDialog>
              <ActDialog
                label={t('remove')}
                about={about(image, i)}
                className="danger"
                submit={() =>
                  take(
                    api.DELETE('/api/v1/products/{id}/images/{image_id}', {
                      params: { path: { id, image_id: image.id ?? '' } },
                    }),
                  )
                }
              >
                <p>{about(image, i)}</p>
              </ActDialog>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
