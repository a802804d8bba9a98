-- A refund that the provider took on may fail days later: the customer's bank sends it back. So a
-- succeeded one is looked after for a while too.

-- +up
ALTER TABLE refunds
  -- The provider's own id of it.
  ADD COLUMN reference text,
  -- What of it an earlier credit note says, whose refund has failed.
  ADD COLUMN covered_minor bigint NOT NULL DEFAULT 0,
  DROP CONSTRAINT refunds_pending_is_checked,
  ADD CONSTRAINT refunds_pending_is_checked CHECK (
    CASE status WHEN 'pending' THEN next_check_at IS NOT NULL
                WHEN 'failed' THEN next_check_at IS NULL ELSE true END),
  ADD CONSTRAINT refunds_covered_within_amount CHECK (covered_minor BETWEEN 0 AND amount_minor);
DROP INDEX refunds_to_check;
CREATE INDEX refunds_to_check ON refunds (next_check_at) WHERE next_check_at IS NOT NULL;
ALTER TABLE ledger_postings
  DROP CONSTRAINT ledger_kind_known,
  ADD CONSTRAINT ledger_kind_known CHECK (
    kind IN ('capture', 'refund', 'refund_failed', 'fee', 'dispute', 'dispute_won', 'invoice',
             'credit_note'));

-- +down
-- What has happened stays in the books: the wider list of kinds is left.
DROP INDEX refunds_to_check;
UPDATE refunds SET next_check_at = NULL WHERE status <> 'pending';
CREATE INDEX refunds_to_check ON refunds (next_check_at) WHERE status = 'pending';
ALTER TABLE refunds
  DROP CONSTRAINT refunds_covered_within_amount,
  DROP CONSTRAINT refunds_pending_is_checked,
  ADD CONSTRAINT refunds_pending_is_checked CHECK (
    (status = 'pending') = (next_check_at IS NOT NULL)),
  DROP COLUMN covered_minor,
  DROP COLUMN reference;
