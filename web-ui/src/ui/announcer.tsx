import { useEffect, useState } from 'react';

let show: (text: string) => void = () => undefined;

/** Says something in passing: seen for some seconds, and read out by a screen reader. */
export const announce = (text: string) => show(text);

export function Announcer() {
  const [said, setSaid] = useState<{ text: string; at: number } | null>(null);
  useEffect(() => {
    show = (text) => setSaid({ text, at: Date.now() });
    return () => {
      show = () => undefined;
    };
  }, []);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(null), 4500);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {said && (
        <div className="toast" key={said.at}>
          {said.text}
        </div>
      )}
    </div>
  );
}
