import { useState } from 'react';
import type { FormEvent } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { api, newKey, take } from '@/api/client';
import type { Product, Schemas } from '@/api/client';
import { isProblem } from '@/api/problem';
import { categories, product as productQuery } from '@/api/queries';
import { Field } from '@/ui/field';
import { amountText, parseAmount } from '@/ui/money';
import { Failed, Loading } from '@/ui/state';
import { Images } from './images';
import { ActDialog, Heading, useAct, useOffice } from './parts';

type Line = {
  key: string;
  sku: string;
  title: string;
  price: string;
  options: Record<string, string>;
};
type Changes = {
  name: string;
  slug: string;
  description: string;
  categories: string[];
  variants: Schemas['NewVariant'][];
  status: 'active' | 'draft';
};

const linesOf = (product?: Product): Line[] =>
  product?.variants.map((variant) => ({
    key: variant.sku,
    sku: variant.sku,
    title: variant.title ?? '',
    price: amountText(variant.price),
    options: variant.options ?? {},
  })) ?? [{ key: newKey(), sku: '', title: '', price: '', options: {} }];

function Variants({
  lines,
  change,
  currency,
  problem,
}: {
  lines: Line[];
  change: (lines: Line[]) => void;
  currency: string;
  problem: (field: string) => string | undefined;
}) {
  const { t } = useOffice();
  const set = (key: string, name: 'sku' | 'title' | 'price', value: string) =>
    change(lines.map((line) => (line.key === key ? { ...line, [name]: value } : line)));
  const field = (line: Line, i: number, name: 'sku' | 'title' | 'price') => {
    const wrong = problem(`variants[${i}].${name}`);
    return {
      value: line[name],
      onChange: (event: { target: HTMLInputElement }) => set(line.key, name, event.target.value),
      ...(wrong && { problem: wrong }),
    };
  };
  return (
    <fieldset className="panel">
      <legend>{t('variants')}</legend>
      {lines.map((line, i) => (
        <div className="variant-line" key={line.key}>
          <Field label={t('sku')} required {...field(line, i, 'sku')} />
          <Field label={t('variantTitle')} {...field(line, i, 'title')} />
          <Field
            label={`${t('price')} (${currency})`}
            required
            inputMode="decimal"
            {...field(line, i, 'price')}
          />
          <button
            type="button"
            className="bare"
            disabled={lines.length === 1}
            aria-label={t('removeVariant', { sku: line.sku })}
            onClick={() => change(lines.filter((each) => each !== line))}
          >
            <Trash2 aria-hidden size={18} />
          </button>
        </div>
      ))}
      <button
        type="button"
        className="button small"
        onClick={() =>
          change([...lines, { key: newKey(), sku: '', title: '', price: '', options: {} }])
        }
      >
        {t('addVariant')}
      </button>
    </fieldset>
  );
}

function Editor({ product }: { product?: Product }) {
  const { t } = useOffice();
  const navigate = useNavigate();
  const { data: tree } = useQuery(categories);
  const [lines, setLines] = useState(() => linesOf(product));
  const [key] = useState(newKey);
  const act = useAct();
  const currency = product?.price?.currency ?? 'USD';
  const problem = (field: string) =>
    isProblem(act.error)
      ? act.error.fields.find((each) => each.field.startsWith(field))?.message
      : undefined;
  const wrong = (field: string) => {
    const found = problem(field);
    return found ? { problem: found } : {};
  };

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    act.mutate(async () => {
      const variants = lines.map((line) => {
        const amount = parseAmount(line.price, currency);
        if (amount === null) throw new Error(`${line.sku}: ${t('badAmount')}`);
        return {
          sku: line.sku.trim(),
          title: line.title.trim(),
          options: line.options,
          price: { amount, currency },
        };
      });
      const body: Partial<Changes> & Pick<Changes, 'name' | 'variants'> = {
        name: text('name'),
        description: text('description'),
        categories: form.getAll('category').map(String),
        status: text('status') === 'draft' ? 'draft' : 'active',
        variants,
      };
      const saved = product
        ? await take(
            api.PUT('/api/v1/products/{id}', {
              params: { path: { id: product.id } },
              body: body as Changes & { images: Schemas['Image'][] },
            }),
          )
        : await take(
            api.POST('/api/v1/products', { params: { header: { 'Idempotency-Key': key } }, body }),
          );
      await navigate(`/admin/products/${saved.id}`, { replace: true });
    });
  };

  return (
    <>
      <Heading title={product?.name ?? t('newProduct')}>
        {product && (
          <>
            <Link className="button small" to={`/p/${product.slug}`}>
              {t('toShop')}
            </Link>
            <ActDialog
              label={t('archive')}
              className="danger"
              submit={async () => {
                await take(
                  api.DELETE('/api/v1/products/{id}', { params: { path: { id: product.id } } }),
                );
                await navigate('/admin/products');
              }}
            />
          </>
        )}
      </Heading>
      <form className="editor" onSubmit={submit}>
        {act.error && <Failed error={act.error} />}
        <div className="panel">
          <Field
            label={t('name')}
            name="name"
            required
            maxLength={200}
            defaultValue={product?.name}
            {...wrong('name')}
          />
          <label className="field">
            {t('description')}
            <textarea
              name="description"
              rows={4}
              maxLength={20000}
              defaultValue={product?.description}
            />
          </label>
          <label className="field">
            {t('status')}
            <select name="status" defaultValue={product?.status ?? 'active'}>
              <option value="active">{t('active')}</option>
              <option value="draft">{t('draft')}</option>
            </select>
          </label>
          <fieldset>
            <legend>{t('categories')}</legend>
            <div className="row">
              {(tree ?? [])
                .flatMap((top) => [top, ...(top.children ?? [])])
                .map((each) => (
                  <label className="option" key={each.slug}>
                    <input
                      type="checkbox"
                      name="category"
                      value={each.slug}
                      defaultChecked={product?.categories?.some((own) => own.slug === each.slug)}
                    />
                    <span>{each.name}</span>
                  </label>
                ))}
            </div>
          </fieldset>
        </div>
        <Variants lines={lines} change={setLines} currency={currency} problem={problem} />
        {!product && <p className="quiet">{t('picturesLater')}</p>}
        {product && (
          <p className="row">
            {product.variants.map((variant) => (
              <Link
                key={variant.sku}
                className="button small"
                to={`/admin/inventory/${variant.sku}`}
              >
                {t('inventory')}: {variant.sku}
              </Link>
            ))}
          </p>
        )}
        <button type="submit" className="button primary" disabled={act.isPending}>
          {t('save')}
        </button>
      </form>
      {product && <Images product={product} />}
    </>
  );
}

export function ProductEditor() {
  const { id = '' } = useParams();
  const isNew = id === 'new';
  const { data, error } = useQuery({ ...productQuery(id), enabled: !isNew });
  if (isNew) return <Editor key="new" />;
  if (error && !data) return <Failed error={error} />;
  if (!data) return <Loading />;
  return <Editor key={`${data.id} ${data.updated_at}`} product={data} />;
}
