import { useState } from 'react';
import type { DragEvent } from 'react';
import { Link } from 'react-router';
import { useMutation } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/client';
import { queries } from '@/app/queries';
import { announce } from '@/ui/announcer';
import { Failed } from '@/ui/state';
import { Heading, useOffice, Word } from './parts';

type Reply = Schemas['ImportCsvReply'];

const send = (csv: string, dry_run: boolean) =>
  take(
    api.POST('/api/v1/products/import', {
      params: { query: { dry_run } },
      body: csv,
      bodySerializer: (body) => body,
      headers: { 'Content-Type': 'text/csv' },
    }),
  );

/** Files by a drop or by the dialog of the system; the whole area is the button's label. */
export function DropZone({
  label,
  accept,
  multiple,
  take: taken,
}: {
  label: string;
  accept: string;
  multiple?: boolean;
  take: (files: File[]) => void;
}) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    taken([...event.dataTransfer.files]);
  };
  return (
    // A drop is a shortcut to what the input in it does by keyboard, too.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <label
      className={`drop ${over ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <FileUp aria-hidden />
      <span>{label}</span>
      <input
        type="file"
        className="hidden"
        accept={accept}
        multiple={!!multiple}
        onChange={(event) => {
          taken([...(event.target.files ?? [])]);
          event.target.value = ''; // the same file again is a change, too
        }}
      />
    </label>
  );
}

function Lines({ reply }: { reply: Reply }) {
  const { t } = useOffice();
  const shown = (reply.items ?? []).filter((line) => line.action !== 'unchanged');
  return (
    // A table that is wider than the screen is scrolled by keyboard, too.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="table" role="region" aria-label={t('preview')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" className="end">
              {t('line')}
            </th>
            <th scope="col">{t('sku')}</th>
            <th scope="col">{t('status')}</th>
            <th scope="col">{t('change')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((line) => (
            <tr key={line.line}>
              <td className="end">{line.line}</td>
              <td>{line.sku}</td>
              <td>
                <Word status={line.action} />
              </td>
              <td>
                {(line.errors ?? []).map((error) => (
                  <p className="field-problem" key={error.column + error.code}>
                    {[error.column, error.message].filter(Boolean).join(': ')}
                  </p>
                ))}
                {(line.changes ?? []).map((change) => (
                  <p key={change.column}>
                    <span className="quiet">{change.column}:</span> <del>{change.before}</del>{' '}
                    <ins>{change.after}</ins>
                  </p>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p className="quiet nothing">{t('nothingChanges')}</p>}
    </div>
  );
}

/** A file is tried first: what it would do, line by line. Only then it is done. */
export function ImportProducts() {
  const { t } = useOffice();
  const [csv, setCsv] = useState<{ name: string; text: string } | null>(null);
  const preview = useMutation({ mutationFn: (text: string) => send(text, true) });
  const run = useMutation({
    mutationFn: (text: string) => send(text, false),
    onSuccess: () => {
      announce(t('done'));
      void queries.invalidateQueries();
    },
  });
  const choose = async ([file]: File[]) => {
    if (!file) return;
    const text = await file.text();
    setCsv({ name: file.name, text });
    run.reset();
    preview.mutate(text);
  };
  const reply = run.data ?? preview.data;
  const failure = preview.error ?? run.error;
  const good = (reply?.created ?? 0) + (reply?.changed ?? 0);
  return (
    <>
      <Heading title={t('importCsv')}>
        <Link className="button small" to="/admin/products">
          {t('products')}
        </Link>
      </Heading>
      <div className="panel">
        <p>{t('importText')}</p>
        <DropZone
          label={t('dropCsv')}
          accept=".csv,text/csv"
          take={(files) => void choose(files)}
        />
      </div>
      {failure && <Failed error={failure} />}
      {csv && reply && (
        <>
          <div className="office-head" role="status">
            <p>
              <strong>{csv.name}</strong>{' '}
              {t(run.data ? 'imported' : 'wouldImport', {
                lines: reply.lines ?? 0,
                created: reply.created ?? 0,
                changed: reply.changed ?? 0,
                failed: reply.failed ?? 0,
              })}
            </p>
            {!run.data && (
              <button
                type="button"
                className="button primary"
                disabled={good === 0 || run.isPending}
                onClick={() => run.mutate(csv.text)}
              >
                {t('importLines', { count: good })}
              </button>
            )}
          </div>
          <Lines reply={reply} />
        </>
      )}
    </>
  );
}
