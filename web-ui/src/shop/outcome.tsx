import type { ReactNode } from 'react';
import { useTitle } from '@/ui/title';

type Props = { title: string; text?: string; good?: boolean; children?: ReactNode };

/** A page that says how something ended, and where to go from there. */
export function Outcome({ title, text, good, children }: Props) {
  useTitle(title);
  return (
    <div className="wrap page narrow">
      <div className="thanks" role="status">
        <img src={good ? '/demo/thanks.svg' : '/demo/empty.svg'} alt="" width="220" height="220" />
        <h1>{title}</h1>
        {text && <p>{text}</p>}
      </div>
      {children && <div className="row centre outcome-next">{children}</div>}
    </div>
  );
}
