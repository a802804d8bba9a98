import {
  Bar,
  CartesianGrid,
  ComposedChart,
  Legend,
  Line,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { Money, Schemas } from '@/api/client';
import { useI18n } from '@/i18n';
import { decimals } from '@/ui/money';
import { useOffice } from './parts';

type Props = { sales: Schemas['CurrencySales']; interval: 'day' | 'week' | 'month' };

/** Revenue as bars, orders as a line; what it shows stands in a table for who does not see it. */
export function SalesChart({ sales, interval }: Props) {
  const { t, money } = useOffice();
  const { locale } = useI18n();
  const { currency } = sales;
  const units = 10 ** decimals(currency);
  const short = new Intl.DateTimeFormat(
    locale,
    interval === 'month'
      ? { month: 'short', year: '2-digit', timeZone: 'UTC' }
      : { day: 'numeric', month: 'short', timeZone: 'UTC' },
  );
  const axis = new Intl.NumberFormat(locale, { notation: 'compact' });
  const name = (from: string) => short.format(new Date(from));
  const amount = (value: Money | undefined) => (value?.amount ?? 0) / units;
  const data = sales.intervals.map((each) => ({
    name: name(each.from),
    revenue: amount(each.revenue),
    refunded: amount(each.refunded),
    orders: each.orders ?? 0,
  }));
  const text = (value: unknown, series: unknown): [string, string] => {
    const isCount = series === t('orderCount');
    const shown = Number(value);
    return [
      isCount
        ? shown.toLocaleString(locale)
        : money({ amount: Math.round(shown * units), currency }),
      String(series),
    ];
  };
  return (
    <figure className="panel chart">
      <figcaption>{t('revenueOver', { interval: t(`interval.${interval}`) })}</figcaption>
      <div className="chart-canvas" aria-hidden>
        <ResponsiveContainer width="100%" height={280}>
          {/* Hidden from assistive technology, so nothing in it takes the focus either. */}
          <ComposedChart
            accessibilityLayer={false}
            data={data}
            margin={{ top: 8, right: 0, bottom: 0, left: 0 }}
          >
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="name" tickLine={false} axisLine={false} minTickGap={18} />
            <YAxis
              yAxisId="money"
              tickLine={false}
              axisLine={false}
              width={48}
              tickFormatter={(value: number) => axis.format(value)}
            />
            <YAxis
              yAxisId="count"
              orientation="right"
              allowDecimals={false}
              tickLine={false}
              axisLine={false}
              width={32}
            />
            <Tooltip formatter={text} cursor={{ fill: 'var(--sunken)' }} />
            <Legend />
            <Bar
              yAxisId="money"
              dataKey="revenue"
              name={t('revenue')}
              fill="var(--accent)"
              radius={[4, 4, 0, 0]}
              maxBarSize={36}
              isAnimationActive={false}
            />
            <Bar
              yAxisId="money"
              dataKey="refunded"
              name={t('refunded')}
              fill="var(--strong-line)"
              radius={[4, 4, 0, 0]}
              maxBarSize={36}
              isAnimationActive={false}
            />
            <Line
              yAxisId="count"
              dataKey="orders"
              name={t('orderCount')}
              stroke="var(--good)"
              strokeWidth={2}
              dot={false}
              isAnimationActive={false}
            />
          </ComposedChart>
        </ResponsiveContainer>
      </div>
      {/* A table is as high as its rows, whatever it is told: what holds it is not. */}
      <div className="hidden">
        <table>
          <caption>{t('revenue')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('date')}</th>
              <th scope="col">{t('revenue')}</th>
              <th scope="col">{t('refunded')}</th>
              <th scope="col">{t('orderCount')}</th>
            </tr>
          </thead>
          <tbody>
            {sales.intervals.map((each) => (
              <tr key={each.from}>
                <th scope="row">{name(each.from)}</th>
                <td>{money(each.revenue)}</td>
                <td>{money(each.refunded)}</td>
                <td>{each.orders ?? 0}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
